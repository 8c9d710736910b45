"""A sample of the kill points, and that a kill strikes where it is meant to."""

from __future__ import annotations

import itertools

import pytest

from . import kills
from .stage import stage
from .tracing import Point, missing

pytestmark = [
    pytest.mark.crash,
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing()), reason=missing() or "system calls can be traced"),
]


@pytest.mark.parametrize("start", kills.STARTS)
def test_a_build_killed_at_a_system_call_is_finished_by_the_next(start):
    tally = kills.sweep(start, 4, seed=1)
    assert (tally.tried, tally.failures, tally.skipped) == (4, (), "")
    assert tally.counts["kills"] >= 4


def test_a_recovery_can_be_killed_as_well():
    tally = kills.twice(2, seed=1)
    assert (tally.tried, tally.failures, tally.skipped) == (2, (), "")
    assert tally.counts["kills"] >= 4


def test_the_points_are_all_calls_that_matter_and_no_others():
    names = {point.call for point in kills.points("fresh")}
    assert {"write", "fsync", "rename", "openat", "mkdir", "flock", "sendto", "recvfrom"} <= names
    assert not names & kills.SILENT


def test_a_kill_strikes_before_the_call():
    with stage("fresh") as ready, ready.scene() as scene:
        ended = ready.zygote.run(
            ["build"],
            folder=scene.folder,
            environment=scene.closed_environment,
            watch=Point("mkdir", 1, below=str(scene.home)),
        )
        assert ended.killed
        assert ended.trace.struck == str(scene.home)
        assert not scene.home.exists()


def test_a_point_that_never_comes_is_no_kill():
    with stage("fresh") as ready, ready.scene() as scene:
        ended = ready.zygote.run(
            ["build"],
            folder=scene.folder,
            environment=scene.closed_environment,
            watch=Point("fsync", 10_000),
        )
        assert (ended.code, ended.trace.struck) == (0, None)
        assert ended.trace.counts["fsync"] == ended.trace.met > 20


def test_some_points_are_spread_over_all():
    every = [Point("write", number) for number in range(1, 101)]
    some = [point.ordinal for point in kills.spread(every, 10, seed=3)]
    assert {later - earlier for earlier, later in itertools.pairwise(some)} == {10}
    assert kills.spread(every, kills.EVERY, seed=3) == every
