"""Owns the small disks: home, project or temporary folder on a disk that is really full.

Also read-only ones, and limits on the size of files. Needs the right to mount.
"""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from imagegen.emulator.serve import Running

from .aftermath import aftermath
from .crew import shared_out
from .scene import Scene, charges
from .stage import Stage, stage
from .tally import Failure, Tally
from .words import faults_of_words

NAME = "disk errors"
_BLOCK = 10
_FILLER_LIMIT = 64 << 20
_JUST_ENOUGH = "40m"
"""More than the build of two pictures asks for before it orders."""


def run(count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Return what `count` builds on small disks did; the kinds take turns."""
    if os.name != "posix" or os.geteuid() != 0:
        return Tally(NAME, skipped="mounting a small disk needs root")
    blocks = [(at, min(_BLOCK, count - at), seed) for at in range(0, count, _BLOCK)]
    return shared_out(_block, blocks, Tally(NAME), first_failure=first_failure)


def _block(first: int, count: int, seed: int, first_failure: bool) -> Tally:
    tried, failures, kinds = 0, list[Failure](), list(KINDS)
    with stage("fresh") as ready:
        for number in range(first, first + count):
            kind = kinds[number % len(kinds)]
            chance = random.Random(f"{seed}-{number}")
            failures += _tried(ready, kind, chance, f"seed {seed}, small disk {number}: {kind}")
            tried += 1
            if failures and first_failure:
                break
    return Tally(NAME, tried, tuple(failures), {"small disks": tried})


def _tried(ready: Stage, kind: str, chance: random.Random, repeat: str) -> list[Failure]:
    limit = chance.choice((4_096, 20_000, 65_535)) if kind == "file size limit" else None
    with ready.scene() as scene, contextlib.ExitStack() as disks:
        with KINDS[kind](scene, ready.vendor, chance, disks):
            ended = ready.zygote.run(
                ["build"],
                folder=scene.folder,
                environment=scene.closed_environment,
                file_limit=limit,
            )
            found = list(faults_of_words(scene, ended, repeat))
            if ended.code == 0 and kind not in _HARMLESS:
                found.append(Failure("error swallowed", ended.told, repeat))
            if kind in _BEFORE_ORDERS and (paid := charges(scene, ready.vendor)):
                found.append(Failure("order without a place for it", f"{len(paid)}", repeat))
        return found + list(aftermath(scene, ready.vendor, ready.zygote, repeat))


_Kind = Callable[[Scene, Running, random.Random, contextlib.ExitStack], Iterator[None]]
"""Brings the trouble about and ends it; disks stay mounted for as long as the stack is open."""


@contextlib.contextmanager
def _mounted(place: Path, *options: str) -> Iterator[None]:
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", *options, str(place)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def _small(place: Path, size: str) -> AbstractContextManager[None]:
    return _mounted(place, "-t", "tmpfs", "-o", f"size={size}", "none")


def _fill(filler: Path) -> None:
    """Take all room of a small disk; never that of the disk it is mounted on."""
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while filler.parent.is_mount() and file.tell() < _FILLER_LIMIT:
            file.write(bytes(4_096))


def _home_too_small(
    scene: Scene, _: Running, chance: random.Random, __: contextlib.ExitStack
) -> Iterator[None]:
    with _small(scene.home.parent, chance.choice(("64k", "256k", "4m"))):
        yield


def _home_fills(
    scene: Scene, vendor: Running, chance: random.Random, disks: contextlib.ExitStack
) -> Iterator[None]:
    """Fill the home at some moment after the first order came in."""
    disks.enter_context(_small(scene.home.parent, _JUST_ENOUGH))
    before, over = vendor.posts, threading.Event()
    filler, late = scene.home.parent / "filler", chance.choice((0.0, 0.0, 0.02, 0.2))

    def fill() -> None:
        while vendor.posts == before and not over.is_set():
            time.sleep(0.001)
        over.wait(late)
        _fill(filler)

    filling = threading.Thread(target=fill)
    filling.start()
    try:
        yield
    finally:
        over.set()
        filling.join()
        filler.unlink(missing_ok=True)


def _project_full(
    scene: Scene, _: Running, chance: random.Random, disks: contextlib.ExitStack
) -> Iterator[None]:
    disks.enter_context(_small(scene.folder, "256k"))
    scene.write(scene.prompts)
    filler = scene.folder / "filler"
    _fill(filler)
    # Room for nothing, for the lock at most, or for a picture at most.
    os.truncate(filler, filler.stat().st_size - chance.choice((0, 4_096, 12_288, 32_768)))
    yield
    filler.unlink()


def _temporary_full(
    scene: Scene, _: Running, __: random.Random, disks: contextlib.ExitStack
) -> Iterator[None]:
    disks.enter_context(_small(scene.temporary, "64k"))
    filler = scene.temporary / "filler"
    _fill(filler)
    yield
    filler.unlink()


def _read_only(folder: Path) -> Iterator[None]:
    with _mounted(folder, "--bind", str(folder)):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        yield


def _home_read_only(
    scene: Scene, _: Running, __: random.Random, ___: contextlib.ExitStack
) -> Iterator[None]:
    yield from _read_only(scene.home.parent)


def _project_read_only(
    scene: Scene, _: Running, __: random.Random, ___: contextlib.ExitStack
) -> Iterator[None]:
    yield from _read_only(scene.folder)


def _files_limited(
    _: Scene, __: Running, ___: random.Random, ____: contextlib.ExitStack
) -> Iterator[None]:
    yield


_ALL: dict[str, _Kind] = {
    "home too small": _home_too_small,
    "home fills": _home_fills,
    "project full": _project_full,
    "temporary full": _temporary_full,
    "home read-only": _home_read_only,
    "project read-only": _project_read_only,
    "file size limit": _files_limited,
}
KINDS = {name: contextlib.contextmanager(kind) for name, kind in _ALL.items()}
"""What can be wrong with a disk, by name."""

_HARMLESS = ("temporary full", "home fills", "project full")
"""A build may end well all the same: it needs no temporary folder, or was done before."""
_BEFORE_ORDERS = ("home too small", "home read-only", "file size limit", "project read-only")
"""What a build has to notice before it spends anything."""
