"""colour: mixing in OKLab."""

import pytest

from imagegen.pictures import colour


@pytest.mark.parametrize("tint", [(0, 0, 0), (255, 255, 255), (12, 200, 97), (255, 0, 0)])
def test_no_change_keeps_a_colour(tint: colour.Colour) -> None:
    assert colour.lighter(tint, 0) == tint
    assert colour.turned(tint, 0) == tint
    assert colour.turned(tint, 360) == tint
    assert colour.mix(tint, (9, 9, 9), 0) == tint
    assert colour.mix((9, 9, 9), tint, 1) == tint


def test_lightness_runs_from_black_to_white() -> None:
    assert colour.lightness((0, 0, 0)) == pytest.approx(0)
    assert colour.lightness((255, 255, 255)) == pytest.approx(1, abs=1e-3)
    assert colour.lightness(colour.lighter((90, 90, 90), 0.2)) > colour.lightness((90, 90, 90))


def test_a_ramp_meets_its_stops() -> None:
    stops = ((0.0, (255, 0, 0)), (0.5, (0, 255, 0)), (1.0, (0, 0, 255)))
    shades = colour.ramp(stops, 101)
    assert (shades[0], shades[50], shades[100]) == ((255, 0, 0), (0, 255, 0), (0, 0, 255))


def test_hex_digits_are_read() -> None:
    assert colour.parse("FF8000") == (255, 128, 0)
