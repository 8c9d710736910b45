"""Owns the project folder: its lock file, its outputs, and the tool's own corner `.imagegen/`.

Every write stays inside the project and is whole or not at all. Never decides what to write.
"""

from __future__ import annotations

import contextlib
import math
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from imagegen import atomic, digest, file_lock, fingerprint
from imagegen import lock as lockfile
from imagegen.errors import NeedsAttention, Problem, WrongInput
from imagegen.lock import Lock

CORNER = ".imagegen"
"""Local state beside the project file: git-ignored by itself, safe to delete."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One project folder; `root` holds the project file."""

    root: Path
    _names: atomic.Names = field(default_factory=atomic.Names, compare=False, repr=False)

    @property
    def lock_path(self) -> Path:
        """Where imagegen.lock is, or will be."""
        return self.root / lockfile.NAME

    def lock_bytes(self) -> bytes | None:
        """Return the lock file's bytes, None when there is none; WrongInput if unreadable."""
        try:
            # Opening a pipe or device could wait for ever, so the kind is asked first.
            if not stat.S_ISREG(self.lock_path.stat().st_mode):
                raise WrongInput(Problem(f"cannot read {lockfile.NAME}: it is not a regular file"))
            with self.lock_path.open("rb") as file:
                return file.read(lockfile.SIZE_LIMIT + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise WrongInput(Problem(f"cannot read {lockfile.NAME}: {error.strerror}")) from None

    def read_lock(self) -> Lock:
        """Return the lock, empty when there is none; WrongInput when it cannot be trusted."""
        data = self.lock_bytes()
        return Lock() if data is None else lockfile.parse(data, lockfile.NAME)

    def write_lock(self, lock: Lock) -> bytes:
        """Replace the lock whole, unless it has these bytes already; returns them.

        NeedsAttention when it cannot be written.
        """
        data = lockfile.dump(lock)
        if self.lock_bytes() != data:
            try:
                atomic.replace(self.lock_path, data)
            except OSError as error:
                raise NeedsAttention(_cannot("write", lockfile.NAME, error)) from None
        return data

    def digests(self, paths: Iterable[str]) -> dict[str, str]:
        """Return the sha256 of each of these project files that exists."""
        found = {}
        for path in paths:
            with contextlib.suppress(OSError):
                found[path] = digest.sha256_of_file(self.root / path)
        return found

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a project file, None when it is not there."""
        try:
            place = self.root / path
            # Opening a pipe could wait for ever.
            return place.read_bytes() if place.is_file() else None
        except OSError:
            return None

    def place(self, path: str, data: bytes, *, replaceable: Callable[[str], bool]) -> Path | None:
        """Write an output; bytes there (by sha256) that are not `replaceable` are kept aside first.

        Returns where the old file was kept, relative to the project, or None when nothing was
        lost. A file that already has these bytes is not touched. NeedsAttention when the place
        lies outside the project or cannot be written.
        """
        place = self._inside(path)
        kept = None
        try:
            found = digest.sha256_of_file(place) if place.is_file() else None
            if found == digest.sha256_of(data):
                # Perhaps put there by a build that was killed before it had synced the name.
                atomic.sync_folder(place.parent)
                self._make_names_durable(place.parent)
                return None
            if found and not replaceable(found):
                kept = self._keep_aside(path, place.read_bytes(), found)
            atomic.replace(place, data)
            self._make_names_durable(place.parent)
        except OSError as error:
            raise NeedsAttention(_cannot("write", path, error)) from None
        return kept

    def _make_names_durable(self, folder: Path) -> None:
        """See to it that a power cut takes no folder between the root and an output."""
        self._names.make_durable(folder, above=len(folder.relative_to(self.root).parts))

    def copy_aside(self, path: str, sha256: str) -> Path | None:
        """Keep a copy of an output if its bytes are still those; returns where, or None.

        Relative to the project. NeedsAttention when the copy cannot be written.
        """
        place = self._inside(path)
        try:
            data = place.read_bytes() if place.is_file() else b""
            return (
                self._keep_aside(path, data, sha256) if digest.sha256_of(data) == sha256 else None
            )
        except OSError as error:
            raise NeedsAttention(_cannot("keep", path, error)) from None

    def remove(self, path: str, sha256: str) -> bool:
        """Delete an output if its bytes are still those; says whether the file is gone now."""
        place = self._inside(path)
        try:
            if not place.is_file():
                return True
            if digest.sha256_of_file(place) != sha256:
                return False
            place.unlink()
            self._drop_empty_folders(place.parent)
        except OSError as error:
            raise NeedsAttention(_cannot("delete", path, error)) from None
        return True

    @contextlib.contextmanager
    def held(self, waiting: file_lock.Waiting) -> Iterator[None]:
        """Hold this project for one build; `waiting` is told when another build has it."""
        lock = self.corner() / "build.lock"
        with contextlib.ExitStack() as stack:
            try:
                turn = file_lock.held(lock, limit=math.inf, waiting=waiting, note="")
                stack.enter_context(turn)
            except OSError as error:
                raise NeedsAttention(_cannot("lock", f"{CORNER}/{lock.name}", error)) from None
            yield

    def forget_idle(self) -> None:
        """Forget that there is nothing to do, before something is changed; NeedsAttention."""
        try:
            fingerprint.forget(str(self.root))
        except OSError as error:
            raise NeedsAttention(
                Problem(
                    f"cannot delete `{CORNER}/fingerprint`: {error.strerror or error}",
                    "It says that there is nothing to do. Nothing was bought.",
                    "set the permissions right, then build again",
                )
            ) from None

    def sweep(self, paths: Iterable[str]) -> None:
        """Delete what killed writes left beside these outputs, the lock and in the corner."""
        folders = {self.root, self.root / CORNER, *((self.root / path).parent for path in paths)}
        for folder in folders:
            atomic.sweep(folder)

    def corner(self) -> Path:
        """Return `.imagegen/`, made on first use with a .gitignore that hides all of it."""
        corner = self.root / CORNER
        if corner.is_symlink():
            hint = "remove the link; imagegen makes a folder of its own there"
            raise WrongInput(Problem(f"`{CORNER}` is a link", "It could lead anywhere.", hint))
        ignore = corner / ".gitignore"
        if not ignore.is_file():
            try:
                atomic.replace(
                    ignore,
                    b"# local state of imagegen; edited/ holds files that were replaced\n*\n",
                )
            except OSError as error:
                raise NeedsAttention(_cannot("write", f"{CORNER}/.gitignore", error)) from None
        return corner

    def _inside(self, path: str) -> Path:
        place = self.root / path
        real = Path(os.path.realpath(place.parent))
        if not real.is_relative_to(os.path.realpath(self.root)):
            problem = Problem(
                f"`{path}` leads out of the project",
                f"A folder on the way is a link to {real}.",
                "replace the link by a real folder, or choose another output",
            )
            raise NeedsAttention(problem)
        return place

    def _keep_aside(self, path: str, data: bytes, sha256: str) -> Path:
        name = Path(path)
        kept = Path(CORNER, "edited", name.parent, f"{name.stem}-{sha256[:8]}{name.suffix}")
        self.corner()
        atomic.replace(self.root / kept, data)
        return kept

    def _drop_empty_folders(self, folder: Path) -> None:
        while folder != self.root:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


def _cannot(what: str, path: str, error: OSError) -> Problem:
    return Problem(
        f"cannot {what} `{path}`: {error.strerror or error}",
        "Nothing is lost: what was paid for is in the store.",
        "make room or set the permissions right, then build again; it costs nothing",
    )
