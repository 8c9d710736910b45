"""Owns the forked crash histories: builds killed at a chosen effect, again and again.

Each history is a project of its own: one to three builds that die before some effect on disk or
network, edits and lost answers between them, then a build that is left alone. The run is the
real command in a forked process, the neighbour a real emulator.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from imagegen.emulator import faults
from imagegen.emulator.serve import Running
from imagegen.emulator.settings import Settings

from .aftermath import at_peace
from .block import tried
from .crew import shared_out
from .scene import Scene, broken_at_rest, double_charges
from .tally import Failure, Tally
from .zygote import Run, Zygote

NAME = "forked histories"

_EFFECTS = {1: 230, 2: 320, 3: 410}
"""About how many effects a build of so many pictures has."""
_BLOCK = 100
"""Histories that one vendor serves."""
_MODES = ("replay", "replay", "in-flight", "reject")


def run(count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Return what `count` histories did; each follows from `seed` and its number alone."""
    blocks = [(first, min(_BLOCK, count - first), seed) for first in range(0, count, _BLOCK)]
    return shared_out(_block, blocks, Tally(NAME), first_failure=first_failure)


def _block(first: int, count: int, seed: int, first_failure: bool) -> Tally:
    chance = random.Random(f"{seed}-{first}-block")
    settings = Settings(
        latency=chance.choice((0.0, 0.0, 0.05)),
        picture_scale=32,
        rate_limit=0,
        duplicates=chance.choice(_MODES),
        credits=10**9,
    )
    one = partial(_lived, seed)
    return tried(NAME, settings, range(first, first + count), one, first_failure=first_failure)


def _lived(
    seed: int, base: Path, vendor: Running, zygote: Zygote, number: int, counts: Counter[str]
) -> list[Failure]:
    history = _History(base, vendor, zygote, number=number, seed=seed)
    failures = history.failures()
    counts.update(history.counts)
    return failures


class _History:
    def __init__(
        self, base: Path, vendor: Running, zygote: Zygote, *, number: int, seed: int
    ) -> None:
        self.counts = Counter[str](kills=0)
        self._chance = random.Random(f"{seed}-{number}")
        pictures = self._chance.choice((1, 2, 2, 3))
        self._vendor = vendor
        self._zygote = zygote
        self._scene = Scene(base, vendor.url, number, ("mug", "bowl", "vase")[:pictures])
        self._asked = set(self._scene.prompts)
        self._steps = [f"seed {seed}, history {number}, {pictures} pictures"]

    def failures(self) -> list[Failure]:
        """Live the history; return what it broke."""
        found = list[Failure]()
        for _ in range(self._chance.choice((1, 1, 2, 3))):
            self._lose_an_answer()
            found += self._killed_build()
            self._edit()
        self._vendor.faults.replace(())
        found += self._recovered()
        self._scene.clear()
        return found

    def _lose_an_answer(self) -> None:
        if self._chance.random() < 0.1:
            fault = self._chance.choice(("answer-lost", "hang-up"))
            prompt = f"{self._chance.choice(self._scene.prompts)} {self._scene.number}"
            rule = faults.rule(fault, times=1, match={"method": "POST", "prompt": prompt})
            self._vendor.faults.replace((rule,))
            self._steps.append(f"{fault} for {prompt!r}")
            self.counts["answers lost"] += 1

    def _killed_build(self) -> Iterator[Failure]:
        at = self._chance.randint(1, _EFFECTS[len(self._scene.prompts)])
        ended = self._build(kill_at=at)
        self._steps.append(f"build killed at effect {at}: {ended.killed}")
        self.counts["kills"] += ended.killed
        self.counts["builds that ended first"] += not ended.killed
        yield from broken_at_rest(self._scene, self._vendor, "; ".join(self._steps))

    def _edit(self) -> None:
        if self._chance.random() < 0.15:
            prompts = list(self._scene.prompts)
            place = self._chance.randrange(len(prompts))
            prompts[place] += " red"
            self._scene.write(prompts)
            self._asked |= set(prompts)
            self._steps.append(f"prompt {place} edited")
            self.counts["edits"] += 1

    def _recovered(self) -> Iterator[Failure]:
        last = self._build()
        repeat = "; ".join(self._steps)
        scene, vendor = self._scene, self._vendor
        if last.code == 4 and vendor.service.settings.duplicates == "reject":
            # Such a vendor can only say that somebody has the job: a person settles it.
            self.counts["left for a person"] += 1
            yield from double_charges(scene, vendor, repeat)
            return
        if last.code != 0:
            yield Failure("no recovery", f"exit code {last.code}: {last.told}", repeat)
            return
        yield from at_peace(scene, vendor, self._zygote, repeat, asked=tuple(self._asked))

    def _build(self, kill_at: int | None = None) -> Run:
        return self._zygote.run(
            ["build"],
            folder=self._scene.folder,
            environment=self._scene.environment,
            kill_at=kill_at,
        )
