"""Sixels, read back by a small reader of their own grammar."""

from __future__ import annotations

import re

import pytest
from PIL import Image

from imagegen.pictures.terminal.sixel import sixel

TOKEN = re.compile(r"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|([?-~])|([$-])")


def read(text):
    """Return width, height and (x, y) -> colour in percent, as a terminal would paint them."""
    head = re.match(r'\x1bP0;1;0q"1;1;(\d+);(\d+)', text)
    assert head
    assert text.endswith("\x1b\\")
    body = text[head.end() : -2]
    assert TOKEN.sub("", body) == ""
    colours, pixels = {}, {}
    x = band = 0
    colour = None
    for token in TOKEN.finditer(body):
        number, red, green, blue, chosen, count, counted, single, move = token.groups()
        if number:
            colours[number] = (int(red), int(green), int(blue))
        elif chosen:
            colour = colours[chosen]
        elif move:
            x, band = 0, band + (move == "-")
        else:
            mask = ord(counted or single) - 63
            run = int(count or 1)
            pixels |= {
                (at, 6 * band + row): colour
                for at in range(x, x + run)
                for row in range(6)
                if mask >> row & 1
            }
            x += run
    return int(head[1]), int(head[2]), pixels


@pytest.mark.parametrize("size", [(1, 1), (40, 6), (37, 20)])
def test_every_pixel_is_painted_in_its_colour(size):
    image = Image.radial_gradient("L").resize(size).convert("RGBA")
    width, height, pixels = read(sixel(image))
    assert (width, height) == size
    assert len(pixels) == width * height
    for place, shown in pixels.items():
        assert all(
            abs(255 * percent / 100 - part) <= 3
            for percent, part in zip(shown, image.getpixel(place), strict=False)
        )


def test_transparent_pixels_are_left_unpainted():
    image = Image.new("RGBA", (9, 8))
    image.paste((255, 0, 0, 255), (2, 1, 5, 7))
    _, _, pixels = read(sixel(image))
    assert set(pixels) == {(x, y) for x in range(2, 5) for y in range(1, 7)}
    assert set(pixels.values()) == {(100, 0, 0)}


def test_long_runs_are_counted():
    plain = sixel(Image.new("RGBA", (500, 6), (0, 0, 0, 255)))
    assert plain.endswith("!500~\x1b\\")
    assert len(plain) < 60
