"""Owns how far letters stand out from the picture behind them: contrast, as WCAG reckons it.

Pure. What it cannot tell, such as what lies behind a transparent picture, it does not guess.
"""

from __future__ import annotations

from PIL import Image, ImageColor

_LUMINANCE = (0.2126, 0.7152, 0.0722, 0.0)
"""What red, green and blue light add to it."""

_GLARE = 0.05
"""Light that every screen reflects, as part of white."""

_INSIDE = 128
"""How much of a pixel, of 255, letters cover that count there."""

_ENOUGH = 40
"""Pixels that letters must cover to be judged."""

_FAINT = 0.5
"""Colours more transparent than this are meant to be faint."""

_QUARTER = 0.25


def contrast(picture: Image.Image, mask: Image.Image, color: str) -> float | None:
    """Return the contrast that all but a quarter of some letters have at least, from 1 to 21.

    `mask` says where they are, and is as large as `picture`; `color` is #rrggbb or #rrggbbaa.
    None where the picture or the colour is transparent, or there is too little to judge.
    """
    if picture.mode not in ("L", "RGB"):
        return None
    red, green, blue, alpha = _parts(color)
    covered = mask.point([255 * (value >= _INSIDE) for value in range(256)])
    levels = _light(picture).histogram(covered)
    if alpha / 255 < _FAINT or sum(levels) < _ENOUGH:
        return None
    ink = _light(Image.new("RGB", (1, 1), (red, green, blue))).histogram().index(1)
    found = sorted(
        (_ratio(_mixed(ink, behind, alpha / 255), behind / 255), number)
        for behind, number in enumerate(levels)
        if number
    )
    left = sum(levels) * _QUARTER
    for ratio, number in found:
        left -= number
        if left < 0:
            return ratio
    return found[-1][0]


def _parts(color: str) -> tuple[int, ...]:
    found = ImageColor.getcolor(color, "RGBA")
    if isinstance(found, int):
        raise TypeError("a colour of four parts was asked for")
    return found


def _light(picture: Image.Image) -> Image.Image:
    """Return the luminance of each pixel as L: 0 to 255 in proportion to the light."""
    linear = [round(_linear(value / 255) * 255) for value in range(256)]
    if picture.mode == "L":
        return picture.point(linear)
    return picture.point(linear * 3).convert("L", _LUMINANCE)


def _mixed(ink: int, behind: int, alpha: float) -> float:
    """Return the light of a colour that lets some of what lies behind it through."""
    coded = alpha * _coded(ink / 255) + (1 - alpha) * _coded(behind / 255)
    return _linear(coded)


def _ratio(one: float, other: float) -> float:
    return (max(one, other) + _GLARE) / (min(one, other) + _GLARE)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _coded(light: float) -> float:
    return 12.92 * light if light <= 0.0031308 else float(1.055 * light ** (1 / 2.4) - 0.055)
