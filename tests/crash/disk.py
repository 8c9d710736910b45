"""Owns a disk with power cuts: a real folder, what of it is on stable storage, and a failpoint.

Every change that the process makes below the folder goes through here while `watching`. What no
fsync has covered may be lost, each name and each file by itself.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import io
import os
import random
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Names = dict[str, tuple[int, bool]]
"""What lies in one folder: name -> (inode, is it a folder)."""


class Died(BaseException):
    """The process is gone: nothing that it still tries has any effect."""


_PATHS = ("mkdir", "unlink", "remove", "rmdir", "replace", "rename", "link", "symlink", "chmod")
_HANDLES = ("write", "ftruncate")


class Disk:
    """One folder, its durable content, and where the process that changes it is to die."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._below = f"{root}/"
        self._device = root.stat().st_dev
        self._contents: dict[int, bytes] = {}
        self._names: dict[int, Names] = {}
        self.effects = 0
        """Changes and messages since `arm`."""
        self.dead = False
        self.last = ""
        """The effect that was about to happen when the process died."""
        self.failed_syncs: list[str] = []
        """Files whose fsync was made to fail since `arm`."""
        self.on_replace: Callable[[str, str], None] = lambda old, new: None
        """Called just before a file takes another's name, with both paths."""
        self._fatal = 0
        self._error = 0
        self._errno = errno.EIO
        self._dies_on, self._left = "", 0
        self._opened: set[int] = set()

    def arm(
        self, *, dies_at: int = 0, dies_on: str = "", fails_at: int = 0, error: int = errno.EIO
    ) -> None:
        """Begin a process: it dies at its n-th effect, or is refused that one; 0 is never.

        With `dies_on` only the effects that name this text count for its death.
        """
        self._dies_on, self._left = dies_on, dies_at
        self.effects, self._fatal, self._error = 0, 0, fails_at
        self.dead, self.last, self._errno = False, "", error
        self.failed_syncs = []

    def bury(self) -> None:
        """Close what a dead process has left open, which frees its locks."""
        for handle in self._opened:
            with contextlib.suppress(OSError):
                if self._inside(str(Path(f"/proc/self/fd/{handle}").readlink())):
                    os.close(handle)
        self._opened.clear()

    def effect(self, what: str, *, refusable: bool = False) -> None:
        """Count one effect; raises Died when the process does not live to see it.

        A `refusable` one raises OSError instead when the disk is to fail there.
        """
        self.effects += 1
        if self._dies_on in what:
            self._left -= 1
            if self._left == 0:
                self.dead, self.last = True, what
                self._fatal = self.effects
        if self.dead:
            raise Died(what)
        if refusable and 0 < self._error <= self.effects:
            self._error = 0
            self.last = what
            if what.startswith("fsync"):
                self.failed_syncs.append(what)
            raise OSError(self._errno, os.strerror(self._errno), what)

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Stand between this process and the folder."""
        replaced = {name: getattr(os, name) for name in (*_PATHS, *_HANDLES, "open", "fsync")}
        opened = io.open
        for name in _PATHS:
            setattr(os, name, self._on_path(name, replaced[name]))
        for name in _HANDLES:
            setattr(os, name, self._on_handle(name, replaced[name]))
        os.open = self._opening(replaced["open"])
        os.fsync = self._syncing(replaced["fsync"])
        io.open = builtins.open = self._opening_file(opened)  # type: ignore[assignment]
        try:
            yield
        finally:
            for name, function in replaced.items():
                setattr(os, name, function)
            io.open = builtins.open = opened

    def durable(self, path: Path) -> bytes | None:
        """Return what a power cut that spares nothing would leave of a file; None for nothing."""
        at = self.root.stat().st_ino
        for part in path.relative_to(self.root).parts:
            found = self._names.get(at, {}).get(part)
            if found is None:
                return None
            at = found[0]
        return self._contents.get(at, b"")

    def put(self, path: Path, data: bytes) -> None:
        """Write a file as its user would, and durably."""
        missing = [one for one in (path.parent, *path.parent.parents) if not one.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        for one in (*reversed(missing), path):
            found = one.stat()
            above = self._names.setdefault(one.parent.stat().st_ino, {})
            above[one.name] = (found.st_ino, one.is_dir())
        self._contents[path.stat().st_ino] = data

    def settle(self, folder: Path) -> None:
        """Let everything below `folder`, and its name, be durable as it is now."""
        above = self._names.setdefault(folder.parent.stat().st_ino, {})
        above[folder.name] = (folder.stat().st_ino, True)
        for place, _, files in os.walk(folder):
            self._names[Path(place).stat().st_ino] = _listed(place)
            for name in files:
                file = Path(place, name)
                self._contents[file.stat().st_ino] = file.read_bytes()

    def cut_power(self, folder: Path, chance: random.Random) -> int:
        """Lose what was not durable below `folder`, as `chance` will have it; returns how much."""
        image, lost = _Aftermath(self._contents, self._names, folder, chance).image()
        for place, folders, files in os.walk(folder, topdown=False):
            for name in files:
                if Path(place, name) not in image:
                    Path(place, name).unlink()
            for name in folders:
                if Path(place, name) not in image:
                    Path(place, name).rmdir()
        for path, data in sorted(image.items()):
            if data is None:
                path.mkdir(exist_ok=True)
            elif not path.is_file() or path.read_bytes() != data:
                path.write_bytes(data)
        self.settle(folder)
        return lost

    def _inside(self, path: Any) -> bool:
        return not isinstance(path, int) and os.fspath(path).startswith(self._below)

    def _shown(self, path: Any) -> str:
        return str(path).removeprefix(self._below)

    def _on_path(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        moves = name in ("replace", "rename")

        def act(path: Any, *args: Any, **more: Any) -> Any:
            if self._inside(path):
                told = f"{name} {self._shown(args[0] if moves else path)}"
                self.effect(told, refusable=True)
                if moves:
                    self.on_replace(os.fspath(path), os.fspath(args[0]))
            return real(path, *args, **more)

        return act

    def _on_handle(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def act(handle: int, *args: Any) -> Any:
            if os.fstat(handle).st_dev == self._device:
                try:
                    self.effect(name, refusable=True)
                except Died:
                    # A record of some length may be half on its way when the end comes.
                    if name == "write" and self.effects == self._fatal:
                        real(handle, bytes(args[0])[: len(args[0]) * (self.effects % 3) // 2])
                    raise
            return real(handle, *args)

        return act

    def _opening(self, real: Callable[..., int]) -> Callable[..., int]:
        def act(path: Any, flags: int, *args: Any, **more: Any) -> int:
            if flags & os.O_CREAT and self._inside(path) and not os.path.lexists(path):
                self.effect(f"create {self._shown(path)}", refusable=True)
            handle = real(path, flags, *args, **more)
            if self._inside(path):
                self._opened.add(handle)
            return handle

        return act

    def _opening_file(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def act(file: Any, mode: str = "r", *args: Any, **more: Any) -> Any:
            if mode[0] in "wxa" and self._inside(file):
                self.effect(f"write {self._shown(file)}", refusable=True)
            return real(file, mode, *args, **more)

        return act

    def _syncing(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def act(handle: int) -> None:
            found = os.fstat(handle)
            if found.st_dev != self._device:
                real(handle)
                return
            file = Path(f"/proc/self/fd/{handle}").readlink()
            self.effect(f"fsync {self._shown(file)}", refusable=True)
            if stat.S_ISDIR(found.st_mode):
                self._names[found.st_ino] = _listed(handle)
            else:
                self._contents[found.st_ino] = _whole(handle, found.st_size)

        return act


class _Aftermath:
    """What a power cut leaves of one folder."""

    def __init__(
        self,
        contents: dict[int, bytes],
        names: dict[int, Names],
        folder: Path,
        chance: random.Random,
    ) -> None:
        self.contents, self.names, self.folder = contents, names, folder
        self.chance = chance
        self.sparing = chance.choice((0.0, 0.0, 0.1, 0.5, 0.9, 1.0))
        self.now: dict[int, bytes] = {}
        self.listed: dict[int, Names] = {}
        self.spared: dict[int, bool] = {}
        self.lost = 0

    def image(self) -> tuple[dict[Path, bytes | None], int]:
        """Return path -> bytes, None for a folder, of all that is left, and what was lost."""
        for place, _, files in os.walk(self.folder):
            self.listed[Path(place).stat().st_ino] = _listed(place)
            for name in files:
                file = Path(place, name)
                self.now[file.stat().st_ino] = file.read_bytes()
        image: dict[Path, bytes | None] = {}
        self._walk(self.folder, self.folder.stat().st_ino, image)
        return image, self.lost

    def _walk(self, path: Path, inode: int, image: dict[Path, bytes | None]) -> None:
        durable, now = self.names.get(inode, {}), self.listed.get(inode, {})
        # In the order of inodes, since temporary names are a matter of chance.
        changed = sorted(
            (max(now.get(name, (0,))[0], durable.get(name, (0,))[0]), name)
            for name in durable.keys() | now.keys()
            if durable.get(name) != now.get(name)
        )
        kept = {name: found for name, found in durable.items() if now.get(name) == found}
        for _, name in changed:
            # What came and what went by one move is one thing: both happened or neither did.
            moved = (now.get(name) or durable[name])[0]
            after = self._is_spared(moved)
            found = now.get(name) if after else durable.get(name)
            if found is not None:
                kept[name] = found
        for name, (number, is_folder) in sorted(kept.items()):
            if is_folder:
                image[path / name] = None
                self._walk(path / name, number, image)
            else:
                image[path / name] = self._bytes(number)

    def _is_spared(self, inode: int) -> bool:
        if inode not in self.spared:
            self.spared[inode] = self.chance.random() < self.sparing
            self.lost += not self.spared[inode]
        return self.spared[inode]

    def _bytes(self, inode: int) -> bytes:
        durable = self.contents.get(inode, b"")
        now = self.now.get(inode, durable)
        if now == durable or self.chance.random() < self.sparing:
            return now
        self.lost += 1
        shared = len(durable) if now.startswith(durable) else 0
        part = shared + self.chance.randrange(len(now) - shared + 1)
        torn = now[:part]
        return self.chance.choice((durable, durable, torn, torn + bytes(len(now) - part)))


def _listed(folder: Any) -> Names:
    with os.scandir(folder) as entries:
        return {one.name: (one.inode(), one.is_dir(follow_symlinks=False)) for one in entries}


def _whole(handle: int, size: int) -> bytes:
    try:
        return os.pread(handle, size, 0)
    except OSError as error:
        if error.errno != errno.EBADF:
            raise
        return Path(f"/proc/self/fd/{handle}").read_bytes()
