"""placeholder: what a page shows first, small enough to stand in it, the same every time."""

from __future__ import annotations

import base64
import random

import deriving
import pytest
from PIL import Image

from imagegen import digest
from imagegen.derivative import placeholder_key
from imagegen.pictures.derive import NotDerived
from imagegen.pictures.inspect import NotAPicture, inspect
from imagegen.pictures.placeholder import URI_LIMIT, placeholder
from imagegen.pictures.thumbhash import thumb_hash

PICTURE = deriving.encoded()
HEAD = "data:image/webp;base64,"


def tiny(uri: str) -> Image.Image:
    assert uri.startswith(HEAD)
    data = base64.b64decode(uri.removeprefix(HEAD))
    assert inspect(data).format == "webp"
    return deriving.opened(data)


def test_it_says_everything_of_the_part_that_is_shown() -> None:
    halves = Image.new("RGB", (96, 64), "#c81e1e")
    halves.paste("#1e50c8", (48, 0, 96, 64))
    data = deriving.encoded(halves)
    found = placeholder(data, (48, 0, 96, 48))
    assert found.key == placeholder_key(digest.sha256_of(data), (48, 0, 96, 48))
    assert found.color == "#1e50c8"
    assert base64.b64decode(found.thumbhash) == thumb_hash(Image.new("RGB", (48, 48), "#1e50c8"))
    assert tiny(found.uri).size == (16, 16)
    assert tiny(found.uri).getpixel((0, 0)) == pytest.approx((30, 80, 200), abs=12)


@pytest.mark.parametrize(
    ("size", "shown"),
    [((96, 64), (16, 11)), ((9, 640), (1, 16)), ((900, 10), (16, 1)), ((1, 1), (1, 1))],
)
def test_the_tiny_picture_keeps_the_ratio(size: tuple[int, int], shown: tuple[int, int]) -> None:
    found = placeholder(deriving.encoded(deriving.scene(size)), (0, 0, *size))
    assert tiny(found.uri).size == shown


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_uri_is_short_even_for_noise(mode: str) -> None:
    pixels = random.Random(7).randbytes(64 * 64 * len(mode))
    data = deriving.encoded(Image.frombytes(mode, (64, 64), pixels))
    found = placeholder(data, (0, 0, 64, 64))
    assert len(found.uri) <= URI_LIMIT
    assert tiny(found.uri).width >= 12


def test_what_is_no_picture_or_no_part_of_it_is_refused() -> None:
    with pytest.raises(NotDerived, match="outside of its picture"):
        placeholder(PICTURE, (0, 0, 97, 64))
    with pytest.raises(NotAPicture):
        placeholder(b"<html>", (0, 0, 1, 1))
