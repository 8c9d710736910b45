"""Owns Remembering: a project folder that is looked at again and again, read only where it changed.

What the disk says of a file is believed: one whose times, size and inode are the same is not read
again. For processes that live long; a single command looks at everything once anyway.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from imagegen import digest
from imagegen import lock as lockfile
from imagegen.fingerprint import SETTLE_SECONDS
from imagegen.lock import Lock
from imagegen.workspace import Workspace

Stats = tuple[int, int, int, int]
"""mtime and ctime (ns), size, inode."""


@dataclass(frozen=True)
class Remembering(Workspace):
    """A project folder whose lock and outputs are read again only when they have changed."""

    _digests: dict[str, tuple[Stats, str]] = field(default_factory=dict, compare=False, repr=False)
    _locks: dict[bytes, Lock] = field(default_factory=dict, compare=False, repr=False)
    """The last lock that was read, by its bytes."""

    def read_lock(self) -> Lock:
        """Return the lock, as the plain folder does; the same bytes are parsed once."""
        data = self.lock_bytes()
        if data is None:
            return Lock()
        known = self._locks.get(data)
        if known is None:
            known = lockfile.parse(data, lockfile.NAME)
            self._locks.clear()
            self._locks[data] = known
        return known

    def digests(self, paths: Iterable[str]) -> dict[str, str]:
        """Return the sha256 of each of these project files that exists."""
        found = {path: self._digest(path) for path in paths}
        return {path: sha256 for path, sha256 in found.items() if sha256 is not None}

    def _digest(self, path: str) -> str | None:
        before = stats_of(f"{self.root}/{path}")
        known = self._digests.get(path)
        if before is not None and known is not None and known[0] == before:
            return known[1]
        self._digests.pop(path, None)
        with contextlib.suppress(OSError):
            sha256 = digest.sha256_of_file(self.root / path)
            # A file so new could change once more and keep its times.
            settled = before and time.time_ns() - max(before[:2]) > SETTLE_SECONDS * 1e9
            if before is not None and settled:
                self._digests[path] = (before, sha256)
            return sha256
        return None


def stats_of(path: str) -> Stats | None:
    """Return what tells whether a file is still the same; None when it is not there."""
    try:
        found = os.stat(path)  # noqa: PTH116 - thousands of them, many times
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
