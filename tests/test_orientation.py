"""orientation: pictures are turned as their EXIF data asks, and damaged data asks for nothing."""

from __future__ import annotations

import deriving
import pytest
from PIL import Image, ImageChops

from imagegen.pictures import orientation
from imagegen.pictures.inspect import decode, inspect

LYING = {5, 6, 7, 8}


def turned(number: int) -> Image.Image:
    exif = Image.Exif()
    exif[0x0112] = number
    return decode(deriving.encoded(exif=exif))


@pytest.mark.parametrize("number", range(10))
def test_it_turns_as_viewers_do(number: int) -> None:
    image = turned(number)
    upright = orientation.upright(image)
    assert upright.size == orientation.size(image) == ((64, 96) if number in LYING else (96, 64))


def test_the_corner_that_was_up_comes_up() -> None:
    corner = deriving.scene().getpixel((0, 0))
    places = {1: (0, 0), 2: (95, 0), 3: (95, 63), 4: (0, 63)}
    places |= {5: (0, 0), 6: (63, 0), 7: (63, 95), 8: (0, 95)}
    for number, place in places.items():
        assert orientation.upright(turned(number)).getpixel(place) == corner


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize("exif", [b"Exif\0\0junk", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", b""])
def test_damaged_data_turns_nothing(exif: bytes) -> None:
    data = deriving.encoded(kind="jpeg", exif=exif)
    image = decode(data)
    assert not ImageChops.difference(orientation.upright(image), image).getbbox()
    assert inspect(data).width == 96


def test_only_exif_turns_and_no_xmp_that_browsers_pass_over() -> None:
    xmp = b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>'
    for kind in ("jpeg", "webp"):
        original = inspect(deriving.encoded(kind=kind, xmp=xmp))
        assert (original.width, original.height) == (96, 64)
