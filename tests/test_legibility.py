"""Legibility: every text that does not fit or cannot be read is told, in any order the same."""

from __future__ import annotations

from dataclasses import replace

import deriving
from lettered import ARABIC, FONTS, lettering

from imagegen.derivative import Lettering, Recipe
from imagegen.pictures.legibility import trouble_with

SMALL_BOX = (0.0, 0.0, 0.2, 0.2)


def trial(one: Lettering) -> Recipe:
    return replace(deriving.recipe(size=(96, 64)), letterings=(one,))


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
