"""Sums and headings in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import values

from imagegen.lock import Lock
from imagegen.locked import Derived, Locked, Output
from imagegen.pictures.similarity import Similarity
from imagegen.plan import Reason
from imagegen.report import phrases
from imagegen.report.comparison import Difference, Kind, Money, compare
from imagegen.report.edition import Edition
from imagegen.report.exhibit import Display
from imagegen.report.likeness import Likeness
from imagegen.report.state import State
from imagegen.workspace import Workspace

FILE = Output("images/mug-de.png", values.SHA, "k", 60, 40, "de")
EDITION = Edition("de", FILE, FILE)


def lettered(encoder: str) -> Locked:
    return replace(values.locked(), derived=Derived((FILE,), {encoder: "1"}))


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


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (False, False, ""),
        (True, False, "There was no lock in this folder then, so every picture counts as new."),
        (
            False,
            True,
            "There is no lock in this folder now, so every picture counts as retired.",
        ),
    ],
)
def test_a_lock_that_is_not_there_is_told(before, after, told):
    sides = (State(Lock(), "x", Workspace(Path()), lacking=one) for one in (before, after))
    assert phrases.lacking(*sides) == told


def test_what_became_of_words_goes_by_what_is_known():
    def told(before, after):
        return phrases.rewording(Difference("mug", Kind.REWORDED, before, after))

    words, plain = lettered("png+text"), lettered("png")
    assert told(plain, words) == "the same picture, now with words on it"
    assert told(words, plain) == "the same picture, no longer with words on it"
    assert told(words, words) == "the same picture, its words were set anew"


def test_what_became_of_an_edition_is_a_few_words():
    def told(kind=Kind.TIDIED, *, ssim=0.99, reshaped=False, **changes):
        likeness = Likeness(Similarity(ssim, 0, reshaped)) if ssim else None
        edition = replace(EDITION, **changes)
        of = Difference("mug", kind, values.locked(), values.locked())
        return phrases.outcome(Display(edition, likeness=likeness), of)

    assert told(ssim=None) == "not compared"
    assert told(ssim=None, before=None) == "new"
    assert told(ssim=None, after=None) == "deleted"
    assert told() == "nearly the same (SSIM 0.99)"
    assert told(Kind.REWORDED) == "set anew (SSIM 0.99)", "few words count as much as many"
    assert told(Kind.REWORDED, ssim=1) == "looks the same (SSIM 1.00)"
    shape = "of another shape; what both show is nearly the same (SSIM 0.99)"
    assert told(reshaped=True) == shape


def test_a_file_for_all_locales_is_called_so():
    assert phrases.locale(Display(EDITION)) == "de"
    assert phrases.locale(Display(replace(EDITION, locale=""))) == "all locales"


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (Reason("prompt", "a", None), ('"a"', "none")),
        (Reason("derivatives", "1 file", "2 files (2 new)"), ("1 file", "2 files (2 new)")),
        (Reason("references.1", None, "sha256 ab"), ("none", "sha256 ab")),
    ],
)
def test_only_what_a_file_holds_is_in_quotes(reason, told):
    assert phrases.values(reason) == told


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
