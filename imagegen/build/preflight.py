"""Owns the question asked before money is spent: whether what is bought can be kept.

Leaves nothing behind.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from imagegen import atomic, disk_fault
from imagegen.errors import Problem

HEADROOM = 64 * 1024
"""Bytes that the ledger's folder must take: some hundred records."""


def preflight(folder: Path, bytes_needed: int) -> Problem | None:
    """Return why nothing may be bought now, or None.

    Writes and syncs 64 KiB in `folder` (made if missing), and asks for `bytes_needed` free
    bytes on its disk. A full or read-only disk, a quota or a missing right is told.
    """
    try:
        _try_write(folder)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return disk_fault.explain(error, doing="keep what would be bought", path=folder)
    if free < bytes_needed:
        short = OSError(errno.ENOSPC, f"{bytes_needed} bytes are needed and {free} are free")
        return disk_fault.explain(short, doing="keep what would be bought", path=folder)
    return None


def _try_write(folder: Path) -> None:
    atomic.make_folder(folder, mode=0o700)
    with atomic.temporary(folder) as (descriptor, _):
        data = memoryview(os.urandom(HEADROOM))
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
