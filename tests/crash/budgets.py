"""Owns the attack on spending limits: builds that want more than they may spend.

The vendor's price is told in the project file, learned from the first picture, or known to nobody
at first; a limit may be passed by that one picture and no more.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from imagegen.emulator.serve import Running
from imagegen.emulator.settings import Settings

from .block import tried
from .crew import shared_out
from .scene import Scene, charges
from .tally import Failure, Tally
from .zygote import Zygote

NAME = "budgets"

_PRICE = 6
_BLOCK = 20
_LIMITED = 5


def run(count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Return what `count` projects with too little money did."""
    blocks = [(first, min(_BLOCK, count - first), seed) for first in range(0, count, _BLOCK)]
    return shared_out(_block, blocks, Tally(NAME), first_failure=first_failure)


def _block(first: int, count: int, seed: int, first_failure: bool) -> Tally:
    settings = Settings(
        latency=0.15,
        picture_scale=32,
        rate_limit=0,
        credits=10**9,
        prices={"flux-2-pro": _PRICE},
    )
    one = partial(_tried, seed)
    return tried(NAME, settings, range(first, first + count), one, first_failure=first_failure)


def _tried(
    seed: int, base: Path, vendor: Running, zygote: Zygote, number: int, counts: Counter[str]
) -> Iterator[Failure]:
    name = f"{seed}-{number}"
    chance = random.Random(name)
    prompts = ("mug", "bowl", "vase", "lamp", "chair", "clock")[: chance.randint(3, 6)]
    scene = Scene(base, vendor.url, number, prompts)
    limit, daily = chance.randint(1, _PRICE * len(prompts)), chance.random() < 0.5
    if daily:
        file = scene.folder / "imagegen.toml"
        file.write_text(f"[budget]\ncredits_per_day = {limit}\n{file.read_text('utf-8')}", "utf-8")
    args = ["build"] if daily else ["build", "--max-cost", str(limit)]
    spent = 0
    for kill_at in (chance.choice((None, chance.randint(60, 200))), None):
        ended = zygote.run(
            args, folder=scene.folder, environment=scene.environment, kill_at=kill_at
        )
        before, spent = spent, _PRICE * len(charges(scene, vendor))
        counts["stopped by the limit"] += ended.code == _LIMITED
        # The first picture's price is not known; a day's limit holds for both builds together.
        most = max(limit, _PRICE) if spent <= _PRICE else limit
        told = f"{spent - before} and {spent} in all, of {limit} {'a day' if daily else 'a build'}"
        if (spent if daily else spent - before) > most:
            yield Failure("over the limit", told, f"seed and number {name}")
    scene.clear()
