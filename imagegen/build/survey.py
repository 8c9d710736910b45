"""Owns the look around before a plan: what exists on disk, in the store and in the ledger.

Reads and never writes; spends nothing and sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from imagegen.build.ledger import Ledger
from imagegen.build.purchase import KEY_WINDOW_SECONDS, Entry, State
from imagegen.lock import Lock
from imagegen.plan import Bought, Note, Noted, Plan, Prices, PurchaseKey, World
from imagegen.project.schema import Project
from imagegen.request import DRAFT, Request, Target
from imagegen.store.store import Store
from imagegen.workspace import Workspace


def look_around(
    targets: Sequence[Target],
    lock: Lock,
    workspace: Workspace,
    store: Store,
    *,
    ledger: Ledger | None,
) -> World:
    """Return what a plan for `targets` has to know; prices are left to `prices`."""
    entries = list(ledger.entries().values()) if ledger else []
    requests = {one.request.key: one.request for one in targets if not _current(one, lock)}
    locked = [out.path for one in lock.images.values() for out in one.outputs]
    guarded = [one.output for one in targets if one.protect and one.name not in lock.images]
    files = workspace.digests({*locked, *guarded})
    answers = _answers(requests.values(), store)
    known = {bought.original.sha256 for bought in answers.values()}
    return World(
        files=files,
        originals=_in_place(lock, files) | _stored(known, lock, store),
        answers=answers,
        noted=_noted(entries, lock, str(workspace.root)),
    )


def prices(project: Project, lock: Lock, ledger: Ledger | None) -> Prices:
    """Return what pictures cost: as charged before, newest last word, else as [prices] says."""
    known: dict[tuple[str, str], int] = {}
    for model, price in project.prices.items():
        table = {"": price} if isinstance(price, int) else price
        known.update({(model, resolution): paid for resolution, paid in table.items()})
    for one in lock.images.values():
        if one.credits is not None and one.provider != DRAFT:
            params = one.request.get("params")
            resolution = params.get("resolution", "") if isinstance(params, Mapping) else ""
            known[(str(one.request["model"]), str(resolution))] = one.credits
    if ledger is not None:
        known.update(ledger.prices())
    return known


def unfetched(plan: Plan, store: Store) -> tuple[str, ...]:
    """Return the URLs whose bytes are needed for what `plan` buys and are not at hand."""
    needed = {
        source.text
        for change in plan.paid
        for source in (change.target.sources if change.target else ())
        if source.text.startswith("https:")
        and (source.sha256 is None or not store.has(source.sha256))
    }
    return tuple(sorted(needed))


def left_behind(ledger: Ledger, plan: Plan, project: str) -> tuple[Entry, ...]:
    """Return this project's open orders that `plan` does not see to, if looking can help them."""
    wanted = {change.purchase for change in plan.changes}
    return tuple(
        entry
        for entry in ledger.entries().values()
        if entry.project == project
        and (entry.purchase.request_key, entry.purchase.take) not in wanted
        and entry.request
        and _can_move(entry, ledger.clock())
    )


def _can_move(entry: Entry, now: float) -> bool:
    """Whether a job is known, or the order's key is too old to be sent again."""
    if not entry.state.open or entry.state is State.LOST:
        return False
    if entry.job_id is not None:
        return True
    return entry.state is State.INTENT and now - entry.intent_at > KEY_WINDOW_SECONDS


def _current(target: Target, lock: Lock) -> bool:
    one = lock.images.get(target.name)
    return one is not None and one.answers(target.request) and target.take in (None, one.take)


def _in_place(lock: Lock, files: Mapping[str, str]) -> frozenset[str]:
    """The originals that are an output as they are."""
    return frozenset(
        one.original.sha256
        for one in lock.images.values()
        if any(files.get(out.path) == one.original.sha256 for out in one.outputs)
    )


def _stored(known: set[str], lock: Lock, store: Store) -> frozenset[str]:
    wanted = known | {one.original.sha256 for one in lock.images.values()}
    return frozenset(sha256 for sha256 in wanted if store.has(sha256))


def _answers(requests: Iterable[Request], store: Store) -> dict[PurchaseKey, Bought]:
    found: dict[PurchaseKey, Bought] = {}
    for request in requests:
        for take in store.takes(request):
            answer = store.answer(request, take)
            if answer is not None and answer.originals:
                found[(request.key, take)] = Bought(answer.originals[0], answer.job_id)
    return found


def _noted(entries: Iterable[Entry], lock: Lock, project: str) -> dict[PurchaseKey, Noted]:
    """Only the latest attempt of a purchase counts."""
    latest: dict[PurchaseKey, Entry] = {}
    for entry in entries:
        key = (entry.purchase.request_key, entry.purchase.take)
        known = latest.get(key)
        if known is None or entry.purchase.attempt > known.purchase.attempt:
            latest[key] = entry
    locked = {(one.request_key, one.take) for one in lock.images.values()}
    mine = [entry for entry in latest.values() if entry.project == project]
    last_order = {one.image: one.intent_at for one in sorted(mine, key=lambda one: one.intent_at)}
    notes: dict[PurchaseKey, Noted] = {}
    for key, entry in latest.items():
        pending = entry.state is not State.LOCKED and key not in locked
        # An order without a job is taken up only while it is the last thing asked for the image:
        # who has ordered another picture since and comes back wants the one that is there.
        wanted = entry.job_id is not None or entry.intent_at == last_order.get(entry.image)
        image = entry.image if pending and wanted and entry.project == project else None
        noted = _note(entry, image)
        if noted is not None:
            notes[key] = noted
    return notes


def _note(entry: Entry, image: str | None) -> Noted | None:
    job_id, error = entry.job_id, entry.error or ""
    if entry.state is State.LOST:
        return Noted(Note.LOST, job_id, error)
    if entry.state is State.UNKNOWN and job_id is None:
        return Noted(Note.UNKNOWN, job_id, error, image)
    if entry.state.closed:
        return Noted(Note.REFUSED, job_id, error) if entry.moderated else None
    return Noted(Note.PAID if job_id else Note.UNSENT, job_id, error, image)
