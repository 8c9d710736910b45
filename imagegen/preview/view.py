"""Owns View: a project as it is at one moment, read again cheaply after each change.

Reads and never writes; spends nothing and sends nothing. What the disk says of a file is believed:
a file whose times, size and inode are the same is not read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from imagegen import lock as lockfile
from imagegen.environment import FILE as ENVIRONMENT_FILE
from imagegen.opened import Opened, open_project
from imagegen.plan import Plan
from imagegen.preview.past import Picture, pasts
from imagegen.remembering import Remembering, Stats, stats_of


@dataclass(frozen=True, slots=True)
class View:
    """A project in which everything fits, its plan, and the pictures that are there."""

    opened: Opened
    plan: Plan
    files: Mapping[str, str]
    """Project paths of outputs, wanted or locked, that exist -> sha256 of their bytes."""
    sizes: Mapping[str, int]
    """The same paths -> bytes."""
    pasts: Mapping[str, tuple[Picture, ...]]
    """Image -> the pictures that were bought for it, newest first."""

    places: Mapping[str, str]
    """sha256 of each of those files -> its project path."""

    @property
    def inputs(self) -> frozenset[Path]:
        """Every file that the view depends on, existing or not."""
        root = self.opened.workspace.root
        outputs = {root / path for path in outputs_of(self.opened)}
        read = (*self.opened.loaded.files, *plain_inputs(self.opened.file))
        return frozenset(outputs.union(read))


def plain_inputs(file: Path) -> frozenset[Path]:
    """Return what is read of any project: its file, the lock, `.env`."""
    return frozenset({file, file.parent / lockfile.NAME, file.parent / ENVIRONMENT_FILE})


class Eye:
    """Looks at one project again and again."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._workspace = Remembering(file.parent)

    def look(self) -> View:
        """Return the project as it is now; raises ImagegenError with every problem."""
        opened = open_project(self._file, waiting=_patient, workspace=self._workspace)
        plan = opened.plan()
        paths = outputs_of(opened)
        files = self._workspace.digests(paths)
        entries = opened.ledger.entries().values() if opened.ledger else ()
        return View(
            opened,
            plan,
            files=files,
            sizes=_sizes(self._file.parent, files),
            pasts=pasts(entries, opened.label),
            places={sha256: path for path, sha256 in sorted(files.items())},
        )


def outputs_of(opened: Opened) -> frozenset[str]:
    """Return the project paths of all outputs, those that are wanted and those in the lock."""
    wanted = {target.output for target in opened.loaded.targets if target.output}
    locked = {out.path for one in opened.lock.images.values() for out in one.outputs}
    return frozenset(wanted | locked)


def stats(paths: Iterable[Path]) -> Mapping[Path, Stats]:
    """Return the stats of those files that exist."""
    found = {path: stats_of(str(path)) for path in paths}
    return {path: stat for path, stat in found.items() if stat is not None}


def _sizes(root: Path, paths: Iterable[str]) -> dict[str, int]:
    found = {path: stats_of(f"{root}/{path}") for path in paths}
    return {path: stat[2] for path, stat in found.items() if stat is not None}


def _patient(_: Path) -> None:
    """Wait for another process's ledger without a word: nobody reads it here."""
