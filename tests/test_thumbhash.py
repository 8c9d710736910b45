"""thumbhash: the same bytes as the published encoder makes, and the same on every machine."""

from __future__ import annotations

import pytest
from PIL import Image

from imagegen.pictures.thumbhash import thumb_hash

Pixel = tuple[int, int, int, int]


def colour(kind: str, x: int, y: int, size: tuple[int, int]) -> Pixel:
    """Return the colour of one place of a test picture."""
    width, height = size
    grey = (x * 9 + y * 4) % 256
    plain = (
        x * 255 // max(1, width - 1),
        y * 255 // max(1, height - 1),
        (x * y * 7 + x * 3) % 256,
    )
    hidden = (x - width // 2) ** 2 + (y - height // 2) ** 2 < (min(size) // 3) ** 2
    above = x + y < (width + height) // 2
    return {
        "plain": (*plain, 255),
        "fading": (*plain, (x * 5 + y * 11) % 256),
        "hole": (*plain, 0 if hidden else 255),
        "clear": (*plain, 0),
        "grey": (grey, grey, grey, 255),
        "red": (230, 20, 30, 255),
        "edge": (255, 240, 10, 255) if above else (10, 30, 120, 255),
    }[kind]


def picture(kind: str, size: tuple[int, int]) -> Image.Image:
    pixels = [colour(kind, x, y, size) for y in range(size[1]) for x in range(size[0])]
    return Image.frombytes("RGBA", size, bytes(part for pixel in pixels for part in pixel))


PUBLISHED = [
    ("plain", (100, 75), "1f080a359a7077777077877787777778808008f877"),
    ("plain", (56, 100), "1f080a341a701677787777887787818008f877"),
    ("plain", (64, 64), "1f080a371a70777770777777787777877777070888808f07"),
    ("plain", (100, 1), "54f62a61be7578788888088ac7874f8808"),
    ("plain", (1, 100), "ca0915813e08848b78878887088478bf78"),
    ("fading", (90, 60), "1f08861b8e088077808778808008f887a50177575a7bc7"),
    ("fading", (2, 3), "1dad8103021170d5b8874770c40bc85a77088488878878"),
    ("hole", (40, 80), "1ff889331a2d7070776777818008f787c88778877f7338"),
    ("clear", (12, 9), "00088204800000000000000000000000000000000000000000"),
    ("clear", (1, 1), "00088205000000000000000000000000000000000000000000"),
    ("grey", (33, 21), "1d0812048007898657a7957778770000000000"),
    ("red", (1, 1), "d79a2fbf6808f708888788708f7088f80888808008088800"),
    ("edge", (99, 100), "1bfa0d8f048f88888f858758988798778788f7f8787f8f07"),
]
"""What `rgbaToThumbHash` of the npm package thumbhash 0.1.1 makes of the same pixels."""


@pytest.mark.parametrize(("kind", "size", "expected"), PUBLISHED)
def test_it_makes_what_the_published_encoder_makes(
    kind: str, size: tuple[int, int], expected: str
) -> None:
    assert thumb_hash(picture(kind, size)).hex() == expected


def test_a_flat_colour_has_no_traces_of_the_machine_it_was_made_on() -> None:
    """The published encoder writes rounding errors as frequencies, at a scale of nothing."""
    assert (
        thumb_hash(picture("red", (30, 20))).hex() == "d79a03058000000000000000000000000000000000"
    )


def test_more_pixels_than_the_format_is_defined_for_are_refused() -> None:
    with pytest.raises(ValueError, match="101 x 1"):
        thumb_hash(Image.new("RGB", (101, 1)))
