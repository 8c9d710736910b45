"""Owns the fast answer to "has anything changed since the last good build?".

Compares file stats with those of the last build that left nothing to do; imports nothing but
what the interpreter has loaded anyway. Any doubt is answered with "perhaps", and the full
comparison by content follows. The stats are local state, never part of the lock.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Sequence

from imagegen import __version__

PROJECT_FILE = "imagegen.toml"
_STATE = os.path.join(".imagegen", "fingerprint")  # noqa: PTH118 - pathlib costs more than the rest
_MAGIC = f"imagegen fingerprint 1 {__version__}".encode()

SETTLE_SECONDS = 0.02
"""File times are as coarse as the kernel's tick: two edits this close may leave equal stats."""


def quick_answer(arguments: Sequence[str]) -> str | None:
    """Return the line to print when `arguments` are a plain build with nothing to do.

    None means "perhaps": other arguments, no state, or any stat that differs.
    """
    if not arguments or arguments[0] != "build":
        return None
    if len(arguments) == 1:
        root = _nearest(os.getcwd())  # noqa: PTH109
    elif len(arguments) == 3 and arguments[1] in ("-f", "--file"):
        folder, name = os.path.split(arguments[2])
        root = (folder or ".") if name == PROJECT_FILE else None
    else:
        return None
    return _unchanged(root) if root is not None else None


def write(root: str, paths: Sequence[str], count: int, *, stats: array[int], read_at: int) -> bool:
    """Record that `root` has nothing to do while `paths` keep `stats`; says whether it did.

    `stats` were taken by `stats_of` before the files were read, and reading began at `read_at`
    (Unix ns). `count` is the number of images, for the message. Nothing is recorded when a
    file is so new that a later edit could leave the same stats, or has changed since, or when
    the disk refuses: the record only saves time.
    """
    newest = max(stats[1::4], default=0)
    if newest > read_at - SETTLE_SECONDS * 1e9 or stats_of(root, paths) != stats:
        return False
    names = os.fsencode("\0".join(paths))
    data = b"\n".join([_MAGIC, str(count).encode(), names, stats.tobytes()])
    temporary = os.path.join(root, f"{_STATE}.tmp")  # noqa: PTH118
    try:
        with open(temporary, "wb") as file:  # noqa: PTH123
            file.write(data)
        os.replace(temporary, os.path.join(root, _STATE))  # noqa: PTH105, PTH118
    except OSError:
        return False
    return True


def forget(root: str) -> None:
    """Drop the record, before anything is changed; a missing one is fine. Raises OSError."""
    try:
        os.unlink(os.path.join(root, _STATE))  # noqa: PTH108, PTH118
    except FileNotFoundError:
        return


def stats_of(root: str, paths: Iterable[str]) -> array[int] | None:
    """Return mtime, ctime (ns), size and inode of each path, flat; None when one is missing."""
    found = array("q")
    prefix = root.rstrip("/") + "/"
    for path in paths:
        try:
            stat = os.stat(prefix + path)  # noqa: PTH116
        except OSError:
            return None
        found.extend((stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino & (2**63 - 1)))
    return found


def _unchanged(root: str) -> str | None:
    try:
        with open(os.path.join(root, _STATE), "rb") as file:  # noqa: PTH118, PTH123
            data = file.read()
    except OSError:
        return None
    magic, _, rest = data.partition(b"\n")
    count, _, rest = rest.partition(b"\n")
    names, _, raw = rest.partition(b"\n")
    if magic != _MAGIC or len(raw) % 8:
        return None
    then = array("q")
    then.frombytes(raw)
    if stats_of(root, os.fsdecode(names).split("\0")) != then:
        return None
    return nothing_to_do(int(count))


def nothing_to_do(count: int) -> str:
    """Return the one line of a build that found every image as wanted."""
    return f"Nothing to do: {count} image{'s are' if count != 1 else ' is'} as wanted."


def _nearest(folder: str) -> str | None:
    while True:
        if os.path.isfile(os.path.join(folder, PROJECT_FILE)):  # noqa: PTH113, PTH118
            return folder
        parent = os.path.dirname(folder)  # noqa: PTH120
        if parent == folder:
            return None
        folder = parent
