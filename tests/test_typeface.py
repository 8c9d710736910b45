"""Typefaces: one line measures and looks as its script wants, at every size."""

from __future__ import annotations

import pytest
from lettered import ARABIC, JAPANESE, LATIN, VARYING, collection, typeface
from PIL import Image, ImageChops

from imagegen.pictures.typeface import NotSet, Typeface


def drawn(text: str, font: bytes = LATIN, *, em: float = 60, language: str = "en") -> Image.Image:
    mask = Image.new("L", (round(em * 6), round(em * 2)))
    face = typeface(text, font, language)
    face.draw(text, mask, (em * 3, em * 1.3), em=em, anchor="m")
    return mask


def test_a_width_goes_by_the_whole_line() -> None:
    face = typeface("Coffee")
    assert face.width("AV") < face.width("A") + face.width("V")
    assert face.width("") == 0


def test_arabic_is_joined_and_runs_from_right_to_left() -> None:
    face = typeface("قهوة", ARABIC, "ar")
    assert face.width("قهوة") < sum(map(face.width, "قهوة"))
    ink = drawn("قا", ARABIC, language="ar")
    left, top, _, bottom = ink.getbbox() or (0, 0, 0, 0)
    stem = ink.crop((left, 0, left + 8, ink.height)).getbbox()
    assert stem, "the upright second letter stands at the left"
    assert stem[3] - stem[1] > (bottom - top) / 2


def test_a_line_without_letters_follows_the_direction_of_its_text() -> None:
    tops = {}
    for way in ("ltr", "rtl"):
        face = Typeface(ARABIC, name="", language="ar", direction=way)
        mask = Image.new("L", (300, 90))
        face.draw("18.", mask, (150, 60), em=60, anchor="m")
        left, _, _, _ = mask.getbbox() or (0, 0, 0, 0)
        _, tops[way], _, _ = mask.crop((left, 0, left + 5, 90)).getbbox() or (0, 0, 0, 0)
    assert tops["rtl"] > tops["ltr"] + 20, "the low full stop stands at the left"


def test_small_letters_stand_where_large_ones_do() -> None:
    large, small = drawn("Coffee worth", em=160), drawn("Coffee worth", em=20)
    seen = [round(side / 8) for side in large.getbbox() or ()]
    assert all(
        abs(one - other) <= 1 for one, other in zip(seen, small.getbbox() or (), strict=True)
    )
    shrunk = large.resize(small.size, Image.Resampling.BOX)
    assert max(ImageChops.difference(shrunk, small).reduce(2).tobytes()) < 40


def test_letters_too_small_to_be_seen_are_no_fault_of_the_font() -> None:
    face, mask = typeface("Coffee"), Image.new("L", (16, 9))
    face.draw("Coffee", mask, (8, 5), em=0.01, anchor="m")
    assert max(mask.tobytes()) < 64


def test_letters_are_crisp_at_every_size() -> None:
    for em in (24, 60, 160):
        mask = drawn("H", em=em)
        full = sum(1 for value in mask.tobytes() if value > 240)
        edge = sum(1 for value in mask.tobytes() if 16 < value <= 240)
        assert edge < 8 * em, "edges are about a pixel wide"
        assert full > em * em / 20


def test_a_collection_gives_its_first_face() -> None:
    assert drawn("遠く", collection(JAPANESE)) == drawn("遠く", JAPANESE)


def test_letters_have_the_weight_that_is_asked_for() -> None:
    seen = {}
    for weight in (None, 200, 400, 900):
        face = Typeface(VARYING, name="", language="", direction="ltr", weight=weight)
        mask = Image.new("L", (200, 100))
        face.draw("H", mask, (20, 90), em=90, anchor="l")
        left, _, right, _ = mask.getbbox() or (0, 0, 0, 0)
        seen[weight] = (face.width("H"), right - left, sum(mask.tobytes()) // 255)
    assert seen[None] == seen[400], "the usual weight; other axes keep their usual value"
    light, bold = seen[200], seen[900]
    assert (round(light[0], 2), round(bold[0], 2)) == (0.56, 0.7)
    assert [one < other for one, other in zip(light, bold, strict=True)] == [True] * 3
    assert light[2] < seen[400][2] < bold[2]


@pytest.mark.parametrize("data", [b"", b"no font", LATIN[:500], LATIN[: len(LATIN) // 2]])
def test_a_broken_font_is_told_with_its_name(data: bytes) -> None:
    with pytest.raises(NotSet) as caught:
        drawn("Coffee", data)
    assert caught.value.problem.summary == "no text can be set with the font `fonts/some.ttf`"
