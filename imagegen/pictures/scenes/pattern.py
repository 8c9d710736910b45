"""Owns the geometric pattern: a grid of rounds, quarters, arches and petals."""

from __future__ import annotations

from collections.abc import Callable

from imagegen.pictures.canvas import Canvas, Shape
from imagegen.pictures.colour import Colour, lighter, mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.theme import Theme

_Cell = tuple[float, float, float]


def draw(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint a grid of tiles."""
    chance = theme.chance
    rows = 4 if canvas.width >= canvas.height else round(4 * canvas.height / canvas.width)
    side = canvas.height / rows
    columns = -(-canvas.width // int(side)) + 1
    shift = (canvas.width - columns * side) / 2
    grounds = (
        mix(palette.low, palette.paper, 0.3),
        palette.far,
        palette.near,
        palette.low,
        palette.second,
        palette.accent,
    )
    marks = (palette.accent, palette.near, palette.second, palette.paper, palette.mid)
    canvas.wash(((0, palette.low), (1, palette.low)))
    last: Colour | None = None
    for row in range(rows):
        for column in range(columns):
            ground = _other(chance.random(), grounds, last)
            last = ground
            cell = (shift + column * side, row * side, side)
            tile = canvas.rounded(
                (cell[0] - 0.5, cell[1] - 0.5, cell[0] + side + 0.5, cell[1] + side + 0.5), 0
            )
            canvas.shade(tile, ((0, lighter(ground, 0.025)), (1, lighter(ground, -0.03))), angle=50)
            mark = _other(chance.random(), marks, ground)
            second = _other(chance.random(), marks, mark)
            motif = _MOTIFS[int(chance.random() * len(_MOTIFS))]
            for at, shape in enumerate(motif(canvas, cell, int(chance.random() * 4))):
                tint = mark if at % 2 == 0 else second
                inside = canvas.within(shape, tile)
                canvas.shade(
                    inside, ((0, lighter(tint, 0.05)), (1, lighter(tint, -0.05))), angle=50
                )
    light = (canvas.width * 0.25, 0)
    canvas.glow(light, max(canvas.width, canvas.height) * 0.9, palette.glow, opacity=0.16)


def _other(chance: float, tints: tuple[Colour, ...], last: Colour | None) -> Colour:
    left = [tint for tint in tints if tint != last]
    return left[int(chance * len(left))]


def _quarter(canvas: Canvas, cell: _Cell, turn: int) -> list[Shape]:
    x, y, side = cell
    cx, cy = x + side * (turn in (1, 2)), y + side * (turn in (2, 3))
    return [
        canvas.ellipse(cx, cy, side),
        canvas.ellipse(cx, cy, side * 0.66),
        canvas.ellipse(cx, cy, side * 0.33),
    ]


def _round(canvas: Canvas, cell: _Cell, turn: int) -> list[Shape]:
    x, y, side = cell
    middle = x + side / 2, y + side / 2
    return [
        canvas.ellipse(*middle, side * 0.38),
        canvas.ellipse(*middle, side * (0.1 + 0.05 * turn)),
    ]


def _halves(canvas: Canvas, cell: _Cell, turn: int) -> list[Shape]:
    x, y, side = cell
    if turn % 2:
        return [
            canvas.ellipse(x, y + side / 2, side / 2),
            canvas.ellipse(x + side, y + side / 2, side / 2),
        ]
    return [
        canvas.ellipse(x + side / 2, y, side / 2),
        canvas.ellipse(x + side / 2, y + side, side / 2),
    ]


def _petals(canvas: Canvas, cell: _Cell, turn: int) -> list[Shape]:
    x, y, side = cell
    one, other = ((x, y), (x + side, y + side)) if turn % 2 else ((x + side, y), (x, y + side))
    petal = canvas.within(canvas.ellipse(*one, side), canvas.ellipse(*other, side))
    return [petal, canvas.ellipse(x + side / 2, y + side / 2, side * 0.13)]


def _arch(canvas: Canvas, cell: _Cell, turn: int) -> list[Shape]:
    x, y, side = cell
    marks = ("1100", "0110", "0011", "1001")[turn]
    shapes = []
    for inset in (0.12, 0.3):
        gap = side * inset
        left = x if turn == 1 else x + gap
        right = x + side if turn == 3 else x + side - gap
        top = y if turn == 2 else y + gap
        low = y + side if turn == 0 else y + side - gap
        shapes.append(canvas.rounded((left, top, right, low), side * (0.5 - inset), round_at=marks))
    return shapes


_MOTIFS: tuple[Callable[[Canvas, _Cell, int], list[Shape]], ...] = (
    _quarter,
    _quarter,
    _round,
    _halves,
    _petals,
    _petals,
    _arch,
)
