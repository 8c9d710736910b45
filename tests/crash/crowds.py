"""Owns the crowds: several builds at once in real processes, some of them killed at any moment.

A try is one crowd: two to four builds in one project, two worktrees, two projects that share
requests, or two machines, all of one account; then one build for each project that is left alone.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import imagegen
from imagegen import lock
from imagegen.build.ledger import Ledger
from imagegen.emulator import faults
from imagegen.emulator.serve import Running, running
from imagegen.emulator.settings import Settings

from .scene import Scene, charges, fast_folder, judged
from .tally import Failure, Tally

NAME = "crowds"
PLACES = ("one project", "two worktrees", "two projects", "two machines")

_KEYED = ("replay", "replay", "in-flight", "reject")
_AT_ONCE = 2
_TIMEOUT = 90.0
_SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
_LAST_SIGNAL = 2.5
"""Seconds after its start within which a build is hit; most end by then."""
_SLOW_ANSWER = 4.0
_OVERLOADED = 15.0
"""A crowd with a slow answer that takes longer met a busy machine; who waited cannot be told."""
_FOR_PROJECT, _FOR_ORDER = "waiting for another build of this project", "for another build to order"
_FIRST_NUMBER = 10_000_000
"""All numbers have the same length, so that none is a part of another."""


@dataclass(frozen=True, slots=True)
class _Crowd:
    """How one try goes; all of it follows from the seed and the number."""

    place: str
    prompts: tuple[tuple[str, ...], ...]
    """Of each project."""
    mode: str
    """What the vendor does with a key that it knows."""
    answer: float
    """Seconds that every answer to an order takes."""
    starts: tuple[tuple[int, float], ...]
    """Of each build: its project and when it starts."""
    hits: tuple[tuple[int, float, signal.Signals], ...] = ()
    """Build, when after its start, and what hits it."""


@dataclass(frozen=True, slots=True)
class _Ended:
    code: int
    told: str


def run(count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Return what `count` crowds did; each follows from `seed` and its number, but for timing."""
    total = Tally(NAME)
    base = Path(tempfile.mkdtemp(prefix="crowds-", dir=fast_folder()))
    settings = Settings(latency=0.2, picture_scale=32, rate_limit=0, credits=10**9)
    try:
        with running(settings) as vendor, ThreadPoolExecutor(_AT_ONCE) as pool:
            for first in range(0, count, _AT_ONCE):
                numbers = range(first, min(first + _AT_ONCE, count))
                tries = (_Try(base / str(number), vendor, number, seed=seed) for number in numbers)
                for found in pool.map(_Try.tally, tries):
                    total += found
                if first_failure and total.failures:
                    break
    finally:
        shutil.rmtree(base)
    return total


def crowd(number: int, seed: int) -> _Crowd:
    """Return the crowd of that number: every third one is left in peace, some get slow answers.

    Only a crowd on one machine that nothing hits can do without the vendor's memory for keys.
    """
    chance = random.Random(f"{seed}-{number}-crowd")
    place = PLACES[number % len(PLACES)]
    wanted = ("mug", "bowl", "vase")[: chance.choice((1, 2, 2, 3))]
    others: Mapping[str, tuple[tuple[str, ...], ...]] = {
        "two worktrees": (wanted,),
        "two projects": ((wanted[0], "lamp"),),
        "two machines": (wanted,),
    }
    prompts = (wanted, *others.get(place, ()))
    calm, together = number % 3 == 0, place != "two machines"
    size = 3 if calm else chance.choice((2, 3, 4))
    starts = tuple((i % len(prompts), chance.uniform(0, 0.3)) for i in range(size))
    answer = chance.choice((0.0, 0.0, 0.3, 0.8))
    if calm:
        slow = together and number // 12 % 3 == 0
        mode = chance.choice(("ignore", "ignore", "in-flight") if together else _KEYED)
        return _Crowd(place, prompts, mode, _SLOW_ANSWER if slow else answer, starts)
    hits = tuple(
        (build, chance.uniform(0.1, _LAST_SIGNAL + answer), chance.choice(_SIGNALS))
        for build in range(size)
        if chance.random() < 0.7
    )
    return _Crowd(place, prompts, chance.choice(_KEYED), answer, starts, hits)


class _Try:
    def __init__(self, base: Path, vendor: Running, number: int, *, seed: int) -> None:
        self._base, self._vendor = base, vendor
        self._crowd = crowd(number, seed)
        self._name = _FIRST_NUMBER + number
        self._repeat = f"seed {seed}, crowd {number}: {self._crowd}"
        self.counts = Counter[str]()
        self._scenes = [
            Scene(base / str(index), vendor.url, self._name, prompts)
            for index, prompts in enumerate(self._crowd.prompts)
        ]
        if self._crowd.place != "two machines":
            for scene in self._scenes:
                scene.home = self._scenes[0].home

    def tally(self) -> Tally:
        """Let the crowd in, then tidy up; return what it broke."""
        self._instruct_vendor()
        try:
            # Projects of one account are charged together, so both tell of one double charge.
            found = tuple(dict.fromkeys(self._failures()))
        finally:
            shutil.rmtree(self._base)
        return Tally(NAME, 1, found, self.counts)

    def _instruct_vendor(self) -> None:
        ours = {"prompt": f" {self._name}"}
        self._vendor.faults.add(faults.rule("duplicates", match=ours, mode=self._crowd.mode))
        if self._crowd.answer:
            late = {**ours, "method": "POST"}
            rule = faults.rule("answer-late", match=late, seconds=self._crowd.answer)
            self._vendor.faults.add(rule)

    def _failures(self) -> Iterator[Failure]:
        began = time.monotonic()
        ended = self._let_in()
        took = time.monotonic() - began
        hit = {build for build, _, _ in self._crowd.hits}
        for build, one in enumerate(ended):
            yield from self._end_faults(one, hit=build in hit)
        if self._crowd.answer == _SLOW_ANSWER and took < _OVERLOADED:
            yield from self._silent(ended)
        for scene in self._scenes:
            yield from self._last_build(scene)
        yield from self._broken()
        self.counts["downloads left half-way"] += len(list((self._base / "tmp").iterdir()))

    def _let_in(self) -> list[_Ended]:
        """Start every build at its moment, hit those that are to be hit, wait for all."""
        builds: dict[int, subprocess.Popen[str]] = {}
        moments = list[tuple[float, Callable[[], None]]]()
        for build, (project, start) in enumerate(self._crowd.starts):
            moments.append((start, lambda b=build, p=project: builds.update({b: self._start(p)})))
        for build, after, number in self._crowd.hits:
            at = self._crowd.starts[build][1] + after
            moments.append((at, lambda b=build, n=number: self._hit(builds[b], n)))
        began = time.monotonic()
        for at, act in sorted(moments, key=lambda moment: moment[0]):
            time.sleep(max(0.0, began + at - time.monotonic()))
            act()
        self.counts["builds"] += len(builds)
        return [_finished(builds[build]) for build in range(len(self._crowd.starts))]

    def _hit(self, build: subprocess.Popen[str], number: signal.Signals) -> None:
        if build.poll() is None:
            self.counts[f"{number.name} sent"] += 1
            build.send_signal(number)

    def _start(self, project: int, *args: str) -> subprocess.Popen[str]:
        scene = self._scenes[project]
        place = self._base / "tmp"
        place.mkdir(exist_ok=True)
        return subprocess.Popen(
            [sys.executable, "-m", "imagegen", *(args or ("build",))],
            cwd=scene.folder,
            env=scene.environment | {"PYTHONPATH": _PACKAGE, "TMPDIR": str(place)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def _end_faults(self, one: _Ended, *, hit: bool) -> Iterator[Failure]:
        if hit and _before_main(one.told):
            return
        allowed = {0, 4} if self._crowd.mode == "reject" else {0}
        if hit:
            allowed |= {-number for number in _SIGNALS} | {128 + number for number in _SIGNALS}
        if one.code not in allowed:
            yield Failure("exit code", f"{one.code}: {one.told}", self._repeat)
        if "Traceback" in one.told:
            yield Failure("traceback", one.told, self._repeat)

    def _silent(self, ended: Sequence[_Ended]) -> Iterator[Failure]:
        """All but the one that came first had to wait, for longer than anybody waits in silence.

        In two projects with one shared request, a build can also be busy with its own one.
        """
        words = (_FOR_PROJECT, _FOR_ORDER)[: len(self._crowd.prompts)]
        said = sum(any(word in one.told for word in words) for one in ended)
        self.counts["waits told"] += said
        if said < len(ended) - 1:
            told = "\n---\n".join(one.told for one in ended)
            yield Failure("silent wait", f"{said} of {len(ended)} said so:\n{told}", self._repeat)

    def _last_build(self, scene: Scene) -> Iterator[Failure]:
        index = self._scenes.index(scene)
        last = _finished(self._start(index))
        if last.code == 4 and self._crowd.mode == "reject":
            # Such a vendor only says that somebody has the job: a person settles it.
            self.counts["left for a person"] += 1
            self._adopt(scene, index)
            last = _finished(self._start(index))
        if last.code != 0 or "Traceback" in last.told:
            yield Failure("no recovery", f"exit code {last.code}: {last.told}", self._repeat)

    def _adopt(self, scene: Scene, index: int) -> None:
        shelf = self._vendor.service.shop.shelf
        jobs = {
            job.prompt: job.id
            for one in charges(scene, self._vendor)
            if (job := shelf.get(one.job))
        }
        for name, prompt in zip("abc", scene.prompts, strict=False):
            job = jobs.get(f"{prompt} {self._name}")
            if job is not None:
                _finished(self._start(index, "resolve", name, "--adopt", job))

    def _broken(self) -> Iterator[Failure]:
        asked = {prompt for prompts in self._crowd.prompts for prompt in prompts}
        for scene in self._scenes:
            yield from judged(scene, self._vendor, self._repeat, asked=tuple(asked))
        self.counts["pictures paid"] += len(charges(self._scenes[0], self._vendor))
        yield from self._disagreement()
        yield from self._left_open()
        for file in itertools.chain(self._base.rglob("*.tmp"), self._base.rglob("claims/*")):
            yield Failure("file left behind", str(file.relative_to(self._base)), self._repeat)

    def _disagreement(self) -> Iterator[Failure]:
        """Two projects that ask for the same show the same picture of the same job."""
        seen: dict[tuple[str, int], tuple[str | None, str]] = {}
        for scene in self._scenes:
            with contextlib.suppress(FileNotFoundError):
                found = lock.parse((scene.folder / lock.NAME).read_bytes(), lock.NAME)
                for one in found.images.values():
                    shown = (one.job_id, one.original.sha256)
                    if seen.setdefault((one.request_key, one.take), shown) != shown:
                        yield Failure("locks disagree", f"`{one.name}`: {shown}", self._repeat)

    def _left_open(self) -> Iterator[Failure]:
        for file in self._base.rglob("accounts/*/ledger.jsonl"):
            for entry in Ledger.open(file.parent).entries().values():
                if entry.state.open or entry.other_job_ids:
                    told = f"`{entry.image}` is {entry.state}, jobs beside {entry.other_job_ids}"
                    yield Failure("open job", told, self._repeat)


def _before_main(told: str) -> bool:
    """Whether an interrupt met the interpreter before it came to our first line."""
    return told.rstrip().endswith("KeyboardInterrupt") and '__main__.py", line' not in told


def _finished(build: subprocess.Popen[str]) -> _Ended:
    try:
        _, told = build.communicate(timeout=_TIMEOUT)
    except subprocess.TimeoutExpired:
        build.kill()
        _, told = build.communicate()
        return _Ended(build.returncode, f"still running after {_TIMEOUT:.0f} s\n{told}")
    return _Ended(build.returncode, told)


_PACKAGE = os.fspath(Path(imagegen.__file__).resolve().parents[1])
