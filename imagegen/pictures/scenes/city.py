"""Owns the skyline: towers in haze with lit windows, and their reflection in still water."""

from __future__ import annotations

from PIL import Image

from imagegen.pictures.canvas import Canvas, Point
from imagegen.pictures.colour import Colour, lighter, mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.scenes import sky
from imagegen.pictures.theme import Theme


def draw(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint a city across the water."""
    unit, width = canvas.unit, canvas.width
    shore = round(canvas.height * 0.72)
    sun = (width * (0.5 + theme.side() * 0.2), shore - unit * (0.5 if palette.night else 0.34))
    sky.draw(canvas, palette, theme, sky.View(shore, sun))
    for row in range(3):
        depth = row / 2
        tint = mix(mix(palette.far, palette.low, 0.4), palette.near, depth)
        _towers(canvas, palette, theme, (shore, depth, tint))
        if row < 2:
            haze = canvas.rounded((-9, shore - unit * 0.2, width + 9, shore + 9), 0)
            canvas.lighten(
                canvas.softened(haze, unit * 0.09), mix(palette.low, palette.mid, 0.3), 0.3
            )
    _water(canvas, palette, theme, shore)


def _towers(canvas: Canvas, palette: Palette, theme: Theme, row: tuple[int, float, Colour]) -> None:
    shore, depth, tint = row
    chance, unit = theme.chance, canvas.unit
    x = -unit * 0.03
    bodies: list[list[Point]] = []
    panes: list[list[Point]] = []
    while x < canvas.width:
        wide = unit * chance.uniform(0.04, 0.085) * (0.85 + 0.3 * depth)
        middle = 1.08 - abs((x + wide / 2) / canvas.width - 0.5) * 1.1
        tall = unit * (0.1 + 0.5 * chance.random() ** 1.6) * (1.0 - 0.4 * depth) * middle
        top = shore - tall
        bodies += _tower((x, top, wide, shore), chance.random())
        panes += _windows(theme, (x, top, wide), (shore, unit * (0.005 + 0.004 * depth)))
        x += wide * chance.uniform(0.9, 1.2)
    shape = canvas.many(bodies)
    foot = mix(tint, palette.low, 0.34 * (1 - depth))
    canvas.shade(shape, ((0, lighter(tint, -0.02)), (1, foot)))
    half = len(panes) // 3
    for some, glow in (
        (panes[half:], palette.glow),
        (panes[:half], mix(palette.second, palette.paper, 0.2)),
    ):
        if not some:
            continue
        lights = canvas.many(some)
        halo = canvas.softened(lights, unit * 0.012)
        canvas.lighten(halo, mix(glow, palette.accent, 0.4), 0.55 * depth)
        canvas.fill(lights, glow, (0.35 + 0.6 * depth) * (1.0 if palette.night else 0.6))


def _tower(place: tuple[float, float, float, int], kind: float) -> list[list[Point]]:
    x, top, wide, shore = place
    body = [(x, shore + 4.0), (x, top), (x + wide, top), (x + wide, shore + 4.0)]
    if kind < 0.3:
        inset, rise = wide * 0.22, wide * 0.4
        step = [
            (x + inset, top),
            (x + inset, top - rise),
            (x + wide - inset, top - rise),
            (x + wide - inset, top),
        ]
        return [body, step]
    if kind < 0.45:
        return [
            body,
            [(x + wide * 0.46, top), (x + wide * 0.5, top - wide * 1.3), (x + wide * 0.54, top)],
        ]
    if kind < 0.55:
        return [body, [(x, top + 1), (x + wide * 0.5, top - wide * 0.55), (x + wide, top + 1)]]
    return [body]


def _windows(
    theme: Theme, tower: tuple[float, float, float], row: tuple[int, float]
) -> list[list[Point]]:
    x, top, wide = tower
    shore, pane = row
    chance = theme.chance
    columns = max(2, int(wide / pane / 1.9))
    cell = wide / columns
    share = chance.uniform(0.06, 0.42)
    panes = []
    y = top + cell * 0.8
    while y < shore - cell * 1.2:
        for column in range(columns):
            if chance.random() < share:
                left = x + cell * (column + 0.25)
                right, low = left + cell * 0.5, y + cell * 0.62
                panes.append([(left, y), (right, y), (right, low), (left, low)])
        y += cell * 1.15
    return panes


def _water(canvas: Canvas, palette: Palette, theme: Theme, shore: int) -> None:
    """Mirror the town downwards, squeezed and broken by ripples."""
    chance, unit, width = theme.chance, canvas.unit, canvas.width
    deep = canvas.height - shore
    above = canvas.image.crop((0, max(0, shore - round(deep * 2)), width, shore))
    mirror = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((width, deep))
    canvas.image.paste(mirror, (0, shore))
    y = shore
    while y < canvas.height:
        depth = (y - shore) / deep
        tall = max(1, round(unit * (0.003 + 0.012 * depth)))
        shift = round(unit * (0.002 + 0.02 * depth) * chance.uniform(-1, 1))
        strip = canvas.image.crop((0, y, width, min(canvas.height, y + tall)))
        canvas.image.paste(strip, (shift, y))
        y += tall
    water = canvas.rounded((-2, shore, width + 2, canvas.height + 2), 0)
    canvas.shade(water, ((0, palette.mid), (1, palette.near)), opacity=0.46)
    quay = canvas.rounded((-2, shore - unit * 0.006, width + 2, shore + unit * 0.004), 0)
    canvas.fill(quay, palette.ink, 0.7)
