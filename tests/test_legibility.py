"""Legibility: every text that does not fit or cannot be read is told, in any order the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import deriving
from lettered import ARABIC, FONTS, LATIN, lettering
from PIL import Image

from imagegen.derivative import Lettering, Recipe
from imagegen.digest import sha256_of
from imagegen.errors import Problem
from imagegen.pictures.legibility import looks_of
from imagegen.pictures.sfnt import tables_of
from imagegen.pictures.typeface import NotSet

SMALL_BOX = (0.0, 0.0, 0.2, 0.2)


def trial(one: Lettering) -> Recipe:
    return replace(deriving.recipe(size=(96, 64)), letterings=(one,))


def trouble_with(recipes: Sequence[Recipe], fonts: Mapping[str, bytes]) -> Problem | None:
    try:
        looks_of(recipes, fonts)
    except NotSet as error:
        return error.problem
    return None


def test_texts_that_do_not_fit_are_told_together_with_a_size_that_does_for_all() -> None:
    texts = [
        lettering("Coffee", box=SMALL_BOX, fit="none"),
        lettering("Coffee break", box=SMALL_BOX, fit="none", language="de"),
        lettering("قهوة", ARABIC, box=SMALL_BOX, fit="none", language="ar"),
    ]
    trials = [trial(one) for one in texts]
    found = trouble_with(trials, FONTS)
    assert found is not None
    assert found == trouble_with(trials[::-1], FONTS)
    assert found.summary == ("the text `Coffee break` (de) does not fit its box, nor do 2 others")
    assert all(f"`{name}" in found.detail for name in ("Coffee` (en)", "Coffee break", "قهوة"))
    size = float(found.hint.split("`")[1].removeprefix("size = "))
    assert trouble_with([trial(replace(one, size=size)) for one in texts], FONTS) is None
    assert trouble_with([trial(replace(texts[1], size=size * 1.02))], FONTS) is not None


def test_texts_below_their_least_size_are_told_together_with_one_that_does_for_all() -> None:
    texts = [
        lettering(text, box=SMALL_BOX, fit="wrap", size=0.2, min_size=0.1)
        for text in ("Coffeehouse", "Donaudampfschiff", "Tea")
    ]
    found = trouble_with([trial(one) for one in texts], FONTS)
    assert found is not None
    assert found.summary == (
        "the text `Donaudampfschiff` (en) does not fit its box at its `min_size`, nor does another"
    )
    least = float(found.hint.split("`")[1].removeprefix("min_size = "))
    mended = [trial(replace(one, min_size=least)) for one in texts]
    wide = [replace(recipe, width=960, height=640) for recipe in mended]
    assert trouble_with(wide, FONTS) is None


def test_letters_that_shrink_to_nothing_on_the_widest_file_are_told() -> None:
    for fit in ("shrink", "wrap"):
        found = trouble_with([trial(lettering("Coffee", box=(0, 0, 0.02, 0.1), fit=fit))], FONTS)
        assert found is not None
        assert found.summary == "the text `Coffee` (en) is too small to be read"
        assert "the box [0, 0, 0.02, 0.1]" in found.detail
    asked_for = lettering("Coffee", size=0.01, fit="none")
    assert trouble_with([trial(asked_for), trial(lettering(" "))], FONTS) is None


def test_it_is_known_how_much_smaller_a_text_became_and_how_well_it_is_seen() -> None:
    plain, tight = lettering("Coffee", size=0.1), lettering("Coffee", box=(0, 0, 0.3, 1))
    behind = Image.new("RGB", (960, 640), "black")
    looks = looks_of([trial(plain), trial(tight)], FONTS, behind)
    assert [look.lettering for look in looks] == [plain, tight]
    assert looks[0].share == 1
    assert 0.5 < looks[1].share < 0.95
    assert looks[0].contrast == 1, "black on black"
    assert looks_of([trial(plain)], FONTS)[0].contrast is None


def test_letters_that_a_font_leaves_blank_are_told() -> None:
    start, length = tables_of(LATIN)[b"loca"]
    blank = LATIN[:start] + bytes(length) + LATIN[start + length :]
    fonts = {sha256_of(blank): blank}
    found = trouble_with([trial(lettering("Coffee", blank))], fonts)
    assert found is not None
    assert found.summary == "the text `Coffee` (en) would not be seen"
    assert trouble_with([trial(lettering("\u200b", blank))], fonts) is None
