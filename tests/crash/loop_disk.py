"""Owns the loop disk: a file system in a file, whose power can be cut.

The file is copied while it is mounted, so that what the kernel had not written yet is lost; the
copy is what the next boot finds. Nothing stays mounted behind it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

_UMOUNT_TRIES = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """One file system: how a small one is made and mounted."""

    make: Sequence[str]
    mebibytes: int
    """About the smallest: a build wants some room free before it buys."""
    options: Sequence[str]
    """Ways to mount it. Nothing is flushed by itself for minutes, and no kindness is on."""
    package: str
    """What Debian calls its tools."""


KINDS: Mapping[str, Kind] = {
    "ext4": Kind(
        ("mkfs.ext4", "-q", "-F", "-m", "0"),
        64,
        (
            "commit=300",
            "commit=300,noauto_da_alloc",
            "commit=300,noauto_da_alloc,data=writeback",
        ),
        "e2fsprogs",
    ),
    "xfs": Kind(("mkfs.xfs", "-q", "-f"), 300, ("nouuid",), "xfsprogs"),
    "btrfs": Kind(("mkfs.btrfs", "-q", "-f"), 256, ("commit=300",), "btrfs-progs"),
}


class DiskFailure(Exception):
    """A command that makes, mounts or unmounts the disk failed."""


class LoopDisk:
    """One file system at `place`; use it as a context manager."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.place = folder / "disk"
        self.kind = KINDS[kind]
        self._name = kind
        self._blank = folder / "blank"
        self._images = (folder / "image-0", folder / "image-1")
        self._options = self.kind.options[0]
        folder.mkdir(parents=True, exist_ok=True)
        self.place.mkdir()
        raw = folder / "raw"
        with raw.open("wb") as file:
            file.truncate(self.kind.mebibytes << 20)
        _command(*self.kind.make, str(raw))
        # The tools write zeros that need not be copied every time.
        _command("cp", "--sparse=always", str(raw), str(self._blank))
        raw.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._unmount()

    def renew(self, options: str = "") -> None:
        """Mount an empty file system."""
        self._unmount()
        self._options = options or self.kind.options[0]
        self._use(self._blank)

    def sync(self) -> None:
        """Let everything that is on it be durable."""
        _command("sync", "-f", str(self.place))

    def cut_power(self) -> None:
        """Lose all that is not durable, and boot again."""
        copy = self._images[1]
        _copy(self._images[0], copy)
        self._unmount()
        self._use(copy)

    def _use(self, image: Path) -> None:
        if image == self._images[1]:
            image.replace(self._images[0])
        else:
            _copy(image, self._images[0])
        options = f"loop,{self._options}"
        _command("mount", "-t", self._name, "-o", options, str(self._images[0]), str(self.place))

    def _unmount(self) -> None:
        for _ in range(_UMOUNT_TRIES):
            if not self.place.is_mount():
                return
            # A child of a run that was killed may take a moment longer to die.
            if subprocess.run(("umount", self.place), capture_output=True).returncode:
                time.sleep(0.02)
        _command("umount", "-l", str(self.place))


def hindrance(kind: str, folder: Path) -> str:
    """Return why a disk of this kind cannot be used on this machine; empty when it can."""
    if os.geteuid() != 0:
        return "mounting a file system needs root"
    wanted = KINDS[kind]
    for tool in (wanted.make[0], "mount", "umount"):
        if shutil.which(tool) is None:
            return f"`{tool}` is not installed (Debian package {wanted.package})"
    try:
        with LoopDisk(kind, folder) as disk:
            disk.renew()
    except DiskFailure as error:
        return str(error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return ""


def _copy(source: Path, target: Path) -> None:
    _command("cp", "--sparse=auto", str(source), str(target))


def _command(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise DiskFailure(f"`{' '.join(words)}` failed: {done.stderr.strip()}")
