"""Plays a sample of the stateful histories; the long run is a matter of the crash harness."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import stateful
from .bench import Entered
from .clock import Clock, Timeless
from .vendor import DAY, Fate, Post
from .world import Mishap, World

pytestmark = pytest.mark.crash


@pytest.fixture
def world(tmp_path: Path):
    timeless = Timeless(Clock(0.0))
    world = World(tmp_path / "world", timeless)
    world.benches[0].wishes = {"a": Entered("p0", "a.png"), "b": Entered("p1", "b.png")}
    yield world
    world.close()
    timeless.close()


def test_a_sample_of_histories_keeps_every_promise() -> None:
    told = stateful.run(100, seed=20261123)
    assert told.failures == ()
    for name in ("kills", "power cuts", "replaces", "checkouts", "second folders"):
        assert told.counts[name] > 0, name


@pytest.mark.parametrize("power", [0, 7])
@pytest.mark.parametrize("moment", range(5, 140, 9))
def test_a_build_that_dies_is_finished_by_the_next_one(
    world: World, moment: int, power: int
) -> None:
    bench = world.benches[0]
    assert world.build(bench, mishap=Mishap(dies_at=moment, power=power)) is None
    world.finish()
    assert len(world.vendor.jobs) == 2


@pytest.mark.parametrize("moment", range(5, 200, 24))
def test_candidates_of_a_build_that_dies_are_bought_once_each(world: World, moment: int) -> None:
    bench = world.benches[0]
    bench.wishes = {"a": Entered("p0", "a.png", candidates=3)}
    world.build(bench, mishap=Mishap(dies_at=moment))
    world.finish()
    assert len(world.vendor.jobs) == 3
    assert set(bench.open().lock.images) == {"a", "a#1", "a#2", "a#3"}


def test_what_a_killed_process_wrote_is_synced_before_it_is_acted_on(world: World) -> None:
    bench = world.benches[0]
    for moment in range(1, 60):
        world.build(bench, mishap=Mishap(dies_at=moment))
        if world.disk.last.startswith("fsync") and "ledger.jsonl" in world.disk.last:
            break
    assert world.vendor.jobs == {}
    world.build(bench, mishap=Mishap(dies_at=60, power=1))
    world.finish()
    assert len(world.vendor.jobs) == 2


def test_a_plan_that_buys_nothing_takes_up_no_order_that_may_never_have_arrived(
    world: World,
) -> None:
    here = world.benches[0]
    world.clone("m1", "p0", with_outputs=False)
    there = world.benches[1]
    world.build(there)
    world.clock.wait(5 * DAY)
    world.vendor.posts.extend([Post.NEVER] * 20)
    world.build(here)
    world.vendor.calm()
    world.clock.wait(2 * DAY)
    world.check_out(here, -1, with_outputs=False)
    world.build(here)
    assert len(world.vendor.jobs) == 2


def test_an_order_of_unknown_price_that_stays_open_lets_no_other_pass_the_limit(
    world: World,
) -> None:
    world.vendor.fates.extend([Fate.STUCK] * 2)
    ended = world.build(world.benches[0], limits=(None, 7))
    assert ended is not None
    assert ended.code == 5
    assert len(world.vendor.jobs) == 1
