"""dominant_colour: the colour that a person would name, never a mixture that is nowhere."""

from __future__ import annotations

import pytest
from PIL import Image, ImageColor

from imagegen.pictures.dominant_colour import dominant_colour


def striped(*parts: tuple[int, str]) -> Image.Image:
    """Return a picture of stripes, each with its share in percent."""
    image, left = Image.new("RGBA", (200, 100)), 0
    for share, colour in parts:
        image.paste(colour, (left, 0, left + 2 * share, 100))
        left += 2 * share
    return image


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ([(55, "#c81e1e"), (45, "#1e50c8")], "#c81e1e"),
        ([(45, "#c81e1e"), (55, "#1e50c8")], "#1e50c8"),
        ([(80, "#f4f4f2"), (20, "#c81e1e")], "#f4f4f2"),
        ([(55, "#808080"), (45, "#e07810")], "#e07810"),
        ([(40, "#2f7d32"), (30, "#c81e1e"), (30, "#1e50c8")], "#2f7d32"),
        ([(100, "#000000")], "#000000"),
    ],
)
def test_it_is_one_of_the_colours_that_are_there(parts: list[tuple[int, str]], named: str) -> None:
    # Where two stripes meet, a column of the small copy mixes them.
    assert dominant_colour(striped(*parts)) == pytest.approx(ImageColor.getrgb(named), abs=8)


def test_light_and_shade_of_one_colour_outweigh_a_larger_flat_one() -> None:
    shades = [(11, f"#{red:02x}{red // 6:02x}{red // 6:02x}") for red in range(150, 225, 15)]
    red, green, blue = dominant_colour(striped(*shades, (45, "#9a9a9a")))
    assert red > 2 * max(green, blue)


def test_pixels_that_nobody_sees_do_not_count() -> None:
    clear = Image.new("RGBA", (40, 40), (0, 255, 0, 0))
    assert dominant_colour(clear) == (255, 255, 255)
    clear.paste((10, 20, 200, 255), (0, 0, 8, 8))
    assert dominant_colour(clear) == (10, 20, 200)
