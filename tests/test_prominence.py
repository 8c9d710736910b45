"""Prominence: contrast is that of the WCAG, of the letters that are seen worst."""

from __future__ import annotations

import pytest
from PIL import Image

from imagegen.pictures.prominence import contrast

WHOLE = Image.new("L", (20, 20), 255)


def on(behind: object, color: str, *, mode: str = "RGB") -> float | None:
    found = contrast(Image.new(mode, (20, 20), behind), WHOLE, color)  # type: ignore[arg-type]
    return None if found is None else round(found, 1)


@pytest.mark.parametrize(
    "behind, color, found",
    [
        ("black", "#ffffff", 21),
        ("white", "#000000", 21),
        ("white", "#ffffff", 1),
        ("white", "#767676", 4.5),
        ("black", "#ff0000", 5.2),
        ("#0000ff", "#000000", 2.4),
        ("white", "#00000080", 4.0),
    ],
)
def test_it_goes_by_light(behind: str, color: str, found: float) -> None:
    assert on(behind, color) == pytest.approx(found, abs=0.11)


def test_a_quarter_of_the_letters_decides() -> None:
    for parts, found in ((4, 21), (6, 1)):
        behind = Image.new("RGB", (20, 20), "black")
        behind.paste("white", (0, 0, parts, 20))
        assert contrast(behind, WHOLE, "#ffffff") == found


def test_only_what_letters_cover_counts() -> None:
    behind = Image.new("L", (20, 20), 255)
    behind.paste(0, (5, 5, 15, 15))
    mask = Image.new("L", (20, 20), 100)
    mask.paste(200, (5, 5, 15, 15))
    assert contrast(behind, mask, "#ffffff") == 21


def test_what_cannot_be_told_is_not_guessed() -> None:
    assert on((255, 255, 255, 9), "#ffffff", mode="RGBA") is None
    assert on("white", "#ffffff7f") is None
    assert contrast(Image.new("RGB", (20, 20)), Image.new("L", (20, 20)), "#ffffff") is None
