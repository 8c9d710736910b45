"""Owns the command line of the harness: which attacks, how much of them, what is told.

Ends with 0 only when nothing is broken and, unless it is allowed, nothing was skipped.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path

from . import seeded
from .parts import PARTS, Broke, Part, attacked
from .tally import Failure, Tally
from .zygote import package_folder

_LANES = 2


def main(arguments: Sequence[str]) -> int:
    """Run what the command line asks for; returns the exit code."""
    given = _parser().parse_args(arguments)
    began = time.monotonic()
    if given.seeded_bugs:
        caught = seeded.told(seed=given.seed, only=given.only, every=given.full)
        return 0 if caught else 1
    wanted = [one for one in PARTS if not given.only or _named(one, given.only)]
    if not wanted:
        print("no attack is named so; there are:", *(f"  {one.name}" for one in PARTS), sep="\n")
        return 2
    volumes = {one: _volume(one, given) for one in wanted}
    tallies = _attacks({one: count for one, count in volumes.items() if count}, given.seed)
    return _told(tallies, time.monotonic() - began, strict=not given.may_skip)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.crash",
        description="Tries to make imagegen pay twice, or lose what was paid for.",
    )
    how_much = parser.add_mutually_exclusive_group()
    how_much.add_argument("--fast", action="store_true", help="what every run of CI does (default)")
    how_much.add_argument("--full", action="store_true", help="the long run: over an hour")
    how_much.add_argument("--count", type=int, help="so many tries of each attack")
    parser.add_argument(
        "--seeded-bugs",
        action="store_true",
        help="plant each known bug and see it caught; with --full, by every attack that can",
    )
    parser.add_argument("--only", metavar="TEXT", help="attacks (or bugs) with this in their name")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--may-skip", action="store_true", help="end well though this machine cannot do all"
    )
    return parser


def _named(one: Part, text: str) -> bool:
    return text.lower() in one.name.lower()


def _volume(one: Part, given: argparse.Namespace) -> int:
    if given.count is not None:
        return int(given.count)
    return one.full if given.full else one.fast


def _attacks(volumes: dict[Part, int], seed: int) -> dict[str, Tally]:
    """Carry out all parts, two at a time, and tell of each as it ends."""
    tallies, began = dict[str, Tally](), time.monotonic()
    package = Path(package_folder())
    with ThreadPoolExecutor(_LANES) as pool:
        running: dict[Future[Tally], Part] = {
            pool.submit(attacked, one.name, share, seed=own_seed, package=package): one
            for one, count in volumes.items()
            for share, own_seed in one.shares(count, seed)
        }
        for done in as_completed(running):
            one = running[done]
            found = _found(one, done)
            tallies[one.name] = tallies[one.name] + found if one.name in tallies else found
            print(f"[{time.monotonic() - began:6.0f} s] {one.name}: {found}", flush=True)
            for failure in found.failures[:10]:
                print(f"    {failure.broken}: {failure.told}\n      {failure.repeat}", flush=True)
    return tallies


def _found(one: Part, done: Future[Tally]) -> Tally:
    """Return what an attack found; that it broke down counts as a failure of its own."""
    try:
        return done.result()
    except Broke as error:
        return Tally(one.name, failures=(Failure("attack broke down", str(error), ""),))


def _told(tallies: dict[str, Tally], seconds: float, *, strict: bool) -> int:
    print(f"\nafter {seconds / 60:.1f} minutes:")
    for name, found in tallies.items():
        print(f"  {name:<28} {found}")
    broken = sum(bool(found.failures) for found in tallies.values())
    skipped = sum(bool(found.skipped) for found in tallies.values())
    print(f"{len(tallies) - broken - skipped} passed, {broken} failed, {skipped} skipped")
    return 1 if broken or (strict and skipped) else 0
