"""A few crowds of every kind, one of them before a vendor that knows no keys."""

from __future__ import annotations

import pytest

from . import crowds

pytestmark = pytest.mark.crash


@pytest.mark.slow
def test_builds_at_once_pay_once_and_leave_nothing_open_or_behind():
    tally = crowds.run(4, seed=1)
    assert (tally.tried, tally.failures) == (4, ())
    # Absent when the machine was too busy to tell who waited.
    assert tally.counts.get("waits told", 2) == 2
    assert sum(tally.counts.get(f"{one} sent", 0) for one in ("SIGKILL", "SIGTERM", "SIGINT")) > 0


def test_a_crowd_follows_from_its_seed_and_its_number():
    planned = [crowds.crowd(number, 1) for number in range(24)]
    assert planned == [crowds.crowd(number, 1) for number in range(24)]
    assert {one.place for one in planned} == set(crowds.PLACES)
    assert all(one.mode != "ignore" or not one.hits for one in planned)
