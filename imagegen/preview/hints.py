"""Owns hints: the system's word that something has changed in a folder.

Only hastens a look: without hints, a look now and then finds the same. Never says what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import watchfiles

_STEP_MS = 50
"""A change is told once nothing more has changed for so long."""
_DEBOUNCE_MS = 300
"""The longest that changes without end hold a hint up."""
_ALIVE_MS = 500
"""How soon it notices that it is to end, on systems where a wait cannot be broken off."""


async def hear(folders: Iterable[Path], wake: Callable[[], None]) -> None:
    """Call `wake` when something changes in one of `folders`, not below them; until cancelled.

    Returns when the system gives no hints, or no longer. A folder that is not there gives none.
    """
    try:
        changes = watchfiles.awatch(
            *folders,
            watch_filter=None,
            recursive=False,
            step=_STEP_MS,
            debounce=_DEBOUNCE_MS,
            rust_timeout=_ALIVE_MS,
            ignore_permission_denied=True,
        )
        async for _ in changes:
            wake()
    except (OSError, RuntimeError):
        # A folder that has gone meanwhile, or too many that are watched on this machine.
        return


def watchable(folders: Iterable[Path], root: Path) -> frozenset[Path]:
    """Return the folders to hear of, for what happens in `folders` below `root` to be noticed.

    Where a folder is not there, the nearest one above that is, since it may come.
    """
    return frozenset(_standing(folder, root) for folder in folders)


def _standing(folder: Path, root: Path) -> Path:
    while folder != root and not folder.is_dir() and folder.parent != folder:
        folder = folder.parent
    return folder
