"""Typesetting: texts appear in their colour, at every width alike, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lettered import ARABIC, FONTS, JAPANESE, lettering, typeface
from PIL import Image, ImageChops

from imagegen.derivative import Lettering
from imagegen.pictures.typesetting import NotSet, set_texts

TEXT = lettering(
    "Coffee worth the detour, every day of the week", box=(0.1, 0.1, 0.5, 0.8), fit="wrap"
)


def picture(width: int, mode: str = "RGB", color: object = "white") -> Image.Image:
    return Image.new(mode, (width, round(width * 9 / 16)), color)  # type: ignore[arg-type]


def ink(image: Image.Image) -> Image.Image:
    """Return how dark a light picture has become, as L."""
    return ImageChops.invert(image.convert("L"))


def laid_width(text: str) -> float:
    return typeface(text).width(text)


def rows(image: Image.Image) -> list[bool]:
    """Return for each of 90 rows whether there are letters."""
    return [value > 8 for value in ink(image).resize((1, 90), Image.Resampling.BOX).tobytes()]


@pytest.mark.parametrize(
    "one",
    [
        TEXT,
        lettering(
            "قهوة تستحق المشوار", ARABIC, box=(0.1, 0.1, 0.4, 0.8), fit="wrap", language="ar"
        ),
        lettering("遠回りしたくなる珈琲。", JAPANESE, box=(0.1, 0.1, 0.4, 0.8), fit="wrap"),
    ],
)
def test_files_of_all_widths_show_the_same(one: Lettering) -> None:
    large = set_texts(picture(1600), [one], FONTS, shape=(1600, 900))
    for width in (400, 800):
        small = set_texts(picture(width), [one], FONTS, shape=(1600, 900))
        again = large.resize(small.size, Image.Resampling.BOX)
        assert max(ImageChops.difference(small, again).tobytes()) < 8


def test_a_rounded_height_breaks_no_line_otherwise() -> None:
    # At its own ratio, a file of 401 x 226 pixels is a little narrower than one of 1600 x 900.
    one = lettering("HH HH", box=(0, 0, 0.5, 1), fit="wrap")
    width = laid_width("HH HH")
    tight = replace(one, size=0.5 * (16 / 9) / width)
    small, large = (
        set_texts(picture(wide), [tight], FONTS, shape=(1600, 900)) for wide in (401, 1600)
    )
    assert rows(small) == rows(large)


def test_a_text_stays_in_its_box() -> None:
    image = set_texts(picture(800), [TEXT], FONTS)
    left, top, right, bottom = ink(image).getbbox() or (0, 0, 0, 0)
    assert (left >= 78, top >= 44, right <= 482, bottom <= 407) == (True,) * 4


def test_the_same_text_gives_the_same_bytes() -> None:
    one, other = (set_texts(picture(400), [TEXT], FONTS).tobytes() for _ in "ab")
    assert one == other


def test_a_number_in_a_later_line_reads_as_it_does_alone() -> None:
    box = (0.1, 0.1, 0.42, 0.9)
    text = "اتصل بنا \u206649 12.40\u2069"
    whole = lettering(text, ARABIC, size=0.15, box=box, fit="wrap", align="left", language="ar")
    alone = replace(whole, text="49 12.40", language="en")
    one, other = (ink(set_texts(picture(800), [text], FONTS)) for text in (whole, alone))
    left, top, right, bottom = other.getbbox() or (0, 0, 0, 0)
    _, _, _, end = one.getbbox() or (0, 0, 0, 0)
    second = one.crop((left, end - (bottom - top), right, end))
    small = [
        part.resize((26, 5), Image.Resampling.BOX) for part in (second, other.crop(other.getbbox()))
    ]
    assert max(ImageChops.difference(*small).tobytes()) < 50


def test_what_comes_later_stands_above() -> None:
    red, blue = (lettering("H", color=color, size=0.9) for color in ("#ff0000", "#0000ff"))
    found = {color for _, color in set_texts(picture(200), [red, blue], FONTS).getcolors(99999)}
    assert (0, 0, 255) in found
    assert (255, 0, 0) not in found


def test_the_picture_itself_is_not_changed() -> None:
    image = picture(200)
    assert set_texts(image, [TEXT], FONTS) != image
    assert image == picture(200)
    assert set_texts(image, [lettering(" ")], FONTS) == image


@pytest.mark.parametrize(
    "mode, color, ink_color, left",
    [
        ("RGB", "white", "#ff000080", "RGB"),
        ("L", 255, "#000000", "L"),
        ("L", 255, "#ff0000", "RGB"),
        ("LA", (255, 0), "#808080", "LA"),
        ("LA", (255, 0), "#ff0000", "RGBA"),
        ("RGBA", (255, 255, 255, 0), "#ff0000", "RGBA"),
    ],
)
def test_every_mode_takes_a_text(mode: str, color: object, ink_color: str, left: str) -> None:
    one = lettering("H", color=ink_color, size=0.9)
    image = set_texts(picture(200, mode, color), [one], FONTS)
    assert image.mode == left
    solid = max(
        image.getcolors(99999) or [], key=lambda pair: (pair[1] != image.getpixel((0, 0)), pair[0])
    )
    wanted = Image.new("RGBA", (1, 1), ink_color)
    if ink_color.endswith("80") and len(ink_color) == 9:
        assert solid[1] == (255, 127, 127)
    else:
        assert Image.new(left, (1, 1), solid[1]).convert("RGBA") == wanted


def test_a_font_that_is_not_there_is_a_problem() -> None:
    with pytest.raises(NotSet) as caught:
        set_texts(picture(200), [TEXT], {})
    assert caught.value.problem.summary == "the font `fonts/latin.ttf` is not at hand"
