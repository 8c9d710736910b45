"""Owns the record of a run: the entry of a finished image, and the lock, written whole and soon.

The ledger is the truth until the lock has it, so a lock write may lag a moment behind.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from imagegen.errors import NeedsAttention, Problem, WrongInput
from imagegen.lock import Lock
from imagegen.locked import Derived, Link, Locked, Output
from imagegen.original import Original
from imagegen.plan import Change
from imagegen.request import Target
from imagegen.store.store import Answer
from imagegen.workspace import Workspace

_LAG_FACTOR = 20
"""A write that takes 5 ms is repeated at most every 100 ms: large locks stay linear."""


class Recorder:
    """Collects finished images and replaces the lock with them."""

    def __init__(
        self, workspace: Workspace, lock: Lock, recorded: Callable[[Sequence[Locked]], None]
    ) -> None:
        """`recorded` is told of images once the lock on disk has them."""
        self.lock = lock
        self._recorded = recorded
        self._workspace = workspace
        self._put: dict[str, Locked] = {}
        self._drop: set[str] = set()
        self._not_before = 0.0
        self._seen: bytes | None = None
        """The lock's bytes that `lock` stands for; None when it has to be read again."""

    def put(self, entry: Locked) -> None:
        """Record one image."""
        self._drop.discard(entry.name)
        self._put[entry.name] = entry
        self._write_unless_recent()

    def drop(self, name: str) -> None:
        """Remove one image from the lock."""
        self._put.pop(name, None)
        self._drop.add(name)
        self._write_unless_recent()

    def latest(self, name: str) -> Locked | None:
        """Return one image as it is recorded, also where the lock on disk has yet to follow."""
        if name in self._drop:
            return None
        return self._put.get(name) or self.lock.images.get(name)

    def flush(self) -> None:
        """Bring the lock on disk up to date; raises NeedsAttention when that cannot be.

        What somebody else has changed in it meanwhile, a `git pull` perhaps, stays.
        """
        if not self._put and not self._drop:
            return
        self._take_in_changes()
        self.lock = self.lock.with_changes(self._put.values(), self._drop)
        self._seen = self._workspace.write_lock(self.lock)
        done = tuple(self._put.values())
        self._put, self._drop = {}, set()
        self._recorded(done)

    def _take_in_changes(self) -> None:
        if self._seen is not None and self._workspace.lock_bytes() == self._seen:
            return
        try:
            self.lock = self._workspace.read_lock()
        except WrongInput as error:
            found = error.problems[0]
            raise NeedsAttention(
                Problem(
                    f"the lock was changed during the build: {found.summary}",
                    "It was left as it is. What this build bought is in the store.",
                    "mend the lock, then build again; it costs nothing",
                    found.where,
                )
            ) from None

    def _write_unless_recent(self) -> None:
        began = time.monotonic()
        if began < self._not_before:
            return
        self.flush()
        self._not_before = began + (time.monotonic() - began) * _LAG_FACTOR


def entry_of(change: Change, target: Target, answer: Answer, outputs: tuple[Output, ...]) -> Locked:
    """Return what is recorded of a picture that came as `answer` and stands as `outputs`.

    Of its derivatives, those that are known from before.
    """
    links = tuple(
        Link(source.text, source.sha256)
        for source in target.sources
        if source.linked and source.sha256 is not None
    )
    return Locked(
        name=change.name,
        request=target.request.canonical,
        request_key=target.request.key,
        take=change.take,
        seed=answer.seed,
        job_id=answer.job_id,
        credits=answer.credits,
        original=answer.originals[0],
        outputs=outputs,
        links=links,
        picked=change.picked,
        derived=_left(change.locked, answer.originals[0]),
        declared=change.declared,
    )


def _left(before: Locked | None, original: Original) -> Derived:
    """Return what is derived of `original` as far as is known, and what of a former picture."""
    if before is None:
        return Derived()
    same = before.original.sha256 == original.sha256
    return before.derived if same else before.derived.of_former()
