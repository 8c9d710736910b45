"""Owns the stateful method: histories of a whole team, drawn and shrunk by Hypothesis.

The real core runs in this process, on simulated time, a disk with power cuts and a vendor in
memory. `audit` judges; what is done here is only drawn.
"""

from __future__ import annotations

import errno
import itertools
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from .audit import Broken
from .bench import Bench, Entered, renamed
from .clock import Clock, Timeless
from .tally import Failure, Tally
from .vendor import DAY, HOUR, MODES, Fate, Fetch, Post
from .world import Mishap, World

STEPS = 12
_CHUNK = 500
WAITS = (60.0, HOUR, 22 * HOUR, 25 * HOUR, 5 * DAY, 70 * DAY, 100 * DAY)
"""Within and past what a key, the list of jobs and a result are good for."""

_ERRORS = (errno.EIO, errno.ENOSPC)

_numbers = st.integers(0, 7)
_prompts = st.sampled_from(("p0", "p1", "p2", "p3"))
_benches = st.integers(0, 2)
_posts = st.lists(st.sampled_from(list(Post)), min_size=1, max_size=3)
_fates = st.lists(st.sampled_from(list(Fate)), min_size=1, max_size=3)
_fetches = st.lists(st.sampled_from(list(Fetch)), min_size=1, max_size=5)
_moments = st.one_of(
    st.tuples(st.integers(1, 120), st.just("")),
    st.tuples(st.integers(1, 3), st.sampled_from(("POST", "answer", "ledger.jsonl", "lock"))),
)
"""When to die: at the n-th effect, or at the n-th of a kind."""
_powers = st.one_of(st.just(0), st.integers(1, 40))


class _Stage:
    """What all histories of one run share."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.timeless = Timeless(Clock(0.0))
        self.counts: Counter[str] = Counter()
        self.numbers = itertools.count()
        self.failed: tuple[Broken | BaseException, list[str]] | None = None


class History(RuleBasedStateMachine):
    """One history; `stage` is set by `run`."""

    stage: _Stage

    def __init__(self) -> None:
        super().__init__()
        stage = self.stage
        self.steps: list[str] = []
        self.names = itertools.count(2)
        self.world = World(stage.root / str(next(stage.numbers)), stage.timeless, stage.counts)
        stage.counts["histories"] += stage.failed is None

    def teardown(self) -> None:
        try:
            if self.failed is None:
                self._do("finish", self.world.finish)
        finally:
            self.world.close()

    failed: BaseException | None = None

    def _do(self, told: str, act) -> None:
        self.steps.append(told)
        self.stage.counts["steps"] += 1
        try:
            act()
        except Exception as error:
            self.failed = error
            self.stage.failed = (error, list(self.steps))
            raise

    def _bench(self, number: int) -> Bench:
        return self.world.benches[number % len(self.world.benches)]

    def _name(self, bench: Bench, number: int) -> str | None:
        names = sorted(bench.wishes)
        return names[number % len(names)] if names else None

    @initialize(images=st.integers(1, 3))
    def begin(self, images: int) -> None:
        for number, name in enumerate("abc"[:images]):
            self.world.benches[0].wishes[name] = Entered(f"p{number}", f"{name}.png")

    @rule(
        at=_benches,
        number=_numbers,
        prompt=_prompts,
        kind=st.sampled_from(("prompt", "add", "take", "rename", "move", "remove", "protect")),
        take=st.sampled_from((None, 1, 2, 3)),
    )
    def edit(self, at: int, number: int, prompt: str, kind: str, take: int | None) -> None:
        bench = self._bench(at)
        name = self._name(bench, number)
        self._do(
            f"edit {at} {kind} {name} {prompt} {take}",
            lambda: self._edited(bench, name, prompt, kind, take),
        )

    def _edited(
        self, bench: Bench, name: str | None, prompt: str, kind: str, take: int | None
    ) -> None:
        wishes = bench.wishes
        fresh = f"n{next(self.names)}"
        if kind == "add" or name is None:
            if len(wishes) < 4:
                wishes[fresh] = Entered(prompt, f"{fresh}.png")
        elif kind == "prompt":
            wishes[name] = replace(wishes[name], prompt=prompt)
        elif kind == "take":
            wishes[name] = replace(wishes[name], take=take)
        elif kind == "protect":
            wishes[name] = replace(wishes[name], protect=not wishes[name].protect)
        elif kind == "move":
            kind_of_file = "webp" if take == 3 else "png"
            wishes[name] = replace(wishes[name], output=f"to/{fresh}.{kind_of_file}")
        elif kind == "rename":
            renamed(wishes, name, fresh, moves=take is None)
        else:
            del wishes[name]

    @rule(
        posts=_posts,
        fates=_fates,
        fetches=_fetches,
        deaf=st.integers(0, 2),
        listing=st.booleans(),
        mode=st.sampled_from(MODES),
    )
    def misbehave(
        self,
        posts: list[Post],
        fates: list[Fate],
        fetches: list[Fetch],
        deaf: int,
        listing: bool,
        mode: str,
    ) -> None:
        vendor = self.world.vendor

        def act() -> None:
            vendor.posts.extend(posts)
            vendor.fates.extend(fates)
            vendor.fetches.extend(fetches)
            vendor.deaf_looks, vendor.listing, vendor.duplicates = deaf, listing, mode

        told = [one.value for one in (*posts, *fates, *fetches)]
        self._do(f"vendor {told} deaf={deaf} listing={listing} {mode}", act)

    @rule(at=_benches, number=_numbers, only=st.booleans())
    def build(self, at: int, number: int, only: bool) -> None:
        bench = self._bench(at)
        name = self._name(bench, number) if only else None
        names = () if name is None else (name,)
        self._do(f"build {at} {names}", lambda: self.world.build(bench, names))

    @rule(at=_benches, moment=_moments, power=_powers)
    def build_and_die(self, at: int, moment: tuple[int, str], power: int) -> None:
        bench = self._bench(at)
        mishap = Mishap(*moment, power=power)
        self._do(f"build {at} {mishap}", lambda: self.world.build(bench, mishap=mishap))

    @rule(at=_benches, number=_numbers, moment=st.one_of(st.just((0, "")), _moments), power=_powers)
    def replace(self, at: int, number: int, moment: tuple[int, str], power: int) -> None:
        bench = self._bench(at)
        name = self._name(bench, number)
        if name is None or bench.wishes[name].take is not None:
            return
        mishap = Mishap(*moment, power=power)
        self._do(
            f"build {at} --replace {name} {mishap}",
            lambda: self.world.build(bench, (name,), replaced=name, mishap=mishap),
        )

    @rule(at=_benches, fails_at=st.integers(1, 120), error=st.sampled_from(_ERRORS))
    def build_on_a_bad_disk(self, at: int, fails_at: int, error: int) -> None:
        bench = self._bench(at)
        mishap = Mishap(fails_at=fails_at, error=error)
        self._do(f"build {at} {mishap}", lambda: self.world.build(bench, mishap=mishap))

    @rule(
        at=_benches,
        images=st.sampled_from((None, None, 2)),
        most=st.sampled_from((None, 7, 12)),
    )
    def build_within_limits(self, at: int, images: int | None, most: int | None) -> None:
        bench = self._bench(at)
        limits = (images, most)
        self._do(f"build {at} limits {limits}", lambda: self.world.build(bench, limits=limits))

    @rule(at=_benches, seconds=st.sampled_from(WAITS), power=_powers)
    def wait(self, at: int, seconds: float, power: int) -> None:
        bench = self._bench(at)

        def act() -> None:
            self.world.clock.wait(seconds)
            if power % 2:
                self.world.cut_power(bench, power)

        cut = f", power cut {at} {power}" if power % 2 else ""
        self._do(f"wait {seconds / 3600:.2f} h{cut}", act)

    @rule(place=st.sampled_from(("m0/p1", "m1/p0")), with_outputs=st.booleans())
    def clone(self, place: str, with_outputs: bool) -> None:
        machine, _, folder = place.partition("/")
        self._do(
            f"clone {place} outputs={with_outputs}",
            lambda: self.world.clone(machine, folder, with_outputs=with_outputs),
        )

    @rule(at=_benches, number=_numbers, with_outputs=st.booleans())
    def check_out(self, at: int, number: int, with_outputs: bool) -> None:
        bench = self._bench(at)
        self._do(
            f"checkout {at} {number} outputs={with_outputs}",
            lambda: self.world.check_out(bench, number, with_outputs=with_outputs),
        )

    @rule(at=_benches, number=_numbers, how=st.sampled_from(("draw", "delete", "restore")))
    def touch_output(self, at: int, number: int, how: str) -> None:
        bench = self._bench(at)
        name = self._name(bench, number)
        if name is None:
            return
        data = f"drawn {len(self.steps)}".encode() if how == "draw" else None

        def act() -> None:
            if how == "restore":
                self.world.restore(bench)
            else:
                self.world.edit_output(bench, name, data)

        self._do(f"output {at} {name} {how}", act)

    @rule(
        at=_benches,
        where=st.sampled_from(
            ("store/objects", "store/answers", "store/formers", "accounts", "lock")
        ),
        number=st.integers(0, 999),
        how=st.sampled_from(("flipped", "cut", "deleted", "wiped")),
    )
    def harm(self, at: int, where: str, number: int, how: str) -> None:
        bench = self._bench(at)

        def act() -> None:
            if where == "lock":
                self.world.damage_lock(bench, b"<<<<<<< HEAD\nversion = 1\n")
            elif how == "wiped":
                self.world.wipe(bench, where.partition("/")[0])
            else:
                self.world.harm(bench, where, number, how)

        self._do(f"harm {at} {where} {number} {how}", act)

    @rule(at=_benches, careless=st.booleans())
    def resolve(self, at: int, careless: bool) -> None:
        bench = self._bench(at)
        self._do(
            f"resolve {at} careless={careless}",
            lambda: self.world.resolve(bench, careless=careless),
        )


def run(count: int, *, seed: int, first_failure: bool = False) -> Tally:
    """Play `count` histories; a failing one is shrunk, unless the first failure ends it all."""
    place = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    root = Path(tempfile.mkdtemp(prefix="imagegen-crash-", dir=place))
    before, tempfile.tempdir = tempfile.tempdir, str(root)
    stage = _Stage(root)
    failures: list[Failure] = []
    try:
        for start in range(0, count, _CHUNK):
            number = seed + start
            many = min(_CHUNK, count - start)
            found = _chunk(stage, number, many, shrinks=not first_failure)
            failures += found
            if found and first_failure:
                break
    finally:
        tempfile.tempdir = before
        stage.timeless.close()
        shutil.rmtree(root, ignore_errors=True)
    tried = stage.counts.pop("histories")
    return Tally("stateful", tried, tuple(failures), dict(sorted(stage.counts.items())))


def _chunk(stage: _Stage, seed: int, many: int, *, shrinks: bool) -> list[Failure]:
    stage.failed = None
    phases = (Phase.generate, Phase.shrink) if shrinks else (Phase.generate,)
    machine = seeded(seed)(type("Played", (History,), {"stage": stage}))
    chosen = settings(
        max_examples=many,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        phases=phases,
    )
    try:
        run_state_machine_as_test(machine, settings=chosen)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is what was looked for)
        found, steps = stage.failed or (error, [])
        broken = found.promise if isinstance(found, Broken) else f"crash: {type(found).__name__}"
        flaky = " (not every time)" if isinstance(error, Flaky) else ""
        told = found.told if isinstance(found, Broken) else str(found)
        repeat = f"seed {seed}, {many} histories: " + "; ".join(steps)
        return [Failure(broken, told + flaky, repeat)]
    return []
