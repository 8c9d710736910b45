"""Owns colour arithmetic: sRGB triples, and OKLab for mixing and turning them evenly.

Values are 0 to 255 per channel; hues are degrees.
"""

from __future__ import annotations

import math

Colour = tuple[int, int, int]
"""An sRGB colour, 0 to 255 for red, green, blue."""

Lab = tuple[float, float, float]
"""A place in OKLab: lightness, green to red, blue to yellow."""

Stops = tuple[tuple[float, Colour], ...]
"""A gradient: rising places from 0 to 1, each with its colour."""


def parse(text: str) -> Colour:
    """Return the colour of six hex digits; raises ValueError."""
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour `share` of the way (0 to 1) from `one` to `other`, in OKLab."""
    if share <= 0:
        return one
    a, b = to_lab(one), to_lab(other)
    share = min(1.0, share)
    return from_lab(
        a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share
    )


def lighter(colour: Colour, amount: float) -> Colour:
    """Return `colour` with its OKLab lightness raised by `amount` (0 to 1), lowered if negative."""
    lightness, a, b = to_lab(colour)
    return from_lab(min(1.0, max(0.0, lightness + amount)), a, b)


def turned(colour: Colour, degrees: float, *, chroma: float = 1.0) -> Colour:
    """Return `colour` with its hue turned and its chroma scaled."""
    lightness, a, b = to_lab(colour)
    angle = math.radians(degrees)
    cosine, sine = math.cos(angle) * chroma, math.sin(angle) * chroma
    return from_lab(lightness, a * cosine - b * sine, a * sine + b * cosine)


def lightness(colour: Colour) -> float:
    """Return the OKLab lightness, 0 (black) to 1 (white)."""
    return to_lab(colour)[0]


def ramp(stops: Stops, steps: int) -> list[Colour]:
    """Return `steps` colours along a gradient, mixed in OKLab."""
    places = [place for place, _ in stops]
    labs = [to_lab(colour) for _, colour in stops]
    colours: list[Colour] = []
    at = 0
    for step in range(steps):
        place = step / (steps - 1)
        while at < len(stops) - 2 and place > places[at + 1]:
            at += 1
        span = places[at + 1] - places[at] or 1.0
        share = min(1.0, max(0.0, (place - places[at]) / span))
        one, other = labs[at], labs[at + 1]
        colours.append(
            from_lab(
                one[0] + (other[0] - one[0]) * share,
                one[1] + (other[1] - one[1]) * share,
                one[2] + (other[2] - one[2]) * share,
            )
        )
    return colours


def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _encoded(value: float) -> int:
    value = min(1.0, max(0.0, value))
    shown = value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(shown * 255)


def to_lab(colour: Colour) -> Lab:
    """Return lightness (0 to 1) and the two opponent axes of `colour`."""
    red, green, blue = (_linear(channel) for channel in colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def from_lab(lightness: float, a: float, b: float) -> Colour:
    """Return the nearest sRGB colour to a place in OKLab."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _encoded(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _encoded(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _encoded(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )
