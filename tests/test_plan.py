"""A plan as a value: what it counts, what it costs, when it is idle."""

from __future__ import annotations

import values

from imagegen.plan import Action, Block, Change, Plan

MUG = values.target()
DRAFT = values.target("sketch", values.request(provider="draft"))
BOUGHT = Change("mug", Action.GENERATE, price=8, target=MUG)
UNPRICED = Change("mug", Action.GENERATE, price=None, target=MUG)
DRAWN = Change("sketch", Action.GENERATE, target=DRAFT)


def test_a_plan_counts_known_and_unknown_prices_apart() -> None:
    plan = Plan((BOUGHT, UNPRICED, DRAWN, BOUGHT))
    assert plan.price() == (16, 1)
    assert plan.paid == (BOUGHT, UNPRICED, BOUGHT)
    assert (plan.count(Action.GENERATE), plan.count(Action.KEEP)) == (4, 0)


def test_only_generating_with_a_paid_provider_can_cost_anything() -> None:
    paid = [Change("mug", action, target=MUG) for action in Action]
    assert [change.action for change in paid if not change.free] == [Action.GENERATE]
    assert DRAWN.free


def test_a_change_shows_a_request_and_a_take_and_a_retired_one_nothing() -> None:
    assert Change("mug", Action.KEEP, target=MUG, take=3).purchase == (MUG.request.key, 3)
    assert Change("mug", Action.RETIRE).purchase is None


def test_a_plan_is_idle_when_a_build_would_neither_work_nor_complain() -> None:
    kept = Change("mug", Action.KEEP, target=MUG)
    protected = Change("mug", Action.KEEP, block=Block.PROTECTED)
    assert Plan(()).idle
    assert Plan((kept, protected)).idle
    assert not Plan((kept, BOUGHT)).idle
    assert not Plan((Change("mug", Action.RETIRE),)).idle
    for block in (Block.REFUSED, Block.UNKNOWN):
        assert not Plan((Change("mug", Action.KEEP, block=block),)).idle
