"""Owns the legal crash states: everything that a power cut may leave of a build, one by one.

A build is recorded call by call; from that follow all states that its disk may be in after a
crash. Each is put in place, the vendor is told to know only the orders sent until then, and a
build is left alone with it: at once, and, where something was ordered, two days later as well,
when no idempotency key covers up for an order that was forgotten.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from imagegen import feed, lock
from imagegen.emulator.ledger import FILE_NAME
from imagegen.emulator.serve import running
from imagegen.emulator.settings import Settings

from .aftermath import aftermath, built
from .crash_states import History, State, Tree
from .crew import WORKERS, shared_out
from .forgetful import Forgetful
from .kills import EVERY
from .later import DAY, Later
from .namespaces import live_apart, may_live_apart
from .scene import Scene, broken_at_rest, double_charges, fast_folder, judged
from .system_calls import Call, NotPermitted, NotUnderstood, Recording, missing
from .tally import Failure, Tally
from .zygote import Zygote

NAME = "legal crash states"

Start = Literal["fresh", "grown", "recovery"]
"""`fresh`: nothing is there. `grown`: one picture is there and a second is wanted. `recovery`:
a build was killed at some effect, and what it left undurable may be lost as well."""
STARTS: Sequence[Start] = ("fresh", "grown", *("recovery",) * 6)

_PROMPTS = ("mug", "bowl")
_BLOCK = 40
"""States that one vendor sees."""
_EFFECTS = 330
"""About how many effects a build has."""
_KILLS = (40, 280)
"""Between which of them the first build of a `recovery` is killed."""


def run(count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Return what `count` states of a fresh build did; with EVERY, all states of every start."""
    total = Tally(NAME)
    for number, start in enumerate(STARTS if count == EVERY else STARTS[:1]):
        total += attack(start, count, seed=seed + number, first_failure=first_failure)
        if total.skipped or (total.failures and first_failure):
            break
    return total


def attack(start: Start, count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Return what `count` states of a build from `start` did, evenly spread; EVERY takes all."""
    if why := missing():
        return Tally(NAME, skipped=why)
    try:
        return _attacked(start, count, seed, first_failure=first_failure)
    except NotPermitted as error:
        return Tally(NAME, skipped=str(error))


def at_rest(count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Kill builds at `count` effects, evenly spread, and look at every state of each recovery.

    No build goes on from a state; told is what was ordered but is not noted any more, and what
    the lock names but is not there.
    """
    name = f"{NAME}, at rest"
    if why := missing():
        return Tally(name, skipped=why)
    blocks = [(at, 1, seed + at) for at in range(min(count, _EFFECTS))]
    work = partial(_rest, count)
    try:
        return shared_out(work, blocks, Tally(name), first_failure=first_failure)
    except NotPermitted as error:
        return Tally(name, skipped=str(error))


def _rest(of: int, at: int, count: int, seed: int, first_failure: bool) -> Tally:
    base = Path(tempfile.mkdtemp(prefix="crash-", dir=fast_folder())).resolve()
    tried, failures = 0, list[Failure]()
    kill_at = 1 + (at * _EFFECTS) // min(of, _EFFECTS)
    try:
        recorded = _record(base, "recovery", f"seed {seed}", kill_at)
        with _Trial(recorded) as trial:
            for state in recorded.history.states(recorded.first):
                failures += trial.at_rest(state)
                tried += 1
                if failures and first_failure:
                    break
    finally:
        shutil.rmtree(base)
    return Tally(f"{NAME}, at rest", tried, tuple(failures), {"kills": count})


def _attacked(start: Start, count: int, seed: int, *, first_failure: bool) -> Tally:
    base = Path(tempfile.mkdtemp(prefix="crash-", dir=fast_folder())).resolve()
    try:
        told = f"seed {seed}, start {start}"
        recorded = _record(base, start, told, random.Random(told).randint(*_KILLS))
        states = list(recorded.history.states(recorded.first))
        number = min(count, len(states))
        chosen = [states[at * len(states) // number] for at in range(number)]
        # All live at one path and one address: side by side only where each can have its own.
        apart = may_live_apart(base)
        blocks = [(at, min(_BLOCK, number - at), seed) for at in range(0, number, _BLOCK)]
        return shared_out(
            partial(_block, recorded, chosen),
            blocks,
            Tally(NAME, counts={"states in all": len(states)}),
            first_failure=first_failure,
            workers=WORKERS if apart else 1,
        )
    finally:
        shutil.rmtree(base)


def _block(
    recorded: _Recorded,
    states: Sequence[State],
    first: int,
    count: int,
    seed: int,
    first_failure: bool,
) -> Tally:
    if multiprocessing.parent_process() is not None:
        live_apart(recorded.base)
    tried, failures = 0, list[Failure]()
    with _Trial(recorded) as trial:
        for state in states[first : first + count]:
            failures += trial.failures(state)
            tried += 1
            if failures and first_failure:
                break
    return Tally(NAME, tried, tuple(failures), trial.counts)


@dataclass(frozen=True, slots=True)
class _Recorded:
    """One build, call by call."""

    base: Path
    told: str
    history: History
    first: int
    """Behind which step a crash is of interest."""
    url: str
    ledger: str
    """The vendor's, at the end."""


def _record(base: Path, start: Start, told: str, kill_at: int) -> _Recorded:
    """Play the build and take down what it does; `kill_at` is for a `recovery`."""
    first = 0
    folder = base / "vendor"
    with running(replace(_settings(), state=folder)) as vendor, Zygote() as zygote:
        scene = Scene(base / "scene", vendor.url, 0, _PROMPTS)
        # The answer comes when it has imported all that it needs.
        zygote.run(["--version"], folder=base, environment=scene.environment)
        if start == "grown":
            scene.write(_PROMPTS[:1])
            built(scene, zygote)
            scene.write(_PROMPTS)
        history = History(str(scene.base), _tree(scene.base), aside=_decides_nothing)
        if start == "recovery":
            told += f", first build killed at effect {kill_at}"
            first = history.take_in(_calls(scene, zygote, base, kill_at))
        history.take_in(_calls(scene, zygote, base, None))
        if history.now() != _tree(scene.base):
            raise NotUnderstood("what was recorded does not explain what is there")
        ledger = (folder / FILE_NAME).read_text("utf-8")
        return _Recorded(base, told, history, first, vendor.url, ledger)


def _calls(scene: Scene, zygote: Zygote, base: Path, kill_at: int | None) -> list[Call]:
    recording = Recording(zygote.pid, base / "calls")
    try:
        zygote.run(["build"], folder=scene.folder, environment=scene.environment, kill_at=kill_at)
    finally:
        calls = recording.end()
    return calls


def _settings(clock: Later | None = None) -> Settings:
    return Settings(
        latency=0.0,
        picture_scale=32,
        slots=10**6,
        rate_limit=0,
        retention=10_000 * DAY,
        credits=10**9,
        clock=clock or Later(),
    )


class _Trial:
    """Where the states of one recorded build are tried."""

    def __init__(self, recorded: _Recorded) -> None:
        self.counts = Counter[str]()
        self._recorded = recorded
        self._clock = Later()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        recorded, base = self._recorded, self._recorded.base
        shutil.rmtree(base / "scene", ignore_errors=True)
        folder = Path(tempfile.mkdtemp(dir=base))
        settings = _settings(self._clock)
        vendor = Forgetful(folder, settings, recorded.url, recorded.ledger)
        self._vendor = self._stack.enter_context(vendor)
        self._zygote = self._stack.enter_context(Zygote())
        self._scene = Scene(base / "scene", recorded.url, 0, _PROMPTS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def failures(self, state: State) -> Iterator[Failure]:
        """Yield what is broken in that state, and after builds that were left alone with it."""
        scene, repeat = self._scene, f"{self._recorded.told}, {state.told}"
        yield from self.at_rest(state)
        vendor = self._vendor.knowing(state.orders)
        yield from aftermath(scene, vendor, self._zygote, repeat)
        if state.orders:
            yield from self._two_days_later(state, f"{repeat}, two days later")

    def at_rest(self, state: State) -> Iterator[Failure]:
        """Put that state in place, and yield what is broken in it."""
        _put(state.tree, self._scene.base)
        self._clock.ahead = 0
        vendor = self._vendor.knowing(state.orders)
        yield from broken_at_rest(self._scene, vendor, f"{self._recorded.told}, {state.told}")

    def _two_days_later(self, state: State, repeat: str) -> Iterator[Failure]:
        scene = self._scene
        _put(state.tree, scene.base)
        self._clock.ahead = 2 * DAY
        vendor = self._vendor.knowing(state.orders)
        last = self._zygote.run(
            ["build"],
            folder=scene.folder,
            environment=scene.environment,
            ahead=self._clock.ahead,
        )
        self.counts["two days later"] += 1
        if last.code == 4:
            # Nothing can tell any more what became of that order: a person settles it.
            self.counts["left for a person"] += 1
            yield from double_charges(scene, vendor, repeat)
        elif last.code:
            yield Failure("no recovery", f"exit code {last.code}: {last.told}", repeat)
        else:
            yield from judged(scene, vendor, repeat)


def _decides_nothing(path: str) -> bool:
    """Whether no build reads what a file holds: it is there for its lock, or for people."""
    only_locked = path.endswith(".lock") and not path.endswith(f"/{lock.NAME}")
    return only_locked or path.endswith(f"/{feed.NAME}")


def _tree(base: Path) -> Tree:
    return {
        str(path): None if path.is_dir() else path.read_bytes() for path in sorted(base.rglob("*"))
    }


def _put(tree: Tree, base: Path) -> None:
    shutil.rmtree(base)
    base.mkdir()
    for path, data in tree.items():
        if data is None:
            Path(path).mkdir()
        else:
            Path(path).write_bytes(data)
