"""A sample of the failing disks, and that an error strikes where it is meant to."""

from __future__ import annotations

import errno

import pytest

from . import disk_errors, small_disks
from .scene import charges
from .stage import stage
from .tracing import Point, missing

pytestmark = pytest.mark.crash

traced = pytest.mark.skipif(bool(missing()), reason=missing() or "system calls can be traced")


@traced
@pytest.mark.slow
def test_a_build_whose_disk_fails_stops_in_words_and_is_finished_later():
    tally = disk_errors.injected("fresh", 12, seed=2)
    assert (tally.tried, tally.failures, tally.skipped) == (12, (), "")


@pytest.mark.slow
def test_disks_that_are_really_full_or_read_only_cost_nothing_twice():
    tally = small_disks.run(len(small_disks.KINDS), seed=1)
    if tally.skipped:
        pytest.skip(tally.skipped)
    assert (tally.tried, tally.failures) == (len(small_disks.KINDS), ())


@traced
@pytest.mark.slow
def test_after_a_failed_fsync_of_the_ledger_nothing_is_ordered():
    with stage("fresh") as ready, ready.scene() as scene:
        ended = ready.zygote.run(
            ["build"],
            folder=scene.folder,
            environment=scene.closed_environment,
            watch=Point("fsync", 1, errno.EIO, below=str(scene.home / "accounts")),
        )
        assert ended.code == 1
        assert ended.trace.struck is not None
        assert "Input/output error" in ended.told
        assert (ended.trace.orders, charges(scene, ready.vendor)) == (0, [])


@traced
@pytest.mark.slow
def test_a_store_that_cannot_be_synced_stops_further_orders():
    with stage("fresh") as ready, ready.scene() as scene:
        with (scene.folder / "imagegen.toml").open("a", encoding="utf-8") as file:
            file.write("[provider]\nmax_in_flight = 1\n")
        ended = ready.zygote.run(
            ["build"],
            folder=scene.folder,
            environment=scene.closed_environment,
            watch=Point("fsync", 1, errno.EIO, below=str(scene.home / "store")),
        )
        assert (ended.code, ended.trace.orders) == (1, 0)
        assert "not tried: cannot fetch a picture" in ended.told
        assert len(charges(scene, ready.vendor)) == 1


@traced
@pytest.mark.slow
def test_orders_sent_after_the_point_are_counted():
    with stage("fresh") as ready, ready.scene() as scene:
        ended = ready.zygote.run(
            ["build"],
            folder=scene.folder,
            environment=scene.closed_environment,
            watch=Point("flock", 1, errno.EINTR, below=str(scene.folder)),
        )
        assert ended.trace.struck
        assert (ended.code, ended.trace.orders) == (0, 2)
