from __future__ import annotations

import random

import pytest

from imagegen.pictures import theme


def read(prompt):
    return theme.read(prompt, random.Random(1))


def test_words_count_in_any_case_and_number():
    found = read("Three Mugs on a table")
    assert found.speaks_of("mug")
    assert found.speaks_of("vase table")
    assert not found.speaks_of("vase")


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("a poster reading 'SUMMER SOUND'", "SUMMER SOUND"),
        ('a sign saying "Open late"', "Open late"),
        ("a banner “Hello”", "Hello"),
        ("the baker's table and the cook's hat", None),
        ("a poster reading 'ЛЕТО'", None),
        ("a mug", None),
    ],
)
def test_a_quoted_title_is_found_if_it_can_be_set(prompt, title):
    assert read(prompt).title == title


def test_a_side_is_left_or_right():
    found = read("a mug")
    assert {found.side() for _ in range(50)} == {-1, 1}
