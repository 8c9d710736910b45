"""Owns the wide view: sky, sun or moon, and hills, mountains, dunes, pines or the sea."""

from __future__ import annotations

import itertools

from imagegen.pictures import outline
from imagegen.pictures.canvas import Canvas, Point
from imagegen.pictures.colour import Colour, lighter, mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.scenes import sky
from imagegen.pictures.theme import Theme

_SEA = "ocean sea beach coast coastal wave surf lake island sailing boat harbour"
_PEAKS = "mountain alpine peak summit snow winter glacier ski canyon himalaya alps"
_PINES = "forest pine tree wood woods winter fir jungle hiking nature"


def draw(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint a landscape."""
    sea = theme.speaks_of(_SEA)
    horizon = canvas.height * (theme.chance.uniform(0.5, 0.56) if sea else 0.6)
    side = theme.side()
    sun = (canvas.width * (0.5 + side * 0.17), horizon - canvas.unit * (0.1 if sea else 0.2))
    sky.draw(canvas, palette, theme, sky.View(horizon, sun))
    if sea:
        _sea(canvas, palette, theme, horizon, sun)
    else:
        _land(canvas, palette, theme, horizon, sun)


def _land(canvas: Canvas, palette: Palette, theme: Theme, horizon: float, sun: Point) -> None:
    chance, unit = theme.chance, canvas.unit
    rows = 5
    pines = theme.speaks_of(_PINES)
    for row in range(rows):
        depth = row / (rows - 1)
        level = horizon + (canvas.height - horizon) * (depth**1.25) * 0.8
        tint = _depth_colour(palette, depth)
        if row < 2 and theme.speaks_of(_PEAKS):
            _range(canvas, palette, theme, (level, row, tint))
            continue
        swing = unit * (0.06 + 0.03 * depth)
        line = outline.ridge(chance, canvas.width, level, swing=swing, waves=0.7 + 0.3 * (row % 2))
        mist = mix(tint, palette.low, 0.5 * (1 - depth) + 0.12)
        shape = canvas.polygon(_ground(canvas, line))
        if pines and row >= 2:
            _pines(canvas, theme, line, (tint, unit * (0.05 + 0.11 * (depth - 0.4))))
        canvas.shade(shape, ((0, lighter(tint, 0.035)), (0.35, mix(tint, mist, 0.6)), (1, mist)))
        if row < rows - 1:
            canvas.glow((sun[0], level), unit * 0.5, palette.glow, opacity=0.22 * (1 - depth))
    shade = canvas.rounded((0, canvas.height * 0.8, canvas.width, canvas.height), 0)
    canvas.darken(canvas.softened(shade, unit * 0.1), mix(palette.near, palette.paper, 0.45), 0.5)


def _range(canvas: Canvas, palette: Palette, theme: Theme, row: tuple[float, int, Colour]) -> None:
    level, at, tint = row
    chance, unit = theme.chance, canvas.unit
    count = max(2, round(canvas.width / unit * (1.6 + at)))
    swing = unit * (0.4 - 0.12 * at)
    line = outline.peaks(chance, canvas.width, level, swing=swing, count=count)
    shape = canvas.polygon(_ground(canvas, line))
    canvas.shade(shape, ((0, tint), (0.5, mix(tint, palette.low, 0.55)), (1, palette.low)))
    if not theme.speaks_of("canyon"):
        _snow(canvas, palette, line, (level, swing))


def _snow(canvas: Canvas, palette: Palette, line: list[Point], rise: tuple[float, float]) -> None:
    level, swing = rise
    caps = []
    for at in range(3, len(line) - 1, 6):
        (lx, ly), (x, y), (rx, ry) = line[at - 1], line[at], line[at + 1]
        if level - y < swing * 0.5:
            continue
        low = max(ly, ry)
        zigzag = [
            (lx, ly),
            (x, y),
            (rx, ry),
            (x + (rx - x) * 0.55, y + (low - y) * 0.8),
            (x + (rx - x) * 0.1, low),
            (x - (x - lx) * 0.25, y + (low - y) * 0.68),
        ]
        caps.append(zigzag)
    if caps:
        canvas.fill(canvas.many(caps), mix(palette.paper, palette.glow, 0.4), 0.92)


def _pines(canvas: Canvas, theme: Theme, line: list[Point], look: tuple[Colour, float]) -> None:
    tint, size = look
    chance = theme.chance
    trees = []
    x = -size * 0.5
    while x < canvas.width + size:
        height = size * chance.uniform(0.65, 1.35)
        ground = _level_at(line, x) + size * 0.12
        trees.append(_pine((x, ground), height))
        x += size * chance.choice((0.3, 0.38, 0.46, 0.46, 1.1))
    canvas.shade(canvas.many(trees), ((0, lighter(tint, 0.05)), (1, tint)))


def _pine(foot: Point, height: float) -> list[Point]:
    x, y = foot
    half = height * 0.2
    right = []
    for tier in range(4):
        top = y - height * (1 - tier * 0.235)
        low = top + height * 0.3
        wide = half * (0.42 + 0.2 * tier)
        right += [(wide * 0.3, top + height * 0.04 if tier else top), (wide, low)]
    right[0] = (0, y - height)
    return [(x + dx, py) for dx, py in right] + [(x - dx, py) for dx, py in reversed(right)]


def _sea(canvas: Canvas, palette: Palette, theme: Theme, horizon: float, sun: Point) -> None:
    chance, unit, height = theme.chance, canvas.unit, canvas.height
    _headlands(canvas, palette, theme, horizon, sun)
    water = canvas.rounded((-2, horizon, canvas.width + 2, height + 2), 0)
    deep = mix(lighter(palette.water, -0.16), palette.near, 0.15)
    shore = mix(palette.low, palette.water, 0.4)
    canvas.shade(water, ((0, shore), (0.25, mix(palette.water, palette.low, 0.2)), (1, deep)))
    for band in range(9):
        depth = (band + 0.7) / 9
        y = horizon + (height - horizon) * depth**1.6
        line = outline.ridge(chance, canvas.width, y, swing=unit * 0.03 * depth, waves=1.5)
        tint = mix(mix(palette.water, palette.low, 0.3), deep, depth)
        shape = canvas.polygon(_ground(canvas, line))
        stops = ((0, lighter(tint, 0.06)), (0.25, tint), (1, mix(tint, palette.ink, 0.25)))
        canvas.shade(shape, stops, opacity=0.62)
        crest = canvas.softened(canvas.line(line, unit * (0.002 + 0.008 * depth)), unit * 0.004)
        canvas.lighten(crest, palette.glow, 0.13)
    canvas.glow((sun[0], horizon), unit * 0.7, palette.glow, opacity=0.4)
    _glitter(canvas, palette, theme, (horizon, sun[0]))
    if theme.speaks_of("sailing boat sea ocean harbour lake"):
        _sail(canvas, palette, (canvas.width - sun[0], horizon + unit * 0.03), unit * 0.1)


def _headlands(canvas: Canvas, palette: Palette, theme: Theme, horizon: float, sun: Point) -> None:
    side = 1 if sun[0] < canvas.width / 2 else -1
    edge = canvas.width if side > 0 else 0
    for reach, rise, share in ((0.52, 0.1, 0.25), (0.34, 0.16, 0.55)):
        length, top = canvas.width * reach, canvas.unit * rise
        points = [
            (edge - side * length, horizon + 2),
            (edge - side * length * 0.8, horizon - top * 0.3),
            (edge - side * length * 0.55, horizon - top * theme.chance.uniform(0.45, 0.6)),
            (edge - side * length * 0.3, horizon - top * 0.85),
            (edge + side * 10, horizon - top * 1.05),
        ]
        line = [*outline.smooth(points), (edge + side * 10, horizon + 2)]
        tint = mix(palette.far, palette.mid, share)
        canvas.shade(canvas.polygon(line), ((0, tint), (1, mix(tint, palette.low, 0.5))))


def _glitter(canvas: Canvas, palette: Palette, theme: Theme, place: tuple[float, float]) -> None:
    horizon, x = place
    chance, unit = theme.chance, canvas.unit
    dashes = []
    for at in range(70):
        depth = (at / 70) ** 1.4
        y = horizon + (canvas.height - horizon) * depth * 0.92 + unit * 0.004
        spread = unit * (0.05 + 0.16 * depth)
        middle = x + chance.gauss(0, 0.45) * spread
        half = unit * chance.uniform(0.008, 0.04) * (0.35 + depth)
        thick = unit * (0.0012 + 0.004 * depth)
        dashes.append(outline.arc((middle, y), (half, thick), 0, 360, steps=14))
    light = canvas.many(dashes)
    canvas.lighten(canvas.softened(light, unit * 0.02), palette.glow, 0.5)
    canvas.fill(light, mix(palette.glow, palette.paper, 0.3), 0.8)


def _sail(canvas: Canvas, palette: Palette, foot: Point, size: float) -> None:
    x, y = foot
    main = outline.smooth(
        [(x, y - size), (x + size * 0.2, y - size * 0.55), (x + size * 0.36, y - size * 0.12)]
    )
    jib = outline.smooth(
        [
            (x - size * 0.04, y - size * 0.9),
            (x - size * 0.16, y - size * 0.5),
            (x - size * 0.3, y - size * 0.12),
        ]
    )
    hull = [
        (x - size * 0.36, y - size * 0.07),
        (x + size * 0.42, y - size * 0.07),
        (x + size * 0.28, y + size * 0.07),
        (x - size * 0.22, y + size * 0.07),
    ]
    mirror = [
        (x + dx, y + size * 0.1 + dy)
        for dx, dy in ((-size * 0.25, 0), (size * 0.3, 0), (size * 0.08, size * 0.7))
    ]
    canvas.fill(canvas.softened(canvas.polygon(mirror), size * 0.06), palette.paper, 0.28)
    canvas.shade(
        canvas.polygon([*main, (x, y - size * 0.12)]),
        ((0, palette.paper), (1, mix(palette.paper, palette.far, 0.4))),
        angle=0,
    )
    canvas.fill(canvas.polygon([*jib, (x - size * 0.04, y - size * 0.12)]), palette.accent)
    canvas.fill(canvas.polygon(hull), palette.ink)


def _ground(canvas: Canvas, line: list[Point]) -> list[Point]:
    return [*line, (line[-1][0], canvas.height + 4), (line[0][0], canvas.height + 4)]


def _level_at(line: list[Point], x: float) -> float:
    for (ax, ay), (bx, by) in itertools.pairwise(line):
        if ax <= x <= bx:
            return ay + (by - ay) * (x - ax) / ((bx - ax) or 1)
    return line[-1][1]


def _depth_colour(palette: Palette, depth: float) -> Colour:
    if depth < 0.5:
        return mix(mix(palette.far, palette.low, 0.35), palette.mid, depth * 2)
    return mix(palette.mid, palette.near, depth * 2 - 1)
