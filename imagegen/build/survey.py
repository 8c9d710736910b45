"""Owns the look around before a plan: what exists on disk, in the store and in the ledger.

Reads and never writes; spends nothing and sends nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path

from imagegen import digest
from imagegen.build.ledger import Ledger
from imagegen.build.placed import Placed
from imagegen.build.purchase import Entry, State
from imagegen.build.recovery import recovered
from imagegen.errors import ImagegenError
from imagegen.fingerprint import PROJECT_FILE
from imagegen.lock import NAME as LOCK_FILE
from imagegen.lock import Lock
from imagegen.locked import Locked
from imagegen.plan import Bought, Note, Noted, Plan, Prices, PurchaseKey, World
from imagegen.project.schema import Project
from imagegen.request import DRAFT, Request, Target
from imagegen.store.store import Former, Store
from imagegen.workspace import CORNER, Workspace

_MARKS = (PROJECT_FILE, LOCK_FILE, CORNER)
"""What tells a project: its file may have any name, but then it has a lock or a corner."""


def look_around(
    targets: Sequence[Target],
    lock: Lock,
    workspace: Workspace,
    store: Store,
    *,
    ledger: Ledger | None,
    others: Sequence[Ledger] = (),
    replaced: Collection[str] = (),
    seen: World | None = None,
) -> World:
    """Return what a plan for `targets` has to know; prices are left to `prices`.

    `others` are the ledgers of other keys, which are read only if something may be bought;
    `replaced` are the images that are to get another take than any that is known. `seen` is what
    a look just before has found, for the same images: their files are not read again.
    """
    entries = list(ledger.entries().values()) if ledger else []
    open_ones = [one for one in targets if one.name in replaced or not _current(one, lock)]
    requests = {one.request.key: one.request for one in open_ones}
    locked = [out.path for one in lock.images.values() for out in one.files]
    unlocked = [one for one in targets if one.output and one.name not in lock.images]
    guarded = [one.output for one in unlocked if one.protect]
    files = seen.files if seen else workspace.digests({*locked, *guarded})
    answers = _answers(requests.values(), store)
    former = _former(open_ones, str(workspace.root), store)
    known = {bought.original.sha256 for bought in answers.values()}
    known |= {one.original.sha256 for one in former.values()}
    latest = _latest(entries)
    noted = _noted(latest, lock, {one.name: one for one in targets}, str(workspace.root))
    for key in latest.keys() - answers.keys():
        request = requests.get(key[0])
        if request is not None and kept(latest[key], request, store):
            noted[key] = replace(noted[key], note=Note.PAID, kept=True)
    at_hand = {key for key, _ in (*answers, *noted)}
    in_place = _in_place(lock, files)
    locked_ones = {one.original.sha256 for one in lock.images.values()}
    at_home = in_place | _stored(known | (locked_ones - in_place), store)
    return World(
        files=files,
        stand_ins=Placed(workspace).standing(files),
        originals=at_home | _marked(lock, at_home, workspace),
        answers=answers,
        noted=noted,
        former=former,
        elsewhere=_elsewhere(requests.keys() - at_hand, others),
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
    """Return the URLs, sorted, whose bytes are needed for what `plan` buys and are not at hand."""
    needed = {
        source.text
        for change in plan.paid
        for source in (change.target.sources if change.target else ())
        if source.linked and (source.sha256 is None or not store.has(source.sha256))
    }
    return tuple(sorted(needed))


def left_behind(ledger: Ledger, plan: Plan, project: str) -> tuple[Entry, ...]:
    """Return the open orders that `plan` does not see to, if looking can help them.

    Those of this project, and those of projects that are gone: whoever pays looks after them.
    """
    wanted = {change.purchase for change in plan.changes}
    return tuple(
        entry
        for entry in ledger.entries().values()
        if (entry.purchase.request_key, entry.purchase.take) not in wanted
        and entry.request
        and _can_move(entry, ledger.clock())
        and (entry.project == project or is_gone(entry.project))
    )


def is_gone(project: str) -> bool:
    """Whether no project is left in the folder that ordered something: deleted, or moved away."""
    return not project or all(_absent(Path(project, name)) for name in _MARKS)


def _absent(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        # Somebody else's folder, perhaps: what may not be looked at is not gone.
        return False
    return False


def kept(entry: Entry, request: Request, store: Store) -> bool:
    """Whether the pictures that an order of `request` brought are in the store, whole or not.

    The store's own record of them may be lost.
    """
    return (
        entry.state.in_hand
        and bool(entry.originals)
        and digest.canonical_json(entry.request) == digest.canonical_json(request.canonical)
        and all(store.has(sha256) for sha256 in entry.originals)
    )


def shown(entry: Entry, lock: Lock) -> bool:
    """Whether `lock` has the picture of an order for each image that is to show it."""
    names = entry.images
    return (
        (entry.state in (State.STORED, State.PLACED) or _came(entry, lock))
        and any(_shows(name, entry, lock) for name in names)
        and not any(_behind(name, entry, lock) for name in names)
    )


def _came(entry: Entry, lock: Lock) -> bool:
    """Whether a run was killed after its picture came, before it could note that."""
    locked = (lock.images.get(name) for name in entry.images)
    return entry.state is State.READY and any(
        one is not None and one.job_id == entry.job_id for one in locked
    )


def close_shown(ledger: Ledger, lock: Lock) -> None:
    """Note as LOCKED what a killed run had recorded in the lock and could not note any more."""
    ledger.close(one.purchase for one in ledger.entries().values() if shown(one, lock))


def _can_move(entry: Entry, now: float) -> bool:
    """Whether a job is known, or the order's key is too old to be sent again."""
    if not entry.state.open or entry.state is State.LOST:
        return False
    if entry.job_id is not None:
        return True
    return entry.state is State.INTENT and not entry.key_holds(now)


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


def _marked(lock: Lock, known: Set[str], workspace: Workspace) -> frozenset[str]:
    """The originals that are not `known` and that an output holds beside what it says of itself."""
    unknown = [one for one in lock.images.values() if one.original.sha256 not in known]
    return frozenset(
        one.original.sha256
        for one in unknown
        if any(out.key for out in one.outputs) and recovered(one, workspace) is not None
    )


def _stored(wanted: Iterable[str], store: Store) -> frozenset[str]:
    return frozenset(sha256 for sha256 in wanted if store.has(sha256))


def _answers(requests: Iterable[Request], store: Store) -> dict[PurchaseKey, Bought]:
    found: dict[PurchaseKey, Bought] = {}
    for request in requests:
        for take in store.takes(request):
            answer = store.answer(request, take)
            if answer is not None and answer.originals:
                found[(request.key, take)] = Bought(answer.originals[0], answer.job_id)
    return found


def _former(targets: Iterable[Target], project: str, store: Store) -> dict[str, Locked]:
    """What each image showed when it last asked for what it asks for now, by name."""
    found: dict[str, Locked] = {}
    for target in targets:
        if target.take is None and target.request.provider != DRAFT:
            known = store.former(target.request, project, target.name)
            if known is not None:
                found[target.name] = _shown_before(target, known)
    return found


def _shown_before(target: Target, known: Former) -> Locked:
    return Locked(
        name=target.name,
        request=target.request.canonical,
        request_key=target.request.key,
        take=known.take,
        seed=None,
        job_id=None,
        credits=None,
        original=known.original,
        outputs=(),
        picked=known.picked,
        declared=known.source_type,
    )


def _latest(entries: Iterable[Entry]) -> dict[PurchaseKey, Entry]:
    """Only the latest attempt of a purchase counts."""
    latest: dict[PurchaseKey, Entry] = {}
    for entry in entries:
        key = (entry.purchase.request_key, entry.purchase.take)
        known = latest.get(key)
        if known is None or entry.purchase.attempt > known.purchase.attempt:
            latest[key] = entry
    return latest


def _noted(
    latest: Mapping[PurchaseKey, Entry], lock: Lock, targets: Mapping[str, Target], project: str
) -> dict[PurchaseKey, Noted]:
    mine = {key: one for key, one in latest.items() if one.project == project}
    orphans = {
        key: one
        for key, one in latest.items()
        if one.project != project and _due(one, lock, targets) and is_gone(one.project)
    }
    last_order = {
        name: one.intent_at
        for one in sorted((mine | orphans).values(), key=lambda one: one.intent_at)
        for name in one.images
    }
    notes: dict[PurchaseKey, Noted] = {}
    for key, entry in latest.items():
        # An order without a job is taken up only while it is the last thing asked for the image:
        # who has ordered another picture since and comes back wants the one that is there.
        fresh = {n for n in entry.images if entry.job_id or entry.intent_at == last_order.get(n)}
        images = fresh if key in orphans or (key in mine and _due(entry, lock, targets)) else set()
        # What a project that is gone had asked for is taken up here only when it is asked for.
        replaced = images.intersection(entry.replaced) if key in mine else set()
        noted = _note(entry, frozenset(images), frozenset(replaced))
        if noted is not None:
            notes[key] = noted
    return notes


def _due(entry: Entry, lock: Lock, targets: Mapping[str, Target]) -> bool:
    """Whether an image that is to show this purchase, as far as it still asks, does not yet."""
    if entry.state is State.LOCKED:
        return False
    key, take = entry.purchase.request_key, entry.purchase.take
    asking = (targets[name] for name in entry.images if name in targets)
    return any(
        one.request.key == key and one.take in (None, take) and not _shows(one.name, entry, lock)
        for one in asking
    )


def _shows(name: str, entry: Entry, lock: Lock) -> bool:
    one = lock.images.get(name)
    purchase = entry.purchase
    return one is not None and (one.request_key, one.take) == (purchase.request_key, purchase.take)


def _behind(name: str, entry: Entry, lock: Lock) -> bool:
    """Whether an image of the same request shows an earlier take."""
    one = lock.images.get(name)
    purchase = entry.purchase
    return one is not None and one.request_key == purchase.request_key and one.take < purchase.take


def _note(entry: Entry, images: frozenset[str], replaced: frozenset[str]) -> Noted | None:
    job_id, error = entry.job_id, entry.error or ""
    if entry.state is State.ABANDONED:
        note = Note.AGAIN if entry.again else Note.ABANDONED
    elif entry.state.closed:
        if not entry.moderated:
            return None
        note = Note.REFUSED
    elif entry.state is State.LOST:
        note = Note.LOST
    elif entry.state is State.UNKNOWN and job_id is None:
        note = Note.UNKNOWN
    else:
        note = Note.PAID if job_id else Note.UNSENT
    return Noted(note, job_id, error, images, replaced)


def _elsewhere(wanted: Set[str], others: Sequence[Ledger]) -> dict[PurchaseKey, str]:
    """The jobs that were ordered with other keys for these requests, by request key."""
    found: dict[PurchaseKey, str] = {}
    for ledger in others if wanted else ():
        # What a stranger's ledger cannot tell is no fault of this project.
        with contextlib.suppress(ImagegenError):
            for purchase, entry in ledger.entries().items():
                if purchase.request_key in wanted and entry.job_id and not entry.state.closed:
                    found[(purchase.request_key, purchase.take)] = entry.job_id
    return found
