"""Owns the hub: the state with its revision number, and what changed from one to the next.

Nobody who listens can hold it up: it keeps one short log of patches for all, and who has fallen
behind it is told to start over. Belongs to one event loop; never to be called from another thread.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import anyio

from imagegen.preview.snapshot import Form
from imagegen.preview.state import FORMAT, State

LOG_LENGTH = 200
"""Patches that are kept for those who have been away."""
LOG_BYTES = 4 * 2**20
"""Bytes of them."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What changed with one revision."""

    revision: int
    data: bytes
    """JSON in one line."""


class Hub:
    """The latest state; those who wait for the next one."""

    def __init__(self) -> None:
        # A number of this run only, so that a page of an earlier one starts over.
        self.revision = time.time_ns() // 1_000_000
        self.closed = False
        self._state = State()
        self._log: deque[Patch] = deque()
        self._start = self.revision
        """The revision after which the log has everything."""
        self._changed = anyio.Event()

    def publish(self, state: State) -> None:
        """Make `state` the latest one; nothing happens if it says the same."""
        changes = _changes(self._state, state)
        self._state = state
        if not changes:
            return
        self.revision += 1
        self._log.append(Patch(self.revision, _json({"revision": self.revision, **changes})))
        while len(self._log) > LOG_LENGTH or sum(len(one.data) for one in self._log) > LOG_BYTES:
            self._start = self._log.popleft().revision
        self._wake()

    def state(self) -> bytes:
        """Return the whole state as JSON."""
        head = {"format": FORMAT, "revision": self.revision, **self._state.head}
        return _json({**head, "images": list(self._state.images.values())})

    def image(self, name: str) -> Form | None:
        """Return the row of an image as it is shown now."""
        return self._state.images.get(name)

    def since(self, revision: int) -> list[Patch] | None:
        """Return what changed after `revision`; None when nobody knows any more, or ever did."""
        if not self._start <= revision <= self.revision:
            return None
        return [patch for patch in self._log if patch.revision > revision]

    async def moved(self, revision: int) -> None:
        """Wait until there is a state after `revision`, or the end."""
        while self.revision == revision and not self.closed:
            await self._changed.wait()

    def close(self) -> None:
        """Let everybody who waits go."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        changed, self._changed = self._changed, anyio.Event()
        changed.set()


def _changes(before: State, after: State) -> Form:
    """Return the fields of a patch; empty when both say the same."""
    changes: dict[str, object] = {
        name: value for name, value in after.head.items() if before.head.get(name, ...) != value
    }
    rows = [form for name, form in after.images.items() if _differs(before.images, name, form)]
    removed = [name for name in before.images if name not in after.images]
    if rows:
        changes["images"] = rows
    if removed:
        changes["removed"] = removed
    if rows or removed:
        order = list(after.images)
        if order != list(before.images):
            changes["order"] = order
    if changes:
        # The contract has both in every patch.
        changes = {"images": [], "removed": [], **changes}
    return changes


def _differs(images: Mapping[str, Form], name: str, form: Form) -> bool:
    known = images.get(name)
    return known is not form and known != form


def _json(form: Form) -> bytes:
    return json.dumps(form, separators=(",", ":"), allow_nan=False, default=str).encode()
