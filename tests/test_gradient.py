from __future__ import annotations

import pytest

from imagegen.pictures import gradient

BLACK_TO_WHITE = ((0.0, (0, 0, 0)), (1.0, (255, 255, 255)))
SIZE = (64, 48)


def grey(image, place):
    red, green, blue = image.getpixel(place)
    assert red == green == blue
    return red


def test_a_gradient_runs_down_unless_told_otherwise():
    image = gradient.linear(SIZE, BLACK_TO_WHITE)
    assert (image.size, image.mode) == (SIZE, "RGB")
    assert grey(image, (5, 0)) < 10 < 245 < grey(image, (5, 47))
    assert grey(image, (0, 20)) == grey(image, (63, 20))


@pytest.mark.parametrize(
    ("angle", "dark", "bright"),
    [(0, (0, 20), (63, 20)), (180, (63, 20), (0, 20)), (45, (0, 0), (63, 47))],
)
def test_an_angle_turns_a_gradient(angle, dark, bright):
    image = gradient.linear(SIZE, BLACK_TO_WHITE, angle=angle)
    assert grey(image, dark) < 12 < 243 < grey(image, bright)


def test_a_radial_gradient_starts_at_its_light():
    image = gradient.radial(SIZE, BLACK_TO_WHITE, light=(0.25, 0.5))
    assert image.size == SIZE
    assert grey(image, (16, 24)) < 12
    assert grey(image, (16, 24)) < grey(image, (32, 24)) < grey(image, (63, 24))


def test_light_fades_evenly_to_nothing():
    cover = gradient.fading((101, 101), (0, 0, 1, 1), power=1, opacity=0.5)
    across = [cover.getpixel((x, 50)) for x in range(50, 101)]
    assert cover.mode == "L"
    assert abs(across[0] - 127) <= 3
    assert across == sorted(across, reverse=True)
    assert cover.getpixel((0, 0)) == 0
