"""Owns the kill sweep: SIGKILL at every system call of a build that can matter, one run each.

A call of `SILENT` changes nothing outside the process. What a kill before it leaves is what a
kill before the next other call leaves, so it needs no run of its own.
"""

from __future__ import annotations

import functools
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence

from .aftermath import aftermath
from .crew import shared_out
from .scene import Scene
from .stage import NotPrepared, Stage, Start, stage
from .tally import Failure, Tally
from .tracing import LOOKS, Point, missing

NAME = "kill points"
EVERY = sys.maxsize
"""A `count` that means all points."""

SILENT = frozenset(
    (
        # The process's own memory, threads, signals, clock and identity.
        *"brk mmap munmap mprotect mremap madvise mincore futex sched_yield rseq prctl".split(),
        *"sched_getaffinity set_robust_list prlimit64 rt_sigaction rt_sigprocmask".split(),
        *"rt_sigreturn getpid gettid getuid uname getrandom clock_gettime".split(),
        *"clock_nanosleep clone3 exit".split(),
        # Looks at files that leave them as they are.
        *"stat fstat lstat newfstatat statx access faccessat2 readlink getcwd getdents64".split(),
        *"statfs lseek read pread64 ioctl".split(),
        *(f"open{LOOKS}", f"openat{LOOKS}"),
        # Sockets and pipes that nobody has the other end of, and waits.
        *"socket socketpair pipe2 getsockname getpeername getsockopt".split(),
        *"epoll_create1 epoll_ctl epoll_wait poll wait4".split(),
        # The end of a process does it as well.
        *("close", f"close{LOOKS}"),
    )
)
"""Calls that nobody outside can tell from not having happened."""

STARTS: tuple[Start, ...] = ("fresh", "resumed", "torn", "damaged", "site")

_BASELINES = 3
_TRIES = 5
_BLOCK = 60


def run(count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Return what `count` points of a fresh build did; with EVERY, all points of every start."""
    total = Tally(NAME)
    for start in STARTS if count == EVERY else STARTS[:1]:
        total += sweep(start, count, seed=seed, first_failure=first_failure)
        if total.failures and first_failure:
            break
    return total


def sweep(start: Start, count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Return what `count` points of a build from `start` did, evenly spread; EVERY takes all."""
    if why := missing():
        return Tally(NAME, skipped=why)
    try:
        every = points(start)
    except NotPrepared as error:
        return Tally(NAME, failures=(Failure("not prepared", str(error), f"start {start}"),))
    chosen = [(point,) for point in spread(every, count, seed)]
    return _tried(NAME, start, chosen, seed=seed, first_failure=first_failure)


def twice(count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Return what `count` builds did that were killed, and whose recovery was killed as well."""
    name = f"{NAME}, recovery too"
    if why := missing():
        return Tally(name, skipped=why)
    total = Tally(name)
    for place, start in enumerate(STARTS[:count]):
        every = points(start)
        chance = random.Random(f"{seed}-{start}")
        share = len(range(place, count, len(STARTS)))
        pairs = [(chance.choice(every), chance.choice(every)) for _ in range(share)]
        total += _tried(name, start, pairs, seed=seed, first_failure=first_failure)
        if total.failures and first_failure:
            break
    return total


def spread(points: Sequence[Point], count: int, seed: int) -> list[Point]:
    """Return `count` of the points at even distances, the first chosen by the seed."""
    if count >= len(points):
        return list(points)
    first = random.Random(seed).random()
    return [points[int((first + number) * len(points) / count)] for number in range(count)]


def points(start: Start) -> list[Point]:
    """Return every point that some of a few undisturbed builds had."""
    counts = Counter[str]()
    with stage(start) as ready:
        for _ in range(_BASELINES):
            with ready.scene() as scene:
                ended = ready.zygote.run(
                    ["build"],
                    folder=scene.folder,
                    environment=scene.closed_environment,
                    watch="counts",
                )
            counts |= Counter(ended.trace.counts)
    return [
        Point(name, ordinal)
        for name, count in sorted(counts.items())
        if name not in SILENT
        for ordinal in range(1, count + 1)
    ]


_Kills = tuple[Point, ...]
"""Where the first build is killed, and where each one after it."""


def _tried(
    name: str, start: Start, chosen: Sequence[_Kills], *, seed: int, first_failure: bool
) -> Tally:
    blocks = [(at, min(_BLOCK, len(chosen) - at), seed) for at in range(0, len(chosen), _BLOCK)]
    work = functools.partial(_block, name, start, tuple(chosen))
    return shared_out(work, blocks, Tally(name), first_failure=first_failure)


def _block(
    name: str,
    start: Start,
    chosen: Sequence[_Kills],
    first: int,
    count: int,
    seed: int,
    first_failure: bool,
) -> Tally:
    tried, failures, counts = 0, list[Failure](), Counter[str]()
    with stage(start) as ready:
        for kills in chosen[first : first + count]:
            failures += _attacked(ready, kills, f"seed {seed}, start {start}", counts)
            tried += 1
            if failures and first_failure:
                break
    return Tally(name, tried, tuple(failures), counts)


def _attacked(ready: Stage, kills: _Kills, repeat: str, counts: Counter[str]) -> list[Failure]:
    """Kill builds of one scene, one after the other, and return what that broke."""
    told = ""
    for _ in range(_TRIES):
        told = f"{repeat}; {', '.join(map(str, kills))}"
        with ready.scene() as scene:
            hits = 0
            for point in kills:
                ended = ready.zygote.run(
                    ["build"],
                    folder=scene.folder,
                    environment=scene.closed_environment,
                    watch=point,
                )
                if not ended.killed:
                    break
                hits += 1
            # Also when a kill was missed: what was done has to hold.
            found = list(aftermath(scene, ready.vendor, ready.zygote, told))
            if ready.start != "damaged":
                found += _damaged(scene, told)
        counts["kills"] += hits
        if found or hits == len(kills):
            return found
        counts["points moved"] += 1
        kills = (*kills[:hits], _nearest(kills[hits], ended.trace.counts), *kills[hits + 1 :])
    return [Failure("kill not hit", f"{_TRIES} builds ended first", told)]


def _damaged(scene: Scene, repeat: str) -> list[Failure]:
    """Return a failure for each ledger that was found damaged: a kill can only tear its end."""
    copies = (scene.home / "accounts").glob("*/*.damaged-*")
    return [Failure("ledger damaged by recovery", copy.name, repeat) for copy in copies]


def _nearest(missed: Point, seen: Mapping[str, int]) -> Point:
    """Return the point to take when a build had fewer such calls, as polls vary: its last one."""
    if seen.get(missed.call):
        return Point(missed.call, min(seen[missed.call], missed.ordinal))
    return Point("write", 1 + missed.ordinal % max(1, seen.get("write", 1)))
