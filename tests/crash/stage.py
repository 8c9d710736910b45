"""Owns the stage: a vendor, a zygote, and the state of a project that each try begins with.

The same state can be set up again and again, because a vendor knows its jobs for as long as it
runs and the project and its home are files.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from imagegen.emulator.serve import Running, running
from imagegen.emulator.settings import Settings

from .aftermath import built
from .scene import Scene, charges, fast_folder
from .tracing import Point
from .zygote import Zygote

Start = Literal["fresh", "resumed", "torn", "damaged", "site"]
"""`fresh`: nothing is there. `site`: the same, and files are derived and published.
`resumed`: the first build died when both pictures were charged and none was fetched. `torn`: all
was done, then the lock, an output and half of the store went, and the ledger's last record is cut
short. `damaged`: all was done, then the lock and an output went, and a record in the middle of the
ledger is unreadable."""

_PROMPTS = ("mug", "bowl")
_SYNCS = 120
"""More than a build of two pictures has."""


class NotPrepared(Exception):
    """The state could not be had: the build did not behave as expected."""


class Stage:
    """Sets up scenes that all begin in one state."""

    def __init__(self, base: Path, vendor: Running, zygote: Zygote, start: Start) -> None:
        self.vendor = vendor
        self.zygote = zygote
        self._base = base
        self.start = start
        self._numbers = itertools.count()
        self._prepared: Scene | None = None

    @contextlib.contextmanager
    def scene(self) -> Iterator[Scene]:
        """Provide a scene in the state to begin with, and clear it away; raises NotPrepared."""
        if self.start in ("fresh", "site"):
            scene = self._empty()
        else:
            scene = self._prepared = self._prepared or self._put_by()
            shutil.copytree(self._base / "kept", scene.base)
        try:
            yield scene
        finally:
            scene.clear()

    def _put_by(self) -> Scene:
        scene = self._resumed() if self.start == "resumed" else self._hurt()
        scene.base.rename(self._base / "kept")
        return scene

    def _empty(self) -> Scene:
        number = next(self._numbers)
        site = self.start == "site"
        return Scene(self._base / str(number), self.vendor.url, number, _PROMPTS, site)

    def _resumed(self) -> Scene:
        """Kill at one fsync after the other, and take the last that came before the pictures."""
        best: Scene | None = None
        for ordinal in range(1, _SYNCS):
            scene = self._empty()
            self.zygote.run(
                ["build"],
                folder=scene.folder,
                environment=scene.closed_environment,
                watch=Point("fsync", ordinal),
            )
            if any((scene.home / "store" / "objects").glob("*/*")):
                break
            if len(charges(scene, self.vendor)) == len(_PROMPTS):
                best = scene
        if best is None:
            raise NotPrepared("no build died between its charges and its pictures")
        return best

    def _hurt(self) -> Scene:
        scene = self._empty()
        ended = built(scene, self.zygote)
        ledgers = list((scene.home / "accounts").glob("*/ledger.jsonl"))
        if ended.code != 0 or len(ledgers) != 1:
            raise NotPrepared(f"exit code {ended.code}, {len(ledgers)} ledgers: {ended.told}")
        (scene.folder / "imagegen.lock").unlink()
        (scene.folder / "images" / "a.webp").unlink()
        data = ledgers[0].read_bytes()
        if self.start == "torn":
            ledgers[0].write_bytes(data[:-40])
            for kind in ("objects", "answers"):
                sorted((scene.home / "store" / kind).glob("*/*"))[0].unlink()
        else:
            middle = data.index(b"ACCEPTED")
            ledgers[0].write_bytes(data[:middle] + b"#" + data[middle + 1 :])
        return scene


@contextlib.contextmanager
def stage(start: Start) -> Iterator[Stage]:
    """Provide a stage for as long as the context lasts; leaves no files behind."""
    base = Path(tempfile.mkdtemp(prefix="crash-", dir=fast_folder()))
    settings = Settings(latency=0.0, picture_scale=32, rate_limit=0, credits=10**9)
    try:
        with running(settings) as vendor, Zygote() as zygote:
            yield Stage(base, vendor, zygote, start)
    finally:
        shutil.rmtree(base)
