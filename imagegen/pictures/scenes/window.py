"""Owns daylight through a window: the bright panes on a wall, and the shadow of leaves in them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from imagegen.pictures import outline
from imagegen.pictures.canvas import Canvas, Point
from imagegen.pictures.palette import Palette
from imagegen.pictures.theme import Theme


@dataclass(frozen=True, slots=True)
class Panes:
    """The slanted light on a wall, by the corner nearest to the window's top."""

    left: float
    top: float
    width: float
    height: float
    slant: float
    """How far the far edge sinks, pixels; negative rises."""


def light(
    canvas: Canvas, palette: Palette, panes: Panes, *, columns: int = 2, rows: int = 3
) -> None:
    """Lay light in panes on what is painted so far."""
    cells = []
    gap = min(panes.width / columns, panes.height / rows) * 0.09
    for column in range(columns):
        for row in range(rows):
            x0 = panes.left + panes.width * column / columns + gap
            x1 = panes.left + panes.width * (column + 1) / columns - gap
            y0 = panes.top + panes.height * row / rows + gap
            y1 = panes.top + panes.height * (row + 1) / rows - gap
            cells.append(
                [_slant(panes, point) for point in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]
            )
    shape = canvas.many(cells)
    canvas.lighten(canvas.softened(shape, canvas.unit * 0.06), palette.glow, 0.28)
    canvas.lighten(canvas.softened(shape, canvas.unit * 0.006), palette.glow, 0.5)


def leaves(canvas: Canvas, palette: Palette, theme: Theme, foot: Point, size: float) -> None:
    """Lay the soft shadow of a twig that hangs in from `foot`."""
    chance = theme.chance
    way = -1 if foot[0] > canvas.width / 2 else 1
    path = outline.smooth(
        [
            foot,
            (foot[0] + way * size * 0.34, foot[1] + size * 0.3),
            (foot[0] + way * size * 0.86, foot[1] + size * 0.62),
        ]
    )
    shapes = []
    for at in range(4, len(path) - 1, 2):
        (x, y), (nx, ny) = path[at], path[at + 1]
        along = math.atan2(ny - y, nx - x)
        reach = size * (0.36 - 0.011 * at) * chance.uniform(0.85, 1.1)
        for turn in (-1, 1):
            angle = along + turn * chance.uniform(0.7, 0.95)
            tip = (x + reach * math.cos(angle), y + reach * math.sin(angle))
            shapes.append(outline.leaf((x, y), tip, belly=0.15))
    shapes.append(outline.leaf(path[-2], _beyond(path[-2], path[-1], size * 0.2), belly=0.18))
    stem = canvas.line(path, size * 0.012)
    for shape in (canvas.many(shapes), stem):
        canvas.darken(canvas.softened(shape, size * 0.012), _dim(palette), 0.36)


def _beyond(one: Point, other: Point, reach: float) -> Point:
    dx, dy = other[0] - one[0], other[1] - one[1]
    long = math.hypot(dx, dy) or 1.0
    return other[0] + dx / long * reach, other[1] + dy / long * reach


def _slant(panes: Panes, point: Point) -> Point:
    return point[0], point[1] + panes.slant * (point[0] - panes.left) / panes.width


def _dim(palette: Palette) -> tuple[int, int, int]:
    red, green, blue = palette.near
    return (red + 255) // 3, (green + 255) // 3, (blue + 255) // 3
