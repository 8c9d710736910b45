"""Shrinking: within the frame, the ratio kept, never enlarged."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from imagegen.pictures.inspect import NotAPicture
from imagegen.pictures.shrink import shrunk


def encoded(size, mode="RGB", colour="navy", **options):
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, "PNG", **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((100, 50), (40, 20)),
        ((50, 100), (15, 30)),
        ((40, 30), (40, 30)),
        ((8, 4), (8, 4)),
        ((4000, 10), (40, 1)),
    ],
)
def test_it_fits_the_frame_in_its_own_ratio(size, shown):
    assert shrunk(encoded(size), 40, 30).size == shown


def test_transparency_is_kept_and_the_colour_beside_it_not_darkened():
    small = shrunk(encoded((64, 64), "RGBA", (250, 0, 0, 100)), 8, 8)
    assert small.mode == "RGBA"
    red, green, _, alpha = small.getpixel((4, 4))
    assert (abs(red - 250) <= 2, green, alpha) == (True, 0, 100)


def test_a_picture_that_lies_on_its_side_is_set_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert shrunk(encoded((20, 10), exif=exif), 99, 99).size == (10, 20)


def test_what_is_no_picture_is_refused():
    with pytest.raises(NotAPicture):
        shrunk(b"<html>", 9, 9)
