"""How fast a run may go, and how it stops."""

from __future__ import annotations

import anyio
import pytest

from imagegen.build.pace import Pace, Stopped
from imagegen.errors import Problem


def test_no_more_jobs_are_open_than_allowed():
    inside, most = 0, 0

    async def one(pace):
        nonlocal inside, most
        async with pace.job():
            inside += 1
            most = max(most, inside)
            await anyio.sleep(0)
            inside -= 1

    async def scenario():
        pace = Pace(in_flight=2, requests_per_minute=600)
        async with anyio.create_task_group() as group:
            for _ in range(6):
                group.start_soon(one, pace)

    anyio.run(scenario)
    assert most == 2


def test_requests_beyond_the_rate_wait():
    async def scenario():
        pace = Pace(in_flight=1, requests_per_minute=1)
        async with pace.request():
            pass
        with anyio.move_on_after(0.05) as scope:
            async with pace.request():
                pass
        return scope.cancelled_caught

    assert anyio.run(scenario)


def test_after_a_stop_nothing_is_ordered_and_the_first_reason_stays():
    async def scenario():
        pace = Pace(in_flight=1, requests_per_minute=60)
        pace.stop(Problem("not enough credits"))
        pace.stop(None)
        with pytest.raises(Stopped) as caught:
            async with pace.submit():
                raise AssertionError("ordered")
        return caught.value.problem

    assert anyio.run(scenario) == Problem("not enough credits")


def test_a_stop_can_wait_until_the_orders_under_way_are_answered():
    told = []

    async def order(pace):
        async with pace.submit():
            await anyio.sleep(0.03)
            told.append("answered")

    async def scenario():
        pace = Pace(in_flight=1, requests_per_minute=60)
        async with anyio.create_task_group() as group:
            group.start_soon(order, pace)
            await anyio.sleep(0.01)
            pace.stop(None)
            await pace.no_submits()
            told.append("quiet")

    anyio.run(scenario)
    assert told == ["answered", "quiet"]
