"""Owns the shelf: which pictures may be looked at, by sha256, and where their bytes lie.

Never gives out a file that the project does not know, nor bytes that have another sha256.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from imagegen import digest
from imagegen.errors import DiskFailed
from imagegen.preview.view import View

LONGEST = 2**28
"""Bytes of a picture that is still shown."""


class Shelf:
    """The pictures that the page names; safe to read from several threads."""

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()
        self._view: View | None = None

    def __contains__(self, sha256: str) -> bool:
        return sha256 in self._known

    def lay_out(self, view: View, pictures: Iterable[str]) -> None:
        """Let the page have `pictures` (sha256) of `view`, and no others."""
        self._view, self._known = view, frozenset(pictures)

    def read(self, sha256: str) -> bytes | None:
        """Return the bytes of a picture; None if it is not known, gone or changed meanwhile."""
        view = self._view
        if view is None or sha256 not in self._known:
            return None
        for path in _places(view, sha256):
            data = _bytes(path)
            if data is not None and digest.sha256_of(data) == sha256:
                return data
        return None


def _places(view: View, sha256: str) -> Iterable[Path]:
    placed = view.places.get(sha256)
    if placed is not None:
        yield view.opened.workspace.root / placed
    try:
        stored = view.opened.store.path(sha256)
    except DiskFailed:
        return
    if stored is not None:
        yield stored


def _bytes(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST + 1)
    except OSError:
        return None
    return data if len(data) <= LONGEST else None
