"""Derivative: recipes say all that decides a file, crops lie in the picture, names are filled."""

from __future__ import annotations

from dataclasses import replace

import deriving
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen.derivative import Derivation, Lettering, Marks, crop_box, named, placeholder_key
from imagegen.original import Original

SHA = "a" * 64
PLAIN = Derivation(
    widths=(400, 800, 1600),
    formats=("avif", "jpeg"),
    quality={"avif": 50, "jpeg": 80},
    crop=None,
    focus=(0.5, 0.5),
    upscale=False,
    name="{stem}-{width}.{format}",
    letterings={},
    marks=None,
)
TEXT = Lettering(
    text="Sale", font="a.ttf", font_sha256=SHA, box=(0, 0, 1, 1), size=0.1, fit="shrink",
    color="#ffffff", align="start", valign="top", line_height=1.2, language="en",
)  # fmt: skip


def original(width: int = 1000, height: int = 500) -> Original:
    return Original(SHA, 9, "png", width, height)


def sizes(derivation: Derivation, of: Original) -> list[tuple[int, int]]:
    return [(one.width, one.height) for one in derivation.recipes(of) if one.format == "avif"]


def test_no_file_is_larger_than_the_picture_unless_that_is_wanted() -> None:
    assert sizes(PLAIN, original()) == [(400, 200), (800, 400), (1000, 500)]
    assert sizes(PLAIN, original(300, 150)) == [(300, 150)]
    upscaled = replace(PLAIN, upscale=True)
    assert sizes(upscaled, original(300, 150)) == [(400, 200), (800, 400), (1600, 800)]


def test_without_widths_there_is_one_file_of_what_is_shown() -> None:
    assert sizes(replace(PLAIN, widths=()), original()) == [(1000, 500)]
    assert sizes(replace(PLAIN, widths=(), crop=(1, 1)), original()) == [(500, 500)]


def test_files_come_by_locale_then_format_then_width() -> None:
    both = replace(PLAIN, letterings={"en": (TEXT,), "de": (TEXT,)}, widths=(10, 20))
    found = [(one.locale, one.format, one.width) for one in both.recipes(original())]
    assert found == [
        (locale, kind, width)
        for locale in ("de", "en")
        for kind in ("avif", "jpeg")
        for width in (10, 20)
    ]


def test_keys_of_texts_are_older_than_what_few_texts_have() -> None:
    text = deriving.lettering("Guten Morgen", font_sha256="0" * 64, language="de")
    key = deriving.recipe(letterings=(text,)).key("ab" * 32, "png+text 1")
    assert key == "3e9e13e23dd216fb7e48122c30878c96", "as files in place are recorded"
    others = [replace(text, weight=700), replace(text, min_size=0.02)]
    keys = {deriving.recipe(letterings=(one,)).key("ab" * 32, "png+text 1") for one in others}
    assert len(keys - {key}) == 2


def test_everything_that_decides_a_file_is_in_its_key() -> None:
    recipe = next(PLAIN.recipes(original()))
    others = [
        replace(recipe, format="webp"),
        replace(recipe, width=401),
        replace(recipe, height=201),
        replace(recipe, crop=(0, 0, 1000, 499)),
        replace(recipe, quality=None),
        replace(recipe, letterings=(TEXT,)),
        replace(recipe, letterings=(replace(TEXT, font_sha256="b" * 64),)),
        replace(recipe, locale="de"),
        replace(recipe, marks=Marks("flux")),
        replace(recipe, marks=Marks("flux", prompt="x")),
        replace(recipe, signer=SHA),
    ]
    keys = [one.key(SHA, "Pillow 1") for one in (recipe, *others)]
    keys += [recipe.key("b" * 64, "Pillow 1"), recipe.key(SHA, "Pillow 2")]
    assert len(set(keys)) == len(keys)
    assert recipe.key(SHA, "Pillow 1") == keys[0]
    assert placeholder_key(SHA, (0, 0, 1, 1)) != placeholder_key(SHA, (0, 0, 1, 2))


def test_a_name_is_filled_once_and_its_values_are_never_looked_into() -> None:
    recipe = next(PLAIN.recipes(original()))
    named_so = replace(PLAIN, name="{stem}.{hash}-{width}x{height}.{format}")
    assert named_so.path("a/b{width}.webp", recipe, "0123456789abcdef") == (
        "a/b{width}.0123456789-400x200.avif"
    )
    assert PLAIN.path("hero.min.jpg", recipe, "") == "hero.min-400.avif"
    assert named("{stem}-{width}.{other}", {"stem": "x"}) == "x-{width}.{other}"


@pytest.mark.parametrize(
    ("focus", "box"),
    [
        ((0.5, 0.5), (250, 0, 750, 500)),
        ((0.0, 0.0), (0, 0, 500, 500)),
        ((1.0, 1.0), (500, 0, 1000, 500)),
        ((0.4, 0.5), (150, 0, 650, 500)),
    ],
)
def test_a_crop_is_as_near_to_its_focus_as_it_can_lie(
    focus: tuple[float, float], box: tuple[int, int, int, int]
) -> None:
    assert crop_box(1000, 500, (1, 1), focus) == box


@given(
    st.integers(1, 20_000), st.integers(1, 20_000), st.integers(1, 100), st.integers(1, 100),
    st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
def test_a_crop_lies_in_the_picture_and_has_its_ratio(
    width: int, height: int, across: int, down: int, x: float, y: float
) -> None:
    left, top, right, bottom = crop_box(width, height, (across, down), (x, y))
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    # Whole pixels are as near as a side can come; the other side fills the picture.
    assert right - left == width or bottom - top == height
    wide, high = right - left, bottom - top
    assert abs(wide - high * across / down) <= max(1, across / down)
    assert abs(high - wide * down / across) <= max(1, down / across)
