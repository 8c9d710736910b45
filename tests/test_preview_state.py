"""Tests of the state: rows with what a build is doing laid over them."""

from __future__ import annotations

import pytest

from imagegen.errors import Problem, Where
from imagegen.feed import Header
from imagegen.preview.course import Course, Standing
from imagegen.preview.snapshot import NO_COST, Row
from imagegen.preview.state import Failure, compose, problem_form, still_failed

PURCHASE = ("key", 1)
MAKING = Standing("making", making=True, percent=40)


def row(state="changed", purchase=PURCHASE):
    form = {"name": "mug", "state": state, "progress": None, "stage": None, "error": None}
    return Row(form, purchase, None, frozenset())


def shown(rows, standing=None, *, over=False, fresh=False, failures=None):
    standings = {"mug": standing} if standing else {}
    return compose(
        "shop",
        {"mug": rows},
        Course(Header("build", 2, 1, 0.0), standings, over=over),
        problems=(),
        failures=failures or {},
        cost=NO_COST,
        fresh=fresh,
    )


def test_an_image_that_is_made_says_how_far_it_is():
    state = shown(row(), MAKING)
    assert state.images["mug"]["state"] == "generating"
    assert (state.images["mug"]["progress"], state.images["mug"]["stage"]) == (40, "making")
    assert state.head["running"] == {"verb": "build", "done": 0, "total": 2, "waiting": None}
    assert state.head["summary"] == {"generating": 1}


def test_a_picture_that_is_put_back_keeps_its_state_and_tells_the_stage():
    state = shown(row("missing"), Standing("restore"))
    assert (state.images["mug"]["state"], state.images["mug"]["stage"]) == ("missing", "restore")


def test_an_image_that_is_done_stays_until_the_lock_has_it():
    done = Standing("done", making=True, percent=100)
    assert shown(row("edited"), done).images["mug"]["state"] == "generating"
    assert shown(row("current"), done).images["mug"]["state"] == "current"
    assert shown(row("edited"), done, over=True).images["mug"]["state"] == "generating"
    assert shown(row("edited"), done, over=True, fresh=True).images["mug"]["state"] == "edited"


def test_what_a_killed_build_was_at_is_not_made_any_more():
    state = shown(row(), MAKING, over=True)
    assert (state.images["mug"]["state"], state.head["running"]) == ("changed", None)


def test_a_failure_says_why_and_a_new_attempt_hides_it():
    failures = {"mug": Failure(Problem("refused"), PURCHASE)}
    form = shown(row(), failures=failures).images["mug"]
    assert (form["state"], form["error"]["summary"]) == ("failed", "refused")
    assert shown(row(), MAKING, failures=failures).images["mug"]["state"] == "generating"


@pytest.mark.parametrize(
    ("now", "kept"),
    [
        (row(), True),
        (row("current"), False),
        (row(purchase=("another", 1)), False),
        (row(purchase=("key", 2)), False),
    ],
)
def test_a_failure_is_forgotten_when_something_else_is_asked_for(now, kept):
    failures = {"mug": Failure(Problem("refused"), PURCHASE)}
    assert bool(still_failed(failures, {"mug": now})) is kept
    assert still_failed(failures, {}) == {}


def test_a_problem_has_the_fields_of_the_contract():
    problem = Problem("wrong", "why", "do", Where("imagegen.toml", 3, 4, "text"))
    assert problem_form(problem) == {
        "summary": "wrong",
        "detail": "why",
        "hint": "do",
        "where": {"file": "imagegen.toml", "line": 3, "column": 4, "text": "text"},
    }
    assert problem_form(Problem("wrong"))["where"] is None
