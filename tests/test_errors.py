"""How a fault is told, and the exit code of each kind."""

from __future__ import annotations

import pytest

from imagegen.errors import (
    LimitReached,
    NeedsAttention,
    OutcomeUnknown,
    Problem,
    Where,
    WrongInput,
    nearest,
)


@pytest.mark.parametrize(
    ("kind", "code"),
    [(NeedsAttention, 1), (WrongInput, 2), (OutcomeUnknown, 4), (LimitReached, 5)],
)
def test_every_kind_has_its_exit_code(kind, code):
    assert kind(Problem("a")).exit_code == code


def test_an_error_holds_all_its_problems_in_order():
    error = WrongInput(Problem("first"), Problem("second"))
    assert [problem.summary for problem in error.problems] == ["first", "second"]
    assert str(error) == "first; second"


def test_a_place_reads_as_editors_understand_it():
    assert str(Where("imagegen.toml", 3, 14, "seed = x")) == "imagegen.toml:3:14"


@pytest.mark.parametrize(
    ("word", "found"),
    [("promt", "prompt"), ("styel", "style"), ("STYLE", "style"), ("xyz", None), ("", None)],
)
def test_the_nearest_known_name_is_offered_or_none(word, found):
    assert nearest(word, ["prompt", "style"]) == found
