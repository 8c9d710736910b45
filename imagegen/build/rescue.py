"""Owns the safe-keeping before anything is changed: bytes and records that only exist here.

After it, every output that the lock describes can be brought back from the store.
"""

from __future__ import annotations

from imagegen import digest
from imagegen.build.desk import Desk
from imagegen.build.recovery import recovered
from imagegen.locked import Locked
from imagegen.plan import Action, Plan
from imagegen.request import DRAFT
from imagegen.store.store import Answer
from imagegen.workspace import Workspace


def rescue(plan: Plan, desk: Desk, workspace: Workspace) -> None:
    """Put into the store what `plan` is about to overwrite, delete or take out of the lock.

    A fresh clone has no store: its outputs are the only bytes, its lock the only record.
    """
    working = [change for change in plan.changes if change.action is not Action.KEEP]
    touched = {change.target.output for change in working if change.target}
    names = {change.name for change in working}
    for one in desk.lock.images.values():
        if one.provider == DRAFT:
            continue
        if one.name in names:
            _record(one, desk)
        for output in one.outputs:
            if one.name in names or output.path in touched:
                _keep(workspace.read(output.path), output.sha256, desk)
                if output.key:
                    _keep(recovered(one, workspace), one.original.sha256, desk)


def answer_of(one: Locked) -> Answer:
    """Return what the lock knows of a purchase as the store would record it."""
    return Answer(one.request, one.take, one.seed, one.job_id, one.credits, (one.original,))


def _record(one: Locked, desk: Desk) -> None:
    # What was taken in answers no other image, so it is no answer.
    if one.take and not desk.store.knows(one.request_key, one.take):
        desk.store.remember(answer_of(one))


def _keep(data: bytes | None, sha256: str, desk: Desk) -> None:
    # Also when the store has it: the copy there may be damaged, and `put` heals it.
    if data is not None and digest.sha256_of(data) == sha256:
        desk.store.put(data)
