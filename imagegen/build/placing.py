"""Owns what a run writes into the project's folders and takes out of them, and what it may not.

Bytes that nobody can bring back are kept aside; a file that another image owns stays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from functools import cached_property

from imagegen import digest
from imagegen.build.desk import Desk
from imagegen.build.placed import Placed
from imagegen.build.record import Recorder
from imagegen.events import KeptAside, LeftBehind
from imagegen.lock import Lock
from imagegen.locked import Locked, Output
from imagegen.portable import collision_key
from imagegen.request import DRAFT
from imagegen.workspace import Workspace


class Placing:
    """The files of one run."""

    def __init__(self, desk: Desk, workspace: Workspace, recorder: Recorder) -> None:
        self._desk = desk
        self._workspace = workspace
        self._recorder = recorder
        self._placed = Placed(workspace)
        locked = desk.lock.images.values()
        self._drafts = frozenset(
            out.sha256 for one in locked if one.provider == DRAFT for out in one.outputs
        )
        self._known: Lock | None = None
        """The lock that `_owned` was read from: it is asked for every file that goes."""
        self._owned: Mapping[str, Set[str]] = {}
        self._made = {out.sha256 for one in locked for out in one.derived.files}

    @cached_property
    def _bought(self) -> frozenset[str]:
        """The sha256 of all that lock and ledger name as bought, and of the files made from it.

        Read only where a file stands in the way of an output.
        """
        bought = [one for one in self._desk.lock.images.values() if one.take]
        found = {one.original.sha256 for one in bought}
        found |= {out.sha256 for one in bought for out in one.outputs}
        for entry in self._desk.shop.ledger.entries().values() if self._desk.shop else ():
            found.update(entry.originals)
        return frozenset(found)

    def put(self, name: str, path: str, data: bytes, *, instead_of: str = "") -> None:
        """Write a file of the image `name`; what somebody had edited there is kept aside.

        `instead_of` is the sha256 of a file that shows the same picture, so that it may go.
        """
        kept = self._workspace.place(
            path, data, replaceable=lambda found: found == instead_of or self._replaceable(found)
        )
        if kept is not None:
            self._desk.emit(KeptAside(name, path, kept.as_posix()))

    def put_noted(self, name: str, path: str, data: bytes) -> None:
        """Write a file of the image `name`, known for ours before the lock has it or without it."""
        self._placed.note(path, digest.sha256_of(data))
        self.put(name, path, data)

    def settle(self) -> None:
        """Leave to the lock what it knows by now; call once it is written."""
        self._placed.settle(self._recorder.lock)

    def take_out(self, one: Locked, keeping: Collection[str] = ()) -> int:
        """Delete the files of an entry that is retired, but for the paths in `keeping`.

        Returns how many were deleted.
        A picture that nobody else has is kept aside first.
        """
        if not self._handed_on(one):
            for output in one.outputs:
                self._copy_aside(one.name, output)
        return sum(self.remove(one.name, out) for out in one.files if out.path not in keeping)

    def remove(self, name: str, output: Output) -> bool:
        """Delete a file of the image `name`, unless it has other bytes or another owner by now.

        One that an image refers to stays as well: the project could not be read without it. Returns
        whether it was there and is gone.
        """
        if collision_key(output.path) in self._desk.references:
            return False
        owners = self._owners().get(output.path, {name}) - {name}
        now = [one for owner in owners if (one := self._recorder.latest(owner)) is not None]
        if output.path in self._desk.outputs or any(
            output.path == out.path for one in now for out in one.files
        ):
            return False
        there = (self._workspace.root / output.path).is_file()
        if self._workspace.remove(output.path, output.sha256):
            return there
        self._desk.emit(LeftBehind(name, output.path))
        return False

    def _owners(self) -> Mapping[str, Set[str]]:
        """The images that have each file in the lock, as it was last written."""
        lock = self._recorder.lock
        if lock is not self._known:
            self._known, self._owned = lock, {p: set(names) for p, names in lock.owners().items()}
        return self._owned

    def _replaceable(self, sha256: str) -> bool:
        """Whether these bytes can be brought back, or made again; `rescue` saw to the rest.

        The store has more than people can find in it: a picture that was taken in has no record
        but the lock's, so its file is kept, also when the lock is lost.
        """
        if sha256 in self._drafts or sha256 in self._made or self._placed.knows(sha256):
            return True
        return sha256 in self._bought and self._desk.store.get(sha256) is not None

    def _handed_on(self, one: Locked) -> bool:
        """Whether a picture of the lock can be had without `one`: bought, or taken over."""
        locked = self._recorder.lock.images.values()
        others = [other for other in locked if other.name != one.name]
        return one.take != 0 or any(other.original == one.original for other in others)

    def _copy_aside(self, name: str, output: Output) -> None:
        kept = self._workspace.copy_aside(output.path, output.sha256)
        if kept is not None:
            self._desk.emit(KeptAside(name, output.path, kept.as_posix()))
