"""Owns the dominant colour of a picture: the one that a person would name, never a mean of all.

Colours of a small copy lie in OKLab, with lightness pressed together, since light and shade do
not make another colour for the eye. Vivid ones weigh more than grey ones. Where they lie
thickest is the dominant colour: the mean of what is near there.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from itertools import product

from PIL import Image

from imagegen.pictures.colour import Colour, Lab, from_lab, to_lab

_SIDE = 48
"""Pixels of the small copy."""

_SEEN = 128
"""Opacity, 0 to 255, from which on a pixel counts."""

_VIVID = 3.0
"""What a unit of chroma adds to a weight of 1; the most vivid colours have about 0.3."""

_PRESSED = 0.3
"""What lightness counts for beside the two axes of colour."""

_CELL = 0.04
"""Side of a cell in which colours are counted."""

_NEAR = 0.06
"""How far from the thickest place a colour still belongs to it."""

_STEPS = 4
"""How often the place is moved to the mean of what is near."""

_REACH = 3
"""Cells from which on another one does not count as near; closer ones count the more."""

_STEPS_AROUND = tuple(
    (steps, 1 - math.dist(steps, (0, 0, 0)) / _REACH)
    for steps in product(range(1 - _REACH, _REACH), repeat=3)
    if math.dist(steps, (0, 0, 0)) < _REACH
)

Weighed = tuple[Lab, float]
"""A pixel's place in OKLab and its weight."""

NOTHING: Colour = (255, 255, 255)
"""Of a picture without a visible pixel."""


def dominant_colour(image: Image.Image) -> Colour:
    """Return the dominant colour of `image`; white if there is nothing to see."""
    small = image.convert("RGBA")
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    pixels = small.tobytes()
    counted: dict[Colour, int] = defaultdict(int)
    for at in range(0, len(pixels), 4):
        if pixels[at + 3] >= _SEEN:
            counted[(pixels[at], pixels[at + 1], pixels[at + 2])] += 1
    if not counted:
        return NOTHING
    found = [_weighed(shade, count) for shade, count in sorted(counted.items())]
    place = _thickest(found)
    for _ in range(_STEPS):
        place = _mean(one for one in found if _distance(one[0], place) <= _NEAR) or place
    return from_lab(*place)


def _weighed(shade: Colour, count: int) -> Weighed:
    lab = to_lab(shade)
    return lab, count * (1 + _VIVID * math.hypot(lab[1], lab[2]))


def _thickest(found: list[Weighed]) -> Lab:
    """Return the mean of the cell that has, with those around it, the most weight."""
    cells: dict[tuple[int, int, int], list[Weighed]] = defaultdict(list)
    for one in found:
        lightness, a, b = one[0]
        cell = (int(lightness * _PRESSED // _CELL), int(a // _CELL), int(b // _CELL))
        cells[cell].append(one)
    weights = {cell: _weight(ones) for cell, ones in cells.items()}

    def around(cell: tuple[int, int, int]) -> float:
        total = 0.0
        for steps, share in _STEPS_AROUND:
            other = (cell[0] + steps[0], cell[1] + steps[1], cell[2] + steps[2])
            total += weights.get(other, 0.0) * share
        return total

    best = max(sorted(cells), key=around)
    return _mean(cells[best]) or (1.0, 0.0, 0.0)


def _weight(ones: Iterable[Weighed]) -> float:
    # Added one by one: `sum` rounds in another way from one version of Python to the next.
    total = 0.0
    for _, weight in ones:
        total += weight
    return total


def _mean(ones: Iterable[Weighed]) -> Lab | None:
    total, lightness, a, b = 0.0, 0.0, 0.0, 0.0
    for lab, weight in ones:
        total += weight
        lightness += lab[0] * weight
        a += lab[1] * weight
        b += lab[2] * weight
    return (lightness / total, a / total, b / total) if total else None


def _distance(one: Lab, other: Lab) -> float:
    lightness = (one[0] - other[0]) * _PRESSED
    return math.hypot(lightness, one[1] - other[1], one[2] - other[2])
