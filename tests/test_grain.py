from __future__ import annotations

import random

from PIL import Image, ImageStat

from imagegen.pictures import grain

GREY = Image.new("RGB", (400, 90), (128, 128, 128))


def test_grain_keeps_the_size_and_the_mean_and_stays_fine():
    noisy = grain.apply(GREY, random.Random(1))
    stat = ImageStat.Stat(noisy)
    assert (noisy.size, noisy.mode) == (GREY.size, "RGB")
    assert all(abs(mean - 128) < 0.5 for mean in stat.mean)
    assert all(1 < deviation < 4 for deviation in stat.stddev)


def test_grain_is_grey():
    noisy = grain.apply(GREY, random.Random(1))
    assert all(red == green == blue for _, (red, green, blue) in noisy.getcolors(1000))


def test_equal_chance_makes_equal_grain():
    once, again, other = (grain.apply(GREY, random.Random(seed)) for seed in (1, 1, 2))
    assert once.tobytes() == again.tobytes() != other.tobytes()


def test_no_strength_is_no_grain():
    assert grain.apply(GREY, random.Random(1), strength=0).tobytes() == GREY.tobytes()
