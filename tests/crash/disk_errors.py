"""Owns the disk errors: every call that changes a file fails once, or from then on, for a reason.

A build whose disk fails has to end in words, order nothing more that it cannot write down, and
leave all to be finished by the same command once the disk is well again.
"""

from __future__ import annotations

import errno
import functools
import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence

from . import small_disks
from .aftermath import aftermath
from .crew import shared_out
from .scene import Scene, unrecorded
from .stage import Stage, Start, stage
from .tally import Failure, Tally
from .tracing import Point, missing
from .words import faults_of_words
from .zygote import Run

NAME = "disk errors"

ERRORS = (
    errno.ENOSPC,
    errno.EIO,
    errno.EDQUOT,
    errno.EROFS,
    errno.EACCES,
    errno.EINTR,
    errno.EMFILE,
)
CALLS = frozenset(
    "open openat write pwrite64 fsync fdatasync rename renameat renameat2 mkdir mkdirat ftruncate "
    "unlink unlinkat chmod fchmod fchmodat flock close".split()
)
"""Calls that change a file, or that make a change final."""

_NO_ERRORS = frozenset((("flock", errno.EACCES), ("fsync", errno.EACCES)))
"""What on some network disks means that somebody else has the lock, and what no fsync says."""

_SYNCS = ("fsync", "fdatasync")
_TRIES = 4
_BLOCK = 25
_SMALL_DISKS = 10


def run(count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Return what `count` failing disks did, some of them really full; the rest is injected."""
    small = count // _SMALL_DISKS
    total = injected("fresh", count - small, seed=seed, first_failure=first_failure)
    if small and not (total.failures and first_failure):
        total += small_disks.run(small, seed=seed, first_failure=first_failure)
    return total


def injected(start: Start, count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Return what `count` errors did, spread over all calls that change a file, and all reasons."""
    if why := missing():
        return Tally(NAME, skipped=why)
    chance = random.Random(seed)
    cases = [
        (call, ordinal, error, onward)
        for call, ordinal in _calls(start)
        for error in ERRORS
        # A call that is interrupted again and again is one that never comes to its end.
        for onward in ((False,) if error == errno.EINTR else (False, True))
        if (call, error) not in _NO_ERRORS
    ]
    chosen = tuple(chance.sample(cases, count) if count < len(cases) else cases)
    blocks = [(at, min(_BLOCK, len(chosen) - at), seed) for at in range(0, len(chosen), _BLOCK)]
    work = functools.partial(_block, start, chosen)
    return shared_out(work, blocks, Tally(NAME), first_failure=first_failure)


_Case = tuple[str, int, int, bool]
"""Call, its number among those about files of the scene, errno, and whether it stays so."""


def _calls(start: Start) -> list[tuple[str, int]]:
    """Return every call of a build that changes a file of its project or home."""
    with stage(start) as ready, ready.scene() as scene:
        ended = ready.zygote.run(
            ["build"], folder=scene.folder, environment=scene.closed_environment, watch="calls"
        )
        counts = Counter(
            name
            for name, about in ended.trace.calls
            if name in CALLS and about.startswith(str(scene.base))
        )
    return [(name, at) for name, count in sorted(counts.items()) for at in range(1, count + 1)]


def _block(
    start: Start,
    chosen: Sequence[_Case],
    first: int,
    count: int,
    seed: int,
    first_failure: bool,
) -> Tally:
    tried, failures, counts = 0, list[Failure](), Counter[str]()
    with stage(start) as ready:
        for case in chosen[first : first + count]:
            failures += _failed(ready, case, seed, counts)
            tried += 1
            if failures and first_failure:
                break
    return Tally(NAME, tried, tuple(failures), counts)


def _failed(ready: Stage, case: _Case, seed: int, counts: Counter[str]) -> list[Failure]:
    call, ordinal, error, onward = case
    told = ""
    for _ in range(_TRIES):
        with ready.scene() as scene:
            if call in _SYNCS:
                _one_at_a_time(scene)
            point = Point(call, ordinal, error, below=str(scene.base), onward=onward)
            told = f"seed {seed}, {point}"
            ended = ready.zygote.run(
                ["build"],
                folder=scene.folder,
                environment=scene.closed_environment,
                watch=point,
            )
            struck = ended.trace.struck
            if struck is None:
                ordinal = max(1, min(ordinal, ended.trace.met))
                continue
            told += f" ({os.path.relpath(struck, scene.base)})"
            found = list(_wrong(ready, scene, point, ended, told))
            found += aftermath(scene, ready.vendor, ready.zygote, told)
        counts["builds that ended well"] += ended.code == 0
        counts["builds that stopped"] += ended.code != 0
        return found
    return [Failure("error not hit", f"{_TRIES} builds had fewer such calls", told)]


def _one_at_a_time(scene: Scene) -> None:
    """Let no order be on its way while another is written down: then none may follow at all."""
    with (scene.folder / "imagegen.toml").open("a", encoding="utf-8") as file:
        file.write("[provider]\nmax_in_flight = 1\n")


def _wrong(ready: Stage, scene: Scene, point: Point, ended: Run, repeat: str) -> Iterator[Failure]:
    struck = ended.trace.struck or ""
    at_home = struck.startswith(str(scene.home.parent))
    yield from faults_of_words(scene, ended, repeat)
    yield from unrecorded(scene, ready.vendor, repeat)
    if ended.code and os.strerror(point.error) not in ended.told:
        yield Failure("no reason told", ended.told, repeat)
    hard = point.error != errno.EINTR
    if hard and point.call in _SYNCS and at_home and ended.trace.orders:
        yield Failure("order after a failed fsync", f"{ended.trace.orders} sent", repeat)
    # A record that was meant for the ledger is told, as the last place where it can be kept.
    record = struck.endswith("/ledger.jsonl") and point.call in ("write", "fsync")
    if ended.code and record and "ig1-" not in ended.told:
        yield Failure("record lost", ended.told, repeat)
