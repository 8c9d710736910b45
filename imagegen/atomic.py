"""Owns the whole-file write: a reader sees the old bytes or the new ones, never half.

Every write is durable when the function returns: file fsynced, renamed, folder fsynced.
A temporary file is locked by its writer for as long as it has that name, so that a sweep can tell
what a killed process left behind from what is in use.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from imagegen import file_lock

TEMPORARY_PREFIX = ".imagegen-"
"""How temporary files of a write are named, so that watchers and sweeps know them."""
_TEMPORARY_SUFFIX = ".tmp"
_TRIES = 20
# A file must be closed there before it can be renamed, and a closed file is not locked.
_RENAMES_OPEN_FILES = os.name != "nt"


def _new_file_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


# The umask can be read only by setting it, which is not safe once threads run.
_NEW_FILE_MODE = _new_file_mode()


def sync_folder(folder: Path) -> None:
    """Make the names inside `folder` durable; does nothing where folders cannot be opened."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folders(folder: Path, *, above: int) -> None:
    """Make the names in `folder` and in some folders `above` it durable.

    For names that may stem from a process that was killed before it could do so. A folder above
    that may not be opened is left out.
    """
    sync_folder(folder)
    Names().make_durable(folder, above=above)


class Names:
    """The folders whose own names this process has made durable, so that none is synced twice.

    A folder that is there may have been made by a process that was killed before it had synced
    the folder above.
    """

    def __init__(self) -> None:
        self._durable: set[Path] = set()

    def make_durable(self, folder: Path, *, above: int) -> None:
        """Make the names of `folder` and of those above it durable, in `above` folders at most.

        A folder that may not be opened is left out.
        """
        child = folder
        for parent in folder.parents[:above]:
            if child in self._durable:
                return
            with contextlib.suppress(PermissionError):
                sync_folder(parent)
            self._durable.add(child)
            child = parent


def make_folder(folder: Path, *, mode: int = 0o777) -> None:
    """Create `folder` and its missing parents, each made durable in the folder above it."""
    if folder.is_dir():
        return
    make_folder(folder.parent, mode=mode)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=mode)
    sync_folder(folder.parent)


def replace(
    path: Path, data: bytes, *, mode: int | None = None, beside: Path | None = None
) -> None:
    """Put `data` at `path` whole and durably; parents are made as needed.

    `mode` is the file's permission bits; without it the umask decides, as for any new file.
    `beside` is a folder on the same file system for the temporary file; by default the file's own.
    Raises OSError; the old file is then still whole and no temporary file is left.
    """
    make_folder(path.parent)
    descriptor, temporary = _new_temporary(beside or path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            # mkstemp makes files that only their owner reads; a web server must read outputs.
            temporary.chmod(_NEW_FILE_MODE if mode is None else mode)
            os.fsync(file.fileno())
            if _RENAMES_OPEN_FILES:
                temporary.replace(path)
        if not _RENAMES_OPEN_FILES:
            temporary.replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


@contextlib.contextmanager
def temporary(folder: Path) -> Iterator[tuple[int, Path]]:
    """Give descriptor and path of a new file in `folder`, which is gone after the `with` block."""
    descriptor, path = _new_temporary(folder)
    try:
        yield descriptor, path
    finally:
        os.close(descriptor)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()


def sweep(folder: Path) -> None:
    """Delete the temporary files in `folder` that a killed process left; never one in use.

    What cannot be told or deleted stays: a file system without locks, a missing right, Windows.
    """
    if not _RENAMES_OPEN_FILES:
        return
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            named = entry.name.startswith(TEMPORARY_PREFIX)
            if named and entry.name.endswith(_TEMPORARY_SUFFIX):
                _delete_if_left(Path(entry.path))


def _new_temporary(folder: Path) -> tuple[int, Path]:
    """Make a file in `folder` and lock it; returns its descriptor and its path."""
    for _ in range(_TRIES):
        descriptor, name = tempfile.mkstemp(
            prefix=TEMPORARY_PREFIX, suffix=_TEMPORARY_SUFFIX, dir=folder
        )
        try:
            # A sweep may have come between the making and the locking.
            if file_lock.take(descriptor) and os.fstat(descriptor).st_nlink:
                return descriptor, Path(name)
        except OSError:
            # No locks here: a sweep cannot lock it either, and leaves it alone.
            return descriptor, Path(name)
        os.close(descriptor)
        # A sweep has it, to delete it; should that fail, it is not left behind.
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
    raise OSError(errno.EAGAIN, "every new file is locked by somebody else at once", str(folder))


def _delete_if_left(path: Path) -> None:
    flags = os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
    with contextlib.suppress(OSError):
        descriptor = os.open(path, flags)
        try:
            if file_lock.take(descriptor):
                path.unlink()
        finally:
            os.close(descriptor)
