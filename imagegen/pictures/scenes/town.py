"""Owns the town map: blocks, streets, a river, parks, and a route to a pin."""

from __future__ import annotations

import math

from imagegen.pictures import outline
from imagegen.pictures.canvas import Canvas, Point
from imagegen.pictures.colour import lighter, mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.theme import Theme


def draw(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint a map seen from above."""
    unit, width, height = canvas.unit, canvas.width, canvas.height
    chance = theme.chance
    land = mix(palette.low, palette.paper, 0.35)
    canvas.wash(((0, lighter(land, 0.01)), (1, lighter(land, -0.02))), angle=60)
    turn = math.radians(chance.uniform(-24, -12))
    _blocks(canvas, palette, theme, turn)
    _park(canvas, palette, theme)
    _river(canvas, palette, theme)
    path = _route(canvas, palette, turn)
    _pin(canvas, palette, path[-1], unit * 0.17)
    start = canvas.ellipse(*path[0], unit * 0.026)
    canvas.shadow(start, palette.ink, blur=unit * 0.012, by=(0, unit * 0.006), opacity=0.4)
    canvas.fill(start, palette.paper)
    canvas.fill(canvas.ellipse(*path[0], unit * 0.016), palette.accent)
    canvas.glow((width * 0.2, 0), max(width, height) * 0.8, palette.glow, opacity=0.18)


def _blocks(canvas: Canvas, palette: Palette, theme: Theme, turn: float) -> None:
    chance, unit = theme.chance, canvas.unit
    step = unit * 0.118
    reach = round(math.hypot(canvas.width, canvas.height) / step / 2) + 1
    tints = (
        mix(palette.low, palette.far, 0.55),
        mix(palette.low, palette.far, 0.4),
        mix(palette.far, palette.paper, 0.3),
    )
    groups: list[list[list[Point]]] = [[], [], []]
    for row in range(-reach, reach):
        for column in range(-reach, reach):
            wide = step * (1.88 if chance.random() < 0.14 else 0.88)
            corners = [
                (column * step, row * step),
                (column * step + wide, row * step),
                (column * step + wide, row * step + step * 0.88),
                (column * step, row * step + step * 0.88),
            ]
            groups[int(chance.random() * 3)].append(
                [_turned(canvas, point, turn) for point in corners]
            )
    for tint, outlines in zip(tints, groups, strict=True):
        canvas.fill(canvas.many(outlines), tint)
    for at in (-3, 2):
        for flip in (0, 1):
            ends = ((at * step - step * 0.06, -9 * unit), (at * step - step * 0.06, 9 * unit))
            placed = [_turned(canvas, (y, x) if flip else (x, y), turn) for x, y in ends]
            canvas.fill(canvas.line(placed, step * 0.26), mix(palette.paper, palette.glow, 0.3))


def _turned(canvas: Canvas, point: Point, turn: float) -> Point:
    x, y = point
    return (
        canvas.width / 2 + x * math.cos(turn) - y * math.sin(turn),
        canvas.height / 2 + x * math.sin(turn) + y * math.cos(turn),
    )


def _park(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    chance, unit = theme.chance, canvas.unit
    green = mix((126, 178, 128), palette.low, 0.25)
    for x, y, size in ((0.2, 0.24, 0.17), (0.84, 0.72, 0.14)):
        centre = (canvas.width * x, canvas.height * y)
        park = canvas.polygon(outline.blob(chance, centre, unit * size, wobble=0.2))
        canvas.fill(park, green)
        trees = []
        for _ in range(16):
            angle, reach = chance.uniform(0, math.tau), chance.uniform(0.1, 0.78) * unit * size
            spot = (centre[0] + math.cos(angle) * reach, centre[1] + math.sin(angle) * reach)
            radius = unit * chance.uniform(0.007, 0.013)
            trees.append(outline.arc(spot, (radius, radius), 0, 360, steps=16))
        canvas.fill(canvas.many(trees), lighter(green, -0.09))


def _river(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    chance, unit, width, height = theme.chance, canvas.unit, canvas.width, canvas.height
    points = [
        (width * share, height * (0.95 - 0.9 * share) + unit * chance.uniform(-0.16, 0.16))
        for share in (-0.15, 0.15, 0.4, 0.62, 0.85, 1.15)
    ]
    line = outline.smooth(points, steps=16)
    blue = mix((112, 178, 214), palette.second, 0.2)
    bank = canvas.line(line, unit * 0.15)
    canvas.fill(bank, mix(palette.paper, palette.low, 0.3))
    canvas.shade(
        canvas.line(line, unit * 0.125),
        ((0, lighter(blue, 0.05)), (1, lighter(blue, -0.03))),
        angle=0,
    )


def _route(canvas: Canvas, palette: Palette, turn: float) -> list[Point]:
    step = canvas.unit * 0.118
    grid = [(-4.06, 2.94), (-1.06, 2.94), (-1.06, 0.94), (1.94, 0.94), (1.94, -1.06)]
    path = [_turned(canvas, (x * step, y * step), turn) for x, y in grid]
    shape = canvas.line(path, step * 0.17)
    canvas.shadow(shape, palette.ink, blur=step * 0.08, by=(0, step * 0.04), opacity=0.35)
    canvas.fill(canvas.line(path, step * 0.24), palette.paper)
    canvas.fill(shape, palette.accent)
    return path


def _pin(canvas: Canvas, palette: Palette, tip: Point, size: float) -> None:
    x, y = tip
    shade = canvas.ellipse(x, y, size * 0.24, size * 0.09)
    canvas.shadow(shade, palette.ink, blur=size * 0.06, opacity=0.6)
    middle, radius = y - size * 0.78, size * 0.4
    drop = [*outline.arc((x, middle), (radius, radius), 150, 390), (x, y)]
    body = canvas.polygon(drop)
    canvas.shadow(body, palette.ink, blur=size * 0.06, by=(0, size * 0.05), opacity=0.3)
    canvas.shade(body, ((0, lighter(palette.subject, 0.08)), (1, lighter(palette.subject, -0.08))))
    canvas.fill(canvas.ellipse(x, middle, radius * 0.42), palette.paper)
