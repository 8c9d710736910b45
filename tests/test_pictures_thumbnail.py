"""Tests of the thumbnail of a picture."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from imagegen.pictures.inspect import NotAPicture
from imagegen.pictures.thumbnail import thumbnail


def picture(size):
    file = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1000, 500), (320, 160)), ((100, 60), (100, 60)), ((320, 5000), (81, 1280))],
)
def test_a_thumbnail_keeps_the_ratio_and_never_enlarges(size, expected):
    made = Image.open(io.BytesIO(thumbnail(picture(size), 320)))
    assert (made.format, made.size) == ("WEBP", expected)


def test_bytes_that_are_no_picture_are_refused():
    with pytest.raises(NotAPicture):
        thumbnail(b"no picture", 320)
