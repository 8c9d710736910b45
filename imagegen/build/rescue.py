"""Owns the safe-keeping before anything is changed: bytes and records that only exist here.

After it, every output that the lock describes can be brought back from the store.
"""

from __future__ import annotations

from imagegen import digest
from imagegen.build.desk import Desk
from imagegen.build.recovery import recovered
from imagegen.candidates import choice_of
from imagegen.locked import Locked
from imagegen.plan import Action, Change, Plan
from imagegen.request import DRAFT, Request
from imagegen.store.store import Answer, Former
from imagegen.workspace import Workspace


def rescue(plan: Plan, desk: Desk, workspace: Workspace) -> None:
    """Put into the store what `plan` is about to overwrite, delete or take out of the lock.

    A fresh clone has no store: its outputs are the only bytes, its lock the only record. What an
    image shows is kept for it, too, so that it comes back when its request does.
    """
    working = [change for change in plan.changes if change.action is not Action.KEEP]
    touched = {change.target.output for change in working if change.target}
    names = {change.name for change in working}
    left = {change.name for change in working if _asks_for_other(change)}
    for one in desk.lock.images.values():
        if one.provider == DRAFT:
            continue
        if one.name in names:
            _record(one, desk)
        if one.name in left:
            desk.store.remember_former(_former(one, workspace))
        for output in one.outputs:
            if one.name in names or output.path in touched:
                _keep(workspace.read(output.path), output.sha256, desk)
                if output.key:
                    _keep(recovered(one, workspace), one.original.sha256, desk)


def renew(one: Locked, request: Request, desk: Desk, workspace: Workspace) -> None:
    """Let what is remembered of an image, if anything is, say what it shows of `request` now.

    Else a take of long ago would come back once the lock is lost.
    """
    known = desk.store.former(request, str(workspace.root), one.name)
    now = _former(one, workspace)
    if known is not None and known != now and one.answers(request):
        desk.store.remember_former(now)


def answer_of(one: Locked) -> Answer:
    """Return what the lock knows of a purchase as the store would record it."""
    return Answer(one.request, one.take, one.seed, one.job_id, one.credits, (one.original,))


def _asks_for_other(change: Change) -> bool:
    """Whether an image is about to show something else than what the lock has its request for."""
    one, target = change.locked, change.target
    if one is None or choice_of(change.name) is not None:
        return False
    return target is None or not one.answers(target.request)


def _former(one: Locked, workspace: Workspace) -> Former:
    return Former(
        str(workspace.root),
        one.name,
        one.request,
        one.take,
        one.picked,
        one.original,
        one.declared,
    )


def _record(one: Locked, desk: Desk) -> None:
    # What was taken in answers no other image, so it is no answer.
    if one.take and not desk.store.knows(one.request_key, one.take):
        desk.store.remember(answer_of(one))


def _keep(data: bytes | None, sha256: str, desk: Desk) -> None:
    # Also when the store has it: the copy there may be damaged, and `put` heals it.
    if data is not None and digest.sha256_of(data) == sha256:
        desk.store.put(data)
