"""Bidi: every letter has the level that UAX 9 gives it, and lines keep it whoever sets them."""

from __future__ import annotations

import unicodedata

import pytest

from imagegen.pictures.bidi import CONTROLS, Unpaired, check_pairs, levels, written

LETTERS = {"L": "a", "R": "\u05d0", "AL": "\u0627", "AN": "\u0661", "NSM": "\u0300", "BN": "\u00ad"}
CONTROL = dict(
    zip("LRE RLE PDF LRO RLO LRI RLI FSI PDI".split(), CONTROLS, strict=True)
)  # as Unicode numbers them


def text(written_as: str) -> str:
    """Return letters, marks and controls from what stands for them, apart from what is itself."""
    return "".join({**LETTERS, **CONTROL}.get(one, one) for one in written_as.split("."))


@pytest.mark.parametrize(
    "said, base, found",
    [
        ("a.1.R.1", 0, "0012"),
        ("R.1.a.!", 1, "1221"),
        ("AL. .1.,.2", 1, "11222"),
        ("AL.1.-.2", 1, "1212"),
        ("R.1.-.2.$.%", 1, "122222"),
        ("$.1.R", 0, "001"),
        ("R.NSM.a.NSM", 0, "1100"),
        ("R. .!. .R", 0, "11111"),
        ("R. .!. .a", 0, "10000"),
        ("AN.,.AN.-.AN", 0, "22212"),
        ("R. .(.R. .a.).R", 0, "10010001"),
        ("R.(.R.).a", 0, "11110"),
        ("a.[.R.].(.1.)", 1, "2111121"),
        ("a.〈.R.\u232a", 0, "0010"),
        ("R.LRE.a.1.PDF.R", 1, "112221"),
        ("a.RLE.a.PDF.a", 0, "00220"),
        ("R.LRO.R.1.PDF.R", 1, "112221"),
        ("a.RLO.a.1.PDF.a", 0, "001110"),
        ("R.LRI.1. .2.PDI.R", 1, "1122211"),
        ("R.LRI.1.PDI.R", 0, "11211"),
        ("a.FSI.R.!.PDI.!", 0, "001100"),
        ("a.FSI.1.LRI.R.PDI.R.PDI", 0, "00213110"),
        ("R.LRI.a.RLE.R.PDI.R", 1, "1122311"),
        ("a.PDI.PDF.R", 0, "0001"),
    ],
)
def test_levels_are_those_of_the_standard(said: str, base: int, found: str) -> None:
    assert "".join(map(str, levels(text(said), base))) == found


def test_what_is_nested_too_deep_stays_at_the_deepest_level() -> None:
    deep = CONTROL["RLI"] * 200 + "a" + CONTROL["PDI"] * 200 + "a"
    assert max(levels(deep, 0)) == 126
    assert levels(deep, 0)[-1] == 0
    mixed = (CONTROL["RLE"] + CONTROL["LRI"]) * 100 + "a" + (CONTROL["PDI"] + CONTROL["PDF"]) * 100
    assert levels(mixed + "a", 0)[-1] == 0
    assert len(levels("(" * 100 + ")" * 100, 1)) == 200


@pytest.mark.parametrize("base", [0, 1])
@pytest.mark.parametrize(
    "said", ["a. .R.1.!", "AL. .1.-.2", "R.LRI.1. .2.-.3.PDI.a", "a.RLO.a.b.PDF. .(.R.)"]
)
def test_a_part_of_a_paragraph_keeps_its_levels(said: str, base: int) -> None:
    whole = text(said)
    found = levels(whole, base)
    for start in range(len(whole)):
        line = written(whole[start:], found[start:], base)
        letters = [
            (letter, level)
            for letter, level in zip(line, levels(line, base), strict=True)
            if letter not in CONTROLS
        ]
        kept = [
            (letter, level)
            for letter, level in zip(whole[start:], found[start:], strict=True)
            if letter not in CONTROLS
        ]
        assert [letter for letter, _ in letters] == [letter for letter, _ in kept]
        rises = {one - other for (_, one), (_, other) in zip(letters, kept, strict=True)}
        assert rises in ({0}, {2}, set())


def test_a_line_of_one_direction_is_as_it_was() -> None:
    assert written("Coffee 12!", levels("Coffee 12!", 0), 0) == "Coffee 12!"
    assert written("קפה!", levels("קפה!", 1), 1) == "קפה!"


@pytest.mark.parametrize(
    "said, place",
    [
        ("a.RLO.b", 1),
        ("a.PDF", 1),
        ("PDI", 0),
        ("LRI.a.PDF", 2),
        ("LRI.RLE.a.PDI.PDF", 3),
        ("LRI.a.\n.b.PDI", 0),
        ("LRI.a.PDI.LRI", 3),
    ],
)
def test_a_control_without_its_partner_is_found(said: str, place: int) -> None:
    with pytest.raises(Unpaired) as caught:
        check_pairs(text(said))
    assert (caught.value.place, caught.value.control) == (place, text(said)[place])
    closes = unicodedata.bidirectional(caught.value.control) in ("PDF", "PDI")
    assert bool(caught.value.closer) != closes


def test_controls_in_pairs_are_fine() -> None:
    check_pairs(text("a.LRI.RLE.b.PDF.PDI.\n.FSI.c.PDI"))
