"""Spending limits, held against a plan and again with every intent."""

from __future__ import annotations

import anyio
import pytest
import values
from buying import intent

from imagegen.build.allowance import Allowance
from imagegen.build.ledger import Ledger
from imagegen.build.limits import Limits
from imagegen.build.purchase import State, Sum
from imagegen.diff import diff
from imagegen.errors import LimitReached
from imagegen.lock import Lock
from imagegen.plan import World

KIND = ("flux-2-pro", "1MP")


def plan(count, prices=None):
    targets = [values.target(f"mug-{i}", values.request(f"mug {i}")) for i in range(count)]
    return diff(targets, Lock(), World(prices=prices or {}))


def test_a_plan_within_the_limits_is_admitted():
    Limits(Allowance(3, 18, 20), {}).admit(plan(3, {KIND: 6}), Sum(2))


@pytest.mark.parametrize(
    ("allowance", "text"),
    [
        (Allowance(2), "would buy 3 pictures and may buy 2"),
        (Allowance(3, 17), "this run would cost 18 credits and may cost 17"),
        (Allowance(3, None, 18), "today would cost 19 credits and may cost 18"),
    ],
)
def test_a_plan_beyond_a_limit_is_refused_with_the_numbers(allowance, text):
    with pytest.raises(LimitReached, match=text):
        Limits(allowance, {}).admit(plan(3, {KIND: 6}), Sum(1))


def test_a_day_that_is_spent_does_not_stop_a_plan_that_costs_nothing():
    Limits(Allowance(3, 0, 5), {}).admit(plan(0), Sum(6))


def test_a_price_without_resolution_holds_for_every_resolution():
    limits = Limits(Allowance(), {("flux-2-pro", ""): 5})
    assert limits.price(values.request()) == 5


def test_what_a_picture_was_charged_is_the_price_of_the_next(tmp_path):
    limits = Limits(Allowance(), {})
    assert limits.price(values.request()) is None
    ledger = Ledger.open(tmp_path)
    entry = limits.intend(ledger, intent())
    ledger.note(entry.purchase, State.ACCEPTED, job_id="job-1")
    limits.learn(ledger.note(entry.purchase, State.READY, credits=9, urls=("u",)))
    assert limits.price(values.request()) == 9


@pytest.mark.parametrize(
    "allowance", [Allowance(images=1), Allowance(credits=15), Allowance(credits_per_day=15)]
)
def test_the_second_intent_beyond_a_limit_is_refused_and_not_noted(tmp_path, allowance):
    ledger = Ledger.open(tmp_path)
    limits = Limits(allowance, {})
    limits.intend(ledger, intent(1, reserve=8))
    with pytest.raises(LimitReached):
        limits.intend(ledger, intent(2, reserve=8))
    assert len(ledger.entries()) == 1


def test_the_day_counts_other_runs_and_the_run_only_itself(tmp_path):
    ledger = Ledger.open(tmp_path)
    Limits(Allowance(), {}).intend(ledger, intent(1, reserve=8, run="earlier"))
    Limits(Allowance(images=1, credits=8), {}).intend(ledger, intent(2, reserve=8, run="now"))
    with pytest.raises(LimitReached, match="today"):
        limits = Limits(Allowance(credits_per_day=20), {})
        limits.intend(ledger, intent(3, reserve=8, run="now"))


@pytest.mark.parametrize(("allowance", "together"), [(Allowance(credits=9), 1), (Allowance(), 3)])
def test_pictures_of_an_unknown_price_go_one_by_one_when_credits_are_limited(allowance, together):
    limits = Limits(allowance, {})
    inside, most = 0, 0

    async def one():
        nonlocal inside, most
        async with limits.turn(values.request()):
            inside += 1
            most = max(most, inside)
            await anyio.sleep(0.01)
            inside -= 1

    async def scenario():
        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(one)

    anyio.run(scenario)
    assert most == together


def test_an_order_of_an_unknown_price_holds_the_day_for_whoever_comes_next(tmp_path):
    ledger = Ledger.open(tmp_path)
    Limits(Allowance(), {}).intend(ledger, intent(1, reserve=None, run="killed"))
    with pytest.raises(LimitReached, match="nobody knows yet what the first picture costs"):
        Limits(Allowance(credits_per_day=9), {}).intend(ledger, intent(2, reserve=None))
    with pytest.raises(LimitReached, match="today would cost 12 credits and may cost 9"):
        Limits(Allowance(credits_per_day=9), {KIND: 6}).intend(ledger, intent(2, reserve=6))
    Limits(Allowance(credits_per_day=12), {KIND: 6}).intend(ledger, intent(2, reserve=6))
    assert len(ledger.entries()) == 2


def test_a_run_with_a_limit_lets_no_second_picture_of_an_unknown_price_go(tmp_path):
    ledger = Ledger.open(tmp_path)
    Limits(Allowance(), {}).intend(ledger, intent(1, reserve=None, run="killed"))
    with pytest.raises(LimitReached, match="this run may cost 9 credits, and nobody knows"):
        Limits(Allowance(credits=9), {}).intend(ledger, intent(2, reserve=None))
    Limits(Allowance(), {}).intend(ledger, intent(2, reserve=None))
