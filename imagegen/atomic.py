"""Owns the whole-file write: a reader sees the old bytes or the new ones, never half.

Every write is durable when the function returns: file fsynced, renamed, folder fsynced.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

TEMPORARY_PREFIX = ".imagegen-"
"""How temporary files of a write are named, so that watchers and sweeps know them."""


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
    for parent in folder.parents[:above]:
        with contextlib.suppress(PermissionError):
            sync_folder(parent)


def make_folder(folder: Path, *, mode: int = 0o777) -> None:
    """Create `folder` and its missing parents, each made durable in the folder above it."""
    if folder.is_dir():
        return
    make_folder(folder.parent, mode=mode)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=mode)
    sync_folder(folder.parent)


def replace(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Put `data` at `path` whole and durably; parents are made as needed.

    `mode` is the file's permission bits; without it the umask decides, as for any new file.
    Raises OSError; the old file is then still whole and no temporary file is left.
    """
    make_folder(path.parent)
    descriptor, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            # mkstemp makes files that only their owner reads; a web server must read outputs.
            temporary.chmod(_NEW_FILE_MODE if mode is None else mode)
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        raise
    sync_folder(path.parent)
