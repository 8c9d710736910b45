"""Owns the power cuts: builds that die while what they wrote is still in the kernel's memory.

Home and project lie on a small file system of their own. A build is killed before some effect,
what the kernel had not yet written is lost, the file system recovers by its own means, and what
then lies there is judged; then a build is left alone, at once or days later. Days later no
idempotency key covers up for a forgotten order.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from imagegen.emulator.serve import Running, running
from imagegen.emulator.settings import Settings

from .crew import shared_out
from .later import DAY, Later
from .loop_disk import LoopDisk, hindrance
from .namespaces import keep_mounts_private
from .scene import Scene, broken_at_rest, double_charges, fast_folder, judged
from .tally import Failure, Tally
from .zygote import Run, Zygote

_EFFECTS = {1: 220, 2: 340}
"""About how many effects a build of so many pictures has."""
_BLOCK = 25
"""Tries that one vendor serves."""
_MODES = ("replay", "replay", "in-flight", "reject")
_CUTS = (1, 1, 1, 2, 3)
_FOREVER = 10_000 * DAY


def run(count: int, *, seed: int, first_failure: bool = False, kind: str = "ext4") -> Tally:
    """Return what `count` tries did on one kind of file system: a name in `loop_disk.KINDS`."""
    name = f"power cuts on {kind}"
    base = Path(tempfile.mkdtemp(prefix="crash-", dir=fast_folder()))
    try:
        reason = hindrance(kind, base / "trial")
        if reason:
            return Tally(name, skipped=reason)
        size = min(_BLOCK, -(-count // 2))
        blocks = [(first, min(size, count - first), seed) for first in range(0, count, size or 1)]
        work = partial(_block, kind, base)
        return shared_out(work, blocks, Tally(name), first_failure=first_failure)
    finally:
        shutil.rmtree(base)


def _block(kind: str, base: Path, first: int, count: int, seed: int, first_failure: bool) -> Tally:
    if multiprocessing.parent_process() is not None:
        keep_mounts_private()
    chance = random.Random(f"{seed}-{kind}-{first}-block")
    clock = Later()
    settings = Settings(
        picture_scale=32,
        latency=chance.choice((0.0, 0.0, 0.05)),
        slots=10**6,
        rate_limit=0,
        retention=_FOREVER,
        duplicates=chance.choice(_MODES),
        credits=10**9,
        clock=clock,
    )
    tried, failures, counts = 0, list[Failure](), Counter[str]()
    with (
        running(settings) as vendor,
        Zygote() as zygote,
        LoopDisk(kind, base / str(first)) as disk,
    ):
        for number in range(first, first + count):
            one = _Try(disk, vendor, zygote, clock, number=number, seed=seed)
            failures += one.failures()
            counts.update(one.counts)
            tried += 1
            if failures and first_failure:
                break
    return Tally(f"power cuts on {kind}", tried, tuple(failures), counts)


class _Try:
    def __init__(
        self,
        disk: LoopDisk,
        vendor: Running,
        zygote: Zygote,
        clock: Later,
        *,
        number: int,
        seed: int,
    ) -> None:
        self.counts = Counter[str](cuts=0)
        self._chance = random.Random(f"{seed}-{number}")
        self._disk = disk
        self._vendor = vendor
        self._zygote = zygote
        self._clock = clock
        options = self._chance.choice(disk.kind.options)
        disk.renew(options)
        pictures = self._chance.choice((1, 2, 2))
        self._scene = Scene(disk.place / "scene", vendor.url, number, ("mug", "bowl")[:pictures])
        self._asked = set(self._scene.prompts)
        mode = vendor.service.settings.duplicates
        self._steps = [f"seed {seed}, try {number}, {options}, {mode}, {pictures} pictures"]
        disk.sync()

    def failures(self) -> list[Failure]:
        """Carry it out; return what it broke."""
        found = list[Failure]()
        for _ in range(self._chance.choice(_CUTS)):
            found += self._cut()
            self._edit()
        if self._chance.random() < 0.4:
            self._clock.ahead += 2 * DAY
            self._steps.append("two days pass")
            self.counts["waits"] += 1
        return found + list(self._recovered())

    def _cut(self) -> Iterator[Failure]:
        at = self._chance.randint(1, _EFFECTS[len(self._scene.prompts)])
        ended = self._build(kill_at=at)
        self._disk.cut_power()
        self._steps.append(f"power cut at effect {at} (killed: {ended.killed})")
        self.counts["cuts"] += 1
        self.counts["builds that ended first"] += not ended.killed
        yield from broken_at_rest(self._scene, self._vendor, "; ".join(self._steps))

    def _edit(self) -> None:
        if self._chance.random() < 0.15:
            prompts = list(self._scene.prompts)
            place = self._chance.randrange(len(prompts))
            prompts[place] += " red"
            self._scene.write(prompts)
            self._disk.sync()
            self._asked |= set(prompts)
            self._steps.append(f"prompt {place} edited")
            self.counts["edits"] += 1

    def _recovered(self) -> Iterator[Failure]:
        last = self._build()
        repeat = "; ".join(self._steps)
        scene, vendor = self._scene, self._vendor
        if last.code == 4 and (
            vendor.service.settings.duplicates == "reject" or "two days pass" in self._steps
        ):
            # Nothing can tell any more what became of that order: a person settles it.
            self.counts["left for a person"] += 1
            yield from double_charges(scene, vendor, repeat)
            return
        if last.code != 0:
            yield Failure("no recovery", f"exit code {last.code}: {last.told}", repeat)
            return
        yield from judged(scene, vendor, repeat, asked=tuple(self._asked))
        check = self._zygote.run(["check"], folder=scene.folder, environment=scene.environment)
        if check.code != 0:
            yield Failure("check fails", check.told, repeat)
        if "two days pass" in self._steps:
            # A lost order that no image asks for any more is looked for by two builds.
            self._build()
        before = len(vendor.requests)
        again = self._build()
        if again.code != 0 or len(vendor.requests) != before:
            yield Failure("second build works", again.told, repeat)

    def _build(self, kill_at: int | None = None) -> Run:
        return self._zygote.run(
            ["build"],
            folder=self._scene.folder,
            environment=self._scene.environment,
            kill_at=kill_at,
            ahead=self._clock.ahead,
        )
