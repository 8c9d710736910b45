"""Owns hashing: sha256 names bytes, xxh3-128 keys requests, canonical JSON feeds both.

Never decides what goes into a key; `request` does.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

import xxhash


def sha256_of(data: bytes) -> str:
    """Return the lower-case hex sha256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def sha256_of_file(path: Path) -> str:
    """Return the lower-case hex sha256 of a file's bytes; OSError as `open` raises it.

    Also OSError for what is no regular file.
    """
    # Opening a pipe could wait for ever.
    with open(path, "rb", opener=_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return hashlib.file_digest(file, "sha256").hexdigest()


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


# Made once: it is asked for every file of every image.
_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def canonical_json(value: Mapping[str, object]) -> bytes:
    """Return the one JSON text of `value`: keys sorted, no spaces, UTF-8, no NaN."""
    return _CANONICAL.encode(value).encode()


def xxh3_128(data: bytes) -> str:
    """Return the lower-case hex xxh3-128 of `data`: fast, not for bytes an attacker chooses."""
    return xxhash.xxh3_128_hexdigest(data)
