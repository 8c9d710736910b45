"""Owns the exclusive lock between processes and threads: one holder at a time, freed by death.

A lock file is deleted by its holder or by nobody: two waiters could else lock two different files.
What a holder writes into it is for messages only and never trusted.
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

SAY_AFTER = 1.0
"""Seconds of waiting after which a person should know why nothing happens."""

_BUSY = frozenset({errno.EAGAIN, errno.EACCES, errno.EDEADLK})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.05
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_NOTE_BYTES = 400
# Windows lets nobody read the byte that is locked, which is the first one.
_NOTE_AT = 1


@contextlib.contextmanager
def held(
    path: Path, *, limit: float = 60.0, waiting: Waiting | None = None, note: str | None = None
) -> Iterator[None]:
    """Hold the lock at `path` for the length of the `with` block; not re-entrant.

    With a `note`, those who wait can say who has it: see `holder`. Raises NeedsAttention after
    `limit` seconds of waiting (`math.inf` waits for ever), OSError if the file cannot be opened.
    """
    descriptor = _waited_for(path, limit, waiting, note)
    try:
        yield
    finally:
        _release(descriptor)


def attempt(path: Path, *, note: str | None = None) -> int | None:
    """Return a descriptor that holds the lock at `path` until it is closed, None when it is taken.

    Two descriptors exclude each other also within one process. Raises OSError if the file cannot
    be opened or the file system knows no locks.
    """
    descriptor = os.open(path, _FLAGS, 0o600)
    try:
        # A file that somebody deleted or replaced meanwhile locks nobody else out.
        if take(descriptor) and _still_there(descriptor, path):
            if note is not None:
                _sign(descriptor, note)
            return descriptor
    except BaseException:
        _release(descriptor)
        raise
    _release(descriptor)
    return None


def take(descriptor: int) -> bool:
    """Lock an open file until it is closed; says whether that worked. Never waits.

    Raises OSError where the file system knows no locks.
    """
    try:
        _try_lock(descriptor)
    except OSError as error:
        if error.errno not in _BUSY:
            raise
        return False
    return True


def discard(descriptor: int, path: Path) -> None:
    """Free the lock that `attempt` gave and delete its file; whoever waits then makes a new one."""
    # Windows deletes no open file, and a file that another process has open not at all.
    if sys.platform == "win32":
        _release(descriptor)
    with contextlib.suppress(OSError):
        path.unlink()
    if sys.platform != "win32":
        _release(descriptor)


def sweep(folder: Path) -> None:
    """Delete the lock files in `folder` that nobody holds.

    Only for a folder whose locks are always given back by `discard`.
    """
    with contextlib.suppress(OSError):
        for path in folder.glob("*.lock"):
            descriptor = attempt(path)
            if descriptor is not None:
                discard(descriptor, path)


def holder(path: Path) -> str:
    """Return who holds a lock, as ` (process 4242, NOTE)` to end a sentence with; "" if unknown.

    It may be out of date, and it is text from a file: good enough for a message, never to act on.
    """
    try:
        with path.open("rb") as file:
            file.seek(_NOTE_AT)
            told = file.read(_NOTE_BYTES).decode(errors="replace").partition("\n")[0]
    except OSError:
        return ""
    return f" ({told})" if told.startswith("process ") else ""


def _release(descriptor: int) -> None:
    # Closing frees the lock even where it reports a fault, and nothing of worth was written.
    with contextlib.suppress(OSError):
        os.close(descriptor)


def _sign(descriptor: int, note: str) -> None:
    pid = f"process {os.getpid()}"
    told = (f"{pid}, {note}" if note else pid).replace("\n", " ").encode(errors="replace")
    # A full disk is no reason not to hold the lock.
    with contextlib.suppress(OSError):
        os.lseek(descriptor, _NOTE_AT, os.SEEK_SET)
        os.write(descriptor, told[:_NOTE_BYTES] + b"\n")


def _still_there(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _waited_for(path: Path, limit: float, waiting: Waiting | None, note: str | None) -> int:
    start, pause, said = time.monotonic(), _FIRST_PAUSE, False
    while (descriptor := attempt(path, note=note)) is None:
        waited = time.monotonic() - start
        if waited > limit:
            raise NeedsAttention(_too_long(path, limit))
        if waiting is not None and not said and waited > SAY_AFTER:
            said = True
            waiting(path)
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
    return descriptor


def _too_long(path: Path, limit: float) -> Problem:
    return Problem(
        summary="another imagegen is at work here",
        detail=(
            f"`{path}` has been locked by another process{holder(path)} "
            f"for more than {limit:.0f} seconds."
        ),
        hint="Wait for that process or end it, then run the same command again.",
    )
