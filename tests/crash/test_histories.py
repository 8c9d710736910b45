"""A few forked crash histories in every run; the volume is in `python -m tests.crash`."""

from __future__ import annotations

import pytest

from . import budgets, histories, notices

pytestmark = pytest.mark.crash


def test_builds_that_are_killed_cost_nothing_twice_and_lose_nothing():
    found = histories.run(12, seed=7)
    assert found.failures == ()
    assert found.counts["kills"] > 8


def test_lying_notices_change_nothing():
    found = notices.run(2, seed=7)
    assert found.failures == ()
    assert found.counts["lies told"] > 2


def test_limits_hold_also_after_a_kill():
    found = budgets.run(8, seed=7)
    assert found.failures == ()
    assert found.counts["stopped by the limit"] > 4
