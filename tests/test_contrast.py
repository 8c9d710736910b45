"""Two values of a field side by side: short, and piece by piece."""

from __future__ import annotations

import pytest

from imagegen.contrast import Part, pieces, told, value


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("a mug", "a cup", ('"a mug"', '"a cup"')),
        (None, 7, ("none", "7")),
        (True, False, ("true", "false")),
        ("a", None, ('"a"', "none")),
        ([400], ["webp", "avif"], ("[400]", '["webp", "avif"]')),
    ],
)
def test_short_values_are_told_whole(old, new, shown):
    assert told(old, new) == shown


def test_of_long_texts_the_part_around_the_first_difference_is_told():
    old, new = told("x" * 100 + " red " + "y" * 100, "x" * 100 + " blue " + "y" * 100)
    assert old.startswith('"…xxx')
    assert " red y" in old
    assert " blue y" in new
    assert max(len(old), len(new)) <= 64


def test_of_a_long_text_that_goes_on_the_new_end_is_told():
    old, new = told("x" * 100, "x" * 100 + ", at dawn")
    assert new.endswith(', at dawn"')
    assert old != new


def test_a_long_value_that_has_no_counterpart_is_cut():
    assert value("z" * 99) == f'"{"z" * 60}…"'


def test_pieces_are_words_that_stayed_went_and_came():
    assert list(pieces("a red mug", "a blue mug, hot")) == [
        (Part.KEPT, "a "),
        (Part.REMOVED, "red"),
        (Part.ADDED, "blue"),
        (Part.KEPT, " mug"),
        (Part.ADDED, ", hot"),
    ]
    assert list(pieces("", "new")) == [(Part.ADDED, "new")]


def test_texts_of_very_many_words_are_not_compared_word_by_word():
    long = "word " * 5000
    assert list(pieces(long, "")) == [(Part.REMOVED, long)]
    assert [part for part, _ in pieces(long, long + "x")] == [Part.REMOVED, Part.ADDED]
