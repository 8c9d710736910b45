"""Sums and headings in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import values

from imagegen.lock import Lock
from imagegen.report import phrases
from imagegen.report.comparison import Money, compare
from imagegen.report.state import State
from imagegen.workspace import Workspace


@pytest.mark.parametrize(
    ("money", "told"),
    [
        (Money(0, 0, 0), "No purchase is new in the lock."),
        (Money(1, 1, 0), "1 purchase is new in the lock: 1 credit."),
        (
            Money(1500, 1200, 2),
            "1,500 purchases are new in the lock: 1,200 credits, and 2 purchases of unknown price.",
        ),
        (Money(2, 0, 2), "2 purchases are new in the lock; what they cost is not known."),
    ],
)
def test_money_is_a_sentence(money, told):
    assert phrases.money(money) == told


def test_the_headline_leaves_out_what_did_not_happen():
    hero = values.locked(values.target("hero"))
    both = values.lock_of(hero, replace(hero, name="hero#1"))
    assert phrases.headline(compare(Lock(), both)) == "1 added, 1 candidate"
    assert phrases.headline(compare(both, both)) == "no picture changed"


def test_a_state_has_its_name_and_its_commit():
    state = State(Lock(), "main", Workspace(Path()), commit="1234567890abcdef" * 2 + "12345678")
    assert phrases.state(state) == "main (1234567890)"
    assert phrases.state(replace(state, title="12345678")) == "1234567890"
    assert phrases.state(replace(state, commit=None)) == "main"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "flux-2-pro, take 1, 12 credits"),
        ({"credits": None}, "flux-2-pro, take 1, price not known"),
        ({"take": 0}, "taken in, not bought"),
        ({"request": values.request(provider="draft").canonical}, "free draft"),
    ],
)
def test_who_made_a_picture_is_a_few_words(changes, told):
    assert phrases.made(replace(values.locked(), **changes)) == told
