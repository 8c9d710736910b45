"""outline and grain: curves pass where they should, noise is even."""

import random

import pytest
from PIL import Image, ImageStat

from imagegen.pictures import grain, outline


def test_a_smooth_line_passes_its_points() -> None:
    points = [(0.0, 0.0), (10.0, 5.0), (20.0, -3.0)]
    curve = outline.smooth(points, steps=4)
    assert [curve[0], curve[4], curve[8]] == points


def test_a_ridge_stays_within_its_swing() -> None:
    line = outline.ridge(random.Random(3), 300, 100, swing=10, waves=2)
    assert all(90 <= y <= 110 for _, y in line)
    assert line[0][0] < 0 and line[-1][0] > 300


def test_summits_rise_to_at_most_their_swing() -> None:
    line = outline.peaks(random.Random(3), 300, 100, swing=50, count=4)
    assert min(y for _, y in line) >= 50
    assert max(y for _, y in line) == 100


def test_a_blob_keeps_about_its_radius() -> None:
    for x, y in outline.blob(random.Random(1), (0, 0), 10, wobble=0.1):
        assert (x * x + y * y) ** 0.5 == pytest.approx(10, rel=0.25)


def test_an_arc_ends_where_told() -> None:
    arc = outline.arc((0, 0), (2, 1), 0, 90)
    assert arc[0] == pytest.approx((2, 0))
    assert arc[-1] == pytest.approx((0, 1), abs=1e-9)


def test_grain_is_even_and_repeatable() -> None:
    flat = Image.new("RGB", (500, 400), (120, 120, 120))
    noisy = grain.apply(flat, random.Random(5))
    assert noisy.tobytes() == grain.apply(flat, random.Random(5)).tobytes()
    statistics = ImageStat.Stat(noisy)
    assert statistics.mean[0] == pytest.approx(120, abs=0.3)
    assert 1 < statistics.stddev[0] < 4
