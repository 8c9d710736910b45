"""Owns what the disk makes of an output's path: links that lead away, folders in a file's place.

Only looks; never creates or writes anything.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from imagegen.project.fault import Fault
from imagegen.project.outputs import Claim
from imagegen.project.wording import quoted


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why nothing can be written into a folder, as words after the output's path."""

    summary: str
    detail: str


class Folders:
    """The folders of one project as they are on disk; each is asked about once."""

    def __init__(self, root: Path) -> None:
        self._root = os.path.realpath(root)
        self._real: dict[str, str | Obstacle] = {}

    def settle(self, claim: Claim) -> Claim | Fault:
        """Return `claim` with links on its way resolved, or why it cannot be written there."""
        folder, _, file = claim.path.rpartition("/")
        if folder not in self._real:
            self._real[folder] = self._look(folder)
        real = self._real[folder]
        if isinstance(real, Obstacle):
            return Fault(claim.loc, f"{quoted(claim.path)} {real.summary}", real.detail)
        path = f"{real}/{file}" if real else file
        # Asked for every image, and a Path takes longer to make than the disk to answer.
        if _kind(f"{self._root}/{path}") == stat.S_IFDIR:
            return Fault(claim.loc, f"{quoted(claim.path)} is a folder on disk")
        return Claim(claim.name, path, claim.loc)

    def _look(self, folder: str) -> str | Obstacle:
        path = os.path.realpath(Path(self._root, folder))
        if os.path.commonpath([path, self._root]) != self._root:
            detail = "The folder is a link, or lies below one, that leaves the project."
            return Obstacle("leads out of the project", detail)
        if os.path.islink(path):  # noqa: PTH114
            return Obstacle("lies behind a link that leads back to itself", "It has no end.")
        relative = "" if path == self._root else Path(path).relative_to(self._root).as_posix()
        kinds = (_kind(parent) for parent in (Path(path), *Path(path).parents))
        if next(filter(None, kinds), stat.S_IFDIR) != stat.S_IFDIR:
            return Obstacle("lies below a file on disk", "A file needs a folder around it.")
        return relative


def _kind(path: Path | str) -> int | None:
    try:
        return stat.S_IFMT(os.stat(path).st_mode)  # noqa: PTH116
    except OSError:
        return None
