"""How much two pictures look alike: SSIM as the reference has it, colours and shapes beside it."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageFilter, ImageOps

from imagegen.pictures.paint import Painting, picture
from imagegen.pictures.similarity import similarity, ssim


def noise(seed: int, side: int = 32) -> Image.Image:
    return Image.frombytes("L", (side, side), random.Random(seed).randbytes(side * side))


@pytest.fixture(scope="module")
def desk() -> Image.Image:
    painting = Painting("a wooden desk", 1, 320, 240, "png", "desk", stamp=False)
    return picture(painting).convert("RGBA")


def by_definition(one: Image.Image, other: Image.Image) -> float:
    """SSIM written out, pixel by pixel, as the paper has it."""
    wide, high, found = one.width - 6, one.height - 6, 0.0
    for top in range(high):
        for left in range(wide):
            box = (left, top, left + 7, top + 7)
            x, y = (list(side.crop(box).tobytes()) for side in (one, other))
            mean_x, mean_y = sum(x) / 49, sum(y) / 49
            var_x = sum((a - mean_x) ** 2 for a in x) / 49
            var_y = sum((b - mean_y) ** 2 for b in y) / 49
            both = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / 49
            above = (2 * mean_x * mean_y + 2.55**2) * (2 * both + 7.65**2)
            found += above / ((mean_x**2 + mean_y**2 + 2.55**2) * (var_x + var_y + 7.65**2))
    return found / (wide * high)


@pytest.mark.parametrize(
    "other",
    [noise(2), noise(1).filter(ImageFilter.BoxBlur(1)), ImageOps.invert(noise(1)), noise(1)],
)
def test_ssim_is_what_the_definition_gives(other):
    assert ssim(noise(1), other) == pytest.approx(by_definition(noise(1), other), abs=1e-6)


# From scikit-image 0.26: structural_similarity(win_size=7, data_range=255,
# use_sample_covariance=False). On 72 pairs of drafts the two never differed by more than 4e-8.
@pytest.mark.parametrize(("seed", "reference"), [(2, 0.02268899), (3, -0.00800047)])
def test_ssim_agrees_with_the_reference(seed, reference):
    assert ssim(noise(1, 64), noise(seed, 64)) == pytest.approx(reference, abs=1e-6)


def test_a_picture_is_like_itself_whatever_its_size(desk):
    same = similarity(desk, desk)
    assert (same.ssim, same.colour, same.reshaped) == (1, 0, False)
    half = desk.resize((160, 120), Image.Resampling.LANCZOS)
    assert similarity(desk, half).ssim > 0.97
    assert similarity(desk, half) == similarity(half, desk)


def test_another_picture_is_less_like_it_than_a_blurred_one(desk):
    blurred = similarity(desk, desk.filter(ImageFilter.GaussianBlur(1))).ssim
    mirrored = similarity(desk, ImageOps.mirror(desk)).ssim
    assert 1 > blurred > 0.9 > mirrored


def test_other_colours_of_the_same_luma_are_seen():
    red = Image.new("RGBA", (32, 32), (200, 30, 30, 255))
    green = Image.new("RGBA", (32, 32), (0, 120, 67, 255))
    found = similarity(red, green)
    assert found.ssim > 0.99
    assert found.colour > 0.2


def test_of_two_shapes_the_middle_is_compared(desk):
    middle = desk.crop((80, 0, 240, 240))
    found = similarity(desk, middle)
    assert found.reshaped
    assert found.ssim == pytest.approx(1)


def test_what_is_transparent_stands_on_white():
    clear, white = Image.new("RGBA", (9, 9)), Image.new("RGBA", (9, 9), "white")
    assert similarity(clear, white).ssim == 1


def test_a_picture_of_one_pixel_can_be_compared():
    dot = Image.new("RGBA", (1, 1), "black")
    assert similarity(dot, dot).ssim == 1
    assert similarity(dot, Image.new("RGBA", (1, 1), "white")).ssim < 0.1
