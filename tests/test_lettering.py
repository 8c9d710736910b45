"""lettering: the label can be read on any ground and fits any picture."""

import pytest
from PIL import Image

from imagegen.pictures import lettering


def luminance(colour: tuple[int, int, int]) -> float:
    parts = [
        value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4
        for value in colour
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("ground", [(255, 255, 255), (0, 0, 0), (255, 210, 0), (128, 128, 128)])
def test_letters_stand_out_on_any_ground(ground: tuple[int, int, int]) -> None:
    image = Image.new("RGB", (800, 600), ground)
    lettering.label(image, "hero")
    box = lettering.label_box(image.size, "hero")
    colours = [colour for _, colour in image.crop(box).getcolors(1 << 20) or []]
    lights = sorted(luminance(colour) for colour in colours)
    plate = luminance(image.getpixel(((box[0] + box[2]) // 2, box[1] + 3)))
    assert lights[-1] > 0.9
    assert (lights[-1] + 0.05) / (plate + 0.05) > 4.5


@pytest.mark.parametrize("size", [(256, 256), (256, 144), (144, 256), (1344, 576), (2048, 2048)])
@pytest.mark.parametrize(
    "caption", ["", "a", "mug-black-marble", "long-name " * 30, "naïve — Ω 画像"]
)
def test_the_label_stays_inside_the_picture(size: tuple[int, int], caption: str) -> None:
    left, top, right, bottom = lettering.label_box(size, caption)
    assert 0 < left < right < size[0] and 0 < top < bottom < size[1]
    image = Image.new("RGB", size, (90, 120, 90))
    lettering.label(image, caption)
    assert image.crop((left, top, right, bottom)).getextrema()[0][1] > 200


def test_a_picture_too_small_for_letters_is_left_alone() -> None:
    image = Image.new("RGB", (6, 6), (1, 2, 3))
    lettering.label(image, "x")
    assert image.getcolors() == [(36, (1, 2, 3))]


def test_a_long_name_ends_in_an_ellipsis() -> None:
    face = lettering.font(20)
    short = lettering.shorten("product-" * 20, face, 150)
    assert short.endswith("…") and face.getlength(short) <= 150
    assert lettering.shorten("mug", face, 150) == "mug"


def test_lines_in_a_name_become_spaces() -> None:
    one, other = Image.new("RGB", (400, 300)), Image.new("RGB", (400, 300))
    lettering.label(one, "two\nlines")
    lettering.label(other, "two lines")
    assert one.tobytes() == other.tobytes()
