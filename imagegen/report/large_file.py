"""Owns the pointers that Git LFS commits in the place of large files: whose bytes each stands for.

Never runs Git LFS, which could fetch.
"""

from __future__ import annotations

import re
from pathlib import Path

_HEAD = b"version https://git-lfs.github.com/spec/v1\n"
_NAMED = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
_LONGEST = 1024
"""Bytes of a pointer, by its own specification."""


def pointed_at(data: bytes | None) -> str | None:
    """Return the sha256 of the file that `data` stands for; None where it is no pointer."""
    if data is None or len(data) >= _LONGEST or not data.startswith(_HEAD):
        return None
    named = _NAMED.search(data)
    return named[1].decode() if named else None


def place(folder: Path, sha256: str) -> Path:
    """Return where a file lies once it was fetched; `folder` is git's own, shared by work trees."""
    return folder / "lfs" / "objects" / sha256[:2] / sha256[2:4] / sha256
