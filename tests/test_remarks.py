"""Remarks: a text that became small or is hardly seen is told once; others are not told of."""

from __future__ import annotations

from lettered import lettering

from imagegen.build.remarks import remarks
from imagegen.pictures.legibility import Look

GOOD = Look(lettering("Coffee"), 0.5, 1.4)


def test_what_is_well_set_is_not_told_of() -> None:
    unseen = Look(lettering("Tea"), 1.0, None)
    asked_for = Look(lettering("Cake", min_size=0.01), 0.2, 21.0)
    assert remarks("poster", [GOOD, unseen, asked_for]) == []


def test_texts_that_became_small_are_told_the_smallest_first() -> None:
    small = [
        Look(lettering("Coffee", size=0.4), 0.4, 9.0),
        Look(lettering("Donau\u00addampfer", size=0.4, language="de"), 0.2, None),
        Look(lettering("Coffee", size=0.4, language="de"), 0.4, 9.0),
    ]
    (problem,) = remarks("poster", [GOOD, *small])
    assert problem.summary == (
        "the text `Donaudampfer` (de) on `poster` was made smaller, to 20% of its `size`, "
        "and 1 more"
    )
    assert problem.detail.splitlines()[1:] == [
        "`Donaudampfer` (de): 0.08 instead of 0.4 of the picture's height",
        "`Coffee` (en): 0.16 instead of 0.4 of the picture's height",
    ]


def test_texts_that_are_hardly_seen_are_told_with_their_colour() -> None:
    many = [Look(lettering(f"Tea {number}", color="#fefefe"), 1.0, 1.1) for number in range(9)]
    (problem,) = remarks("poster", [GOOD, *many])
    assert problem.summary == (
        "the text `Tea 0` (en) hardly stands out on the picture of `poster`, and 8 more"
    )
    lines = problem.detail.splitlines()
    assert (lines[1], lines[-1]) == ("`Tea 0` (en): #fefefe", "and 3 more")
