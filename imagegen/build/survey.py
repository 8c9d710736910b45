"""Owns the look around before a plan: what exists on disk, in the store and in the ledger.

Reads and never writes; spends nothing and sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from imagegen.build.ledger import Ledger
from imagegen.build.purchase import Entry, State
from imagegen.lock import Lock
from imagegen.original import Original
from imagegen.plan import Noted, Plan, Purchase, World
from imagegen.project.schema import Project
from imagegen.request import DRAFT, Request, Target
from imagegen.store.store import Store
from imagegen.workspace import Workspace

Prices = Mapping[tuple[str, str], int]
"""(model, resolution or "") -> credits for one picture."""


def look_around(
    targets: Iterable[Target],
    lock: Lock,
    workspace: Workspace,
    store: Store,
    *,
    ledger: Ledger | None,
) -> World:
    """Return what a plan for `targets` has to know; prices are left to `prices`."""
    entries = list(ledger.entries().values()) if ledger else []
    requests = {one.request.key: one.request for one in targets if not _current(one, lock)}
    files = workspace.digests(out.path for one in lock.images.values() for out in one.outputs)
    return World(
        files=files,
        originals=_at_hand(lock, files, store),
        answers=_answers(requests.values(), store, lock),
        noted=_noted(entries),
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


def _current(target: Target, lock: Lock) -> bool:
    one = lock.images.get(target.name)
    return one is not None and one.answers(target.request) and target.take in (None, one.take)


def _at_hand(lock: Lock, files: Mapping[str, str], store: Store) -> frozenset[str]:
    """The originals that need neither network nor money."""
    found = set()
    for one in lock.images.values():
        sha256 = one.original.sha256
        in_place = any(files.get(out.path) == sha256 for out in one.outputs)
        if in_place or store.has(sha256):
            found.add(sha256)
    return frozenset(found)


def _answers(requests: Iterable[Request], store: Store, lock: Lock) -> dict[Purchase, Original]:
    found: dict[Purchase, Original] = {}
    for request in requests:
        for take in store.takes(request):
            answer = store.answer(request, take)
            if answer is not None:
                found[(request.key, take)] = answer.originals[0]
    for one in lock.images.values():
        if store.has(one.original.sha256):
            found.setdefault((one.request_key, one.take), one.original)
    return found


def _noted(entries: Iterable[Entry]) -> dict[Purchase, Noted]:
    """Only the latest attempt of a purchase counts; one that is stored needs no note."""
    latest: dict[Purchase, Entry] = {}
    for entry in entries:
        key = (entry.purchase.request_key, entry.purchase.take)
        known = latest.get(key)
        if known is None or entry.purchase.attempt > known.purchase.attempt:
            latest[key] = entry
    return {key: note for key, entry in latest.items() if (note := _note(entry)) is not None}


def _note(entry: Entry) -> Noted | None:
    if entry.state is State.LOST or (entry.state is State.UNKNOWN and entry.job_id is None):
        return Noted(entry.job_id, "unknown", entry.error or "")
    if entry.state.closed:
        return Noted(entry.job_id, "refused", entry.error or "") if entry.moderated else None
    return Noted(entry.job_id, "paid" if entry.job_id else "unsent")
