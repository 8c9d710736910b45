"""What a run came to, as an exit code: the most pressing thing wins."""

from __future__ import annotations

import pytest

from imagegen.build.result import Outcome, Result
from imagegen.errors import Problem
from imagegen.plan import Action

GOOD = Outcome("a", Action.GENERATE, "a.png", 4)
BAD = Outcome("b", Action.GENERATE, "b.png", problems=(Problem("no"),))
LIMIT = Outcome("c", Action.GENERATE, "c.png", problems=(Problem("no"),), limit=True)
UNKNOWN = Outcome("d", Action.GENERATE, "d.png", problems=(Problem("no"),), unknown=True)


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ((), 0),
        ((GOOD,), 0),
        ((GOOD, BAD), 1),
        ((BAD, LIMIT), 5),
        ((BAD, LIMIT, UNKNOWN), 4),
    ],
)
def test_the_exit_code_names_the_most_pressing_outcome(outcomes, code):
    assert Result(outcomes).exit_code == code
    assert Result(outcomes, signal=2).exit_code == 130


def test_failures_are_the_images_with_a_problem():
    assert Result((GOOD, BAD)).failures == (BAD,)
