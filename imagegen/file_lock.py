"""Owns the exclusive lock between processes and threads: one holder at a time, freed by death.

The lock file is never deleted, since that would let two waiters lock two different files.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from imagegen.errors import NeedsAttention, Problem

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


Waiting = Callable[[Path], None]
"""Told once, with the lock file's path, when somebody else has held the lock for a second."""

_BUSY = frozenset({errno.EAGAIN, errno.EACCES, errno.EDEADLK})
_FIRST_PAUSE, _LONGEST_PAUSE, _SAY_AFTER = 0.001, 0.05, 1.0


@contextlib.contextmanager
def held(path: Path, *, limit: float = 60.0, waiting: Waiting | None = None) -> Iterator[None]:
    """Hold the lock at `path` for the length of the `with` block; not re-entrant.

    Raises NeedsAttention after `limit` seconds of waiting (`math.inf` waits for ever), OSError
    if the file cannot be opened.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    locked = False
    while not locked:
        descriptor = os.open(path, flags, 0o600)
        try:
            _wait(descriptor, path, limit, waiting)
            # A file that somebody deleted or replaced meanwhile locks nobody else out.
            if _still_there(descriptor, path):
                locked = True
                yield
        finally:
            # Closing frees the lock, also on the way out of a failure.
            os.close(descriptor)


def _still_there(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _wait(descriptor: int, path: Path, limit: float, waiting: Waiting | None) -> None:
    start, pause, said = time.monotonic(), _FIRST_PAUSE, False
    while True:
        try:
            _try_lock(descriptor)
        except OSError as error:
            if error.errno not in _BUSY:
                raise
        else:
            return
        waited = time.monotonic() - start
        if waited > limit:
            raise NeedsAttention(_too_long(path, limit))
        if waiting is not None and not said and waited > _SAY_AFTER:
            said = True
            waiting(path)
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _too_long(path: Path, limit: float) -> Problem:
    return Problem(
        summary="another imagegen is at work here",
        detail=f"`{path}` has been locked by another process for more than {limit:.0f} seconds.",
        hint="Wait for that process or end it, then run the same command again.",
    )
