"""Owns the list of attacks: which there are, and how much of each the fast and the long run do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from . import (
    answers,
    budgets,
    crowds,
    disk_errors,
    histories,
    kills,
    noon,
    notices,
    power,
    projects,
    reorder,
    stateful,
)
from .kills import EVERY
from .tally import Failure, Method, Tally
from .zygote import TESTS

_LONGEST_HUNT = 400
"""Seconds that an attack has to find a bug that was planted."""


@dataclass(frozen=True, slots=True)
class Part:
    """One attack with its volumes; 0 leaves it out."""

    name: str
    attack: Method
    fast: int
    full: int
    bugs: int
    """How much is done to catch a bug that was planted."""
    shards: int = 1
    """Into how many processes it may be split, each with a seed of its own."""

    def shares(self, count: int, seed: int) -> Iterator[tuple[int, int]]:
        """Yield count and seed of each share."""
        shards = min(self.shards, count)
        for number in range(shards):
            yield len(range(number, count, shards)), seed + 1_000_000 * number


def _spread_projects(count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Try `count` projects; fewer than the corpus are taken evenly from all of it."""
    whole = len(projects.corpus(seed))
    if count >= whole:
        return projects.run(count, seed=seed, first_failure=first_failure)
    chosen = range(seed % (whole // count), whole, whole // count)
    return projects.run(whole, seed=seed, first_failure=first_failure, only=chosen[:count])


PARTS = (
    Part("forked histories", histories.run, 1_500, 10_000, 60),
    Part("stateful histories", stateful.run, 2_000, 50_000, 300, shards=4),
    Part("kill points, fresh build", partial(kills.sweep, "fresh"), EVERY, EVERY, 60),
    Part("kill points, resumed build", partial(kills.sweep, "resumed"), 0, EVERY, 0),
    Part("kill points, torn ledger", partial(kills.sweep, "torn"), 0, EVERY, 40),
    Part("kill points, damaged ledger", partial(kills.sweep, "damaged"), 0, EVERY, 0),
    Part("kill points, a site's build", partial(kills.sweep, "site"), 60, EVERY, 0),
    Part("kill points, recovery too", kills.twice, 0, 200, 0),
    Part("power cuts on ext4", partial(power.run, kind="ext4"), 150, 500, 40),
    Part("power cuts on XFS", partial(power.run, kind="xfs"), 0, 500, 0),
    Part("power cuts on btrfs", partial(power.run, kind="btrfs"), 0, 500, 0),
    Part("legal crash states, fresh build", partial(reorder.attack, "fresh"), EVERY, 0, 0),
    Part("legal crash states", reorder.run, 0, EVERY, 150),
    Part("legal crash states, recovery", reorder.at_rest, 0, 30, 0),
    Part("disk errors", disk_errors.run, 200, 400, 60),
    Part("disk errors, a site's build", partial(disk_errors.injected, "site"), 40, 200, 0),
    Part("crowds", crowds.run, 12, 60, 12),
    Part("budgets", budgets.run, 40, 400, 40),
    Part("notices", notices.run, 20, 60, 4),
    Part("hostile projects", _spread_projects, 500, 1_200, 0),
    Part("hostile answers", answers.run, 300, 600, 300),
)


def part(name: str) -> Part:
    """Return the part of that name; raises KeyError."""
    return {one.name: one for one in PARTS}[name]


class Broke(Exception):
    """An attack itself broke down; this is what it said."""


def attacked(
    name: str, count: int, *, seed: int, package: Path, first_failure: bool = False
) -> Tally:
    """Carry out one part in a process of its own, on the `imagegen` in the folder `package`.

    Raises Broke, and TimeoutError when a first failure is long in coming.
    """
    words = [name, str(count), str(seed), "first" if first_failure else "all"]
    ways = os.pathsep.join((str(package), str(TESTS)))
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "crash.parts", *words],
            env={**os.environ, "PYTHONPATH": ways, "TZ": noon.ZONE},
            capture_output=True,
            encoding="utf-8",
            timeout=_LONGEST_HUNT if first_failure else None,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError(name) from None
    if done.returncode:
        raise Broke(f"{name}: {done.stderr}")
    told = json.loads(done.stdout.splitlines()[-1])
    return Tally(**{**told, "failures": tuple(Failure(**one) for one in told["failures"])})


def _main(name: str, count: str, seed: str, until: str) -> None:
    found = part(name).attack(int(count), seed=int(seed), first_failure=until == "first")
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    _main(*sys.argv[1:])
