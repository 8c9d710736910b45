"""Hostile answers: a sample of what the crash harness tells a build, and that it would notice."""

from __future__ import annotations

import random

import pytest

from . import answers
from .huckster import http
from .lies import Lie, lies
from .spoils import picture

pytestmark = pytest.mark.crash


def test_no_hostile_answer_costs_money_pictures_or_the_key() -> None:
    tally = answers.run(20, seed=2)
    assert tally.failures == ()
    assert tally.tried == 20
    assert tally.counts["refused at first"] > 6


def test_an_attack_is_the_same_again_from_its_seed() -> None:
    names = [[lie.name for lie in answers.chosen(60, seed)] for seed in (1, 1, 2)]
    assert names[0] == names[1] != names[2]


def test_every_lie_has_a_name_of_its_own() -> None:
    names = [lie.name for lie in lies()]
    assert len(names) == len(set(names)) > 300


@pytest.mark.parametrize(
    ("lie", "broken"),
    [
        # Nobody can tell that this whole picture is another one, so `right` must not be had.
        (Lie("other", "file", lambda _: [http(200, picture("png", angle=5))]), "bad bytes"),
        # An order that is refused for good is no question for a person.
        (Lie("refused", "submit", lambda _: [http(400, b"{}")], "asks"), "not asked"),
    ],
)
def test_the_judge_can_find_fault(lie: Lie, broken: str) -> None:
    with answers.set_up() as place:
        found = answers.attacked(lie, place, random.Random(1), "here")
    assert broken in {failure.broken for failure in found}
