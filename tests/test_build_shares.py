"""Sharing an image's files out: every file once, and no group much longer than another."""

from __future__ import annotations

import values

from imagegen.build.shares import shared_out
from imagegen.original import Original

RECIPES = list(
    values.derivation(widths=(100, 200, 400), formats=("avif", "jpeg")).recipes(
        Original(values.SHA, 1, "webp", 400, 400)
    )
)


def test_every_file_is_in_one_group_and_the_dearest_begins_the_first():
    first, second = shared_out(RECIPES, 2)
    assert sorted(map(repr, first + second)) == sorted(map(repr, RECIPES))
    assert (first[0].format, first[0].width) == ("avif", 400)
    assert len(first) < len(second)


def test_there_are_no_more_groups_than_files():
    assert len(shared_out(RECIPES, 99)) == len(RECIPES)
    assert shared_out([], 2) == []
