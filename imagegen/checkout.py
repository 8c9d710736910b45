"""Owns Checkout: whether git is just writing the files of another commit into a folder.

In between, what is there belongs to no commit. Reads names and times only; never runs git.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

_LOCK = "index.lock"
"""Is there from before git changes the first file until it has changed the last."""
_LONGEST_SECONDS = 60.0
"""An older one was left behind by a git that was killed, or waits for a person's words."""
_LINK = "gitdir:"


class Checkout:
    """The working tree of git that a folder lies in, if it lies in one."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def exists(self) -> bool:
        """Whether there is one."""
        return any(os.path.lexists(one / ".git") for one in (self._root, *self._root.parents))

    def under_way(self) -> bool:
        """Whether files may be half those of one commit and half those of another."""
        for folder in (self._root, *self._root.parents):
            place = folder / ".git"
            with contextlib.suppress(OSError, ValueError):
                if os.path.lexists(place):
                    written = (_repository(place) / _LOCK).stat().st_mtime
                    return abs(time.time() - written) < _LONGEST_SECONDS
        return False


def _repository(place: Path) -> Path:
    """Return git's own folder; in a second working tree a file says where it is."""
    if place.is_dir():
        return place
    text = place.read_text(encoding="utf-8", errors="surrogateescape")
    return place.parent / text.removeprefix(_LINK).strip()
