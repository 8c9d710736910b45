"""Owns the things that stand on tables: mug, bottle, vase, bowl, plant, book, solid bodies.

Each stands with its foot on a point and is lit from one side.
"""

from __future__ import annotations

from dataclasses import dataclass

from imagegen.pictures import outline
from imagegen.pictures.canvas import Canvas, Point, Shape
from imagegen.pictures.colour import Colour, Stops, lighter, lightness, mix
from imagegen.pictures.palette import Palette


@dataclass(frozen=True, slots=True)
class Stand:
    """Where and how a thing stands."""

    x: float
    """Middle of the foot, pixels."""
    y: float
    size: float
    """Height in pixels, about."""
    paint: Colour
    light: int
    """-1 when light comes from the left, 1 from the right."""


def turned_body(stand: Stand, palette: Palette, paint: Colour | None = None) -> Stops:
    """Return the gradient of a round upright body, dark on the side away from the light."""
    base = stand.paint if paint is None else paint
    dark = mix(base, palette.ink, 0.42 if lightness(base) > 0.4 else 0.6)
    shine = mix(lighter(base, 0.1), palette.glow, 0.28)
    stops = [
        (0.0, mix(base, dark, 0.25)),
        (0.22, shine),
        (0.5, base),
        (0.88, dark),
        (1.0, mix(dark, base, 0.35)),
    ]
    if stand.light > 0:
        stops = [(1 - place, tint) for place, tint in reversed(stops)]
    return tuple(stops)


def ground(canvas: Canvas, palette: Palette, stand: Stand, wide: float) -> None:
    """Darken the table where a thing `wide` pixels wide keeps light away."""
    away = -stand.light
    long = stand.size * 0.95
    cast = canvas.polygon(
        [
            (stand.x - wide * 0.46, stand.y),
            (stand.x + wide * 0.46, stand.y),
            (stand.x + away * long + wide * 0.3, stand.y + stand.size * 0.16),
            (stand.x + away * long - wide * 0.4, stand.y + stand.size * 0.16),
        ]
    )
    canvas.shadow(cast, palette.ink, blur=stand.size * 0.05, opacity=0.3)
    foot = canvas.ellipse(stand.x + away * wide * 0.08, stand.y, wide * 0.54, stand.size * 0.035)
    canvas.shadow(foot, palette.ink, blur=stand.size * 0.022, opacity=0.6)


def mug(canvas: Canvas, palette: Palette, stand: Stand) -> None:
    """Paint a mug with its handle towards the light, and what is in it."""
    x, y, tall = stand.x, stand.y, stand.size
    half, rim = tall * 0.43, tall * 0.11
    ground(canvas, palette, stand, half * 2)
    side = stand.light
    ring = outline.arc((x + side * half * 0.98, y - tall * 0.5), (tall * 0.27, tall * 0.28), 0, 360)
    handle = canvas.line(ring, tall * 0.095)
    canvas.shade(handle, turned_body(stand, palette), angle=0)
    foot = outline.arc((x, y - tall * 0.09), (half * 0.94, tall * 0.12), 0, 180)
    body = canvas.polygon([(x - half, y - tall), (x + half, y - tall), *foot])
    canvas.shade(body, turned_body(stand, palette), angle=0)
    lower = canvas.softened(canvas.ellipse(x, y, half * 1.1, tall * 0.13), tall * 0.06)
    canvas.fill(canvas.within(lower, body), palette.ink, 0.3)
    lip = lighter(mix(stand.paint, palette.glow, 0.22), 0.07)
    canvas.fill(canvas.ellipse(x, y - tall, half, rim), lip)
    inside = canvas.ellipse(x, y - tall, half * 0.93, rim * 0.86)
    canvas.shade(
        inside, ((0, mix(stand.paint, palette.ink, 0.72)), (1, mix(stand.paint, palette.ink, 0.3)))
    )
    drink = canvas.within(canvas.ellipse(x, y - tall + rim * 0.42, half * 0.86, rim * 0.74), inside)
    canvas.shade(drink, ((0, (43, 24, 16)), (1, (122, 74, 44))), angle=0 if side > 0 else 180)


def steam(canvas: Canvas, palette: Palette, foot: Point, tall: float) -> None:
    """Paint two curls of steam that rise from `foot`."""
    x, y = foot
    for dx, high, sway in ((-0.1, 0.9, 1), (0.13, 0.7, -1)):
        points = [
            (x + tall * dx, y),
            (x + tall * (dx + 0.07 * sway), y - tall * high * 0.3),
            (x + tall * (dx - 0.05 * sway), y - tall * high * 0.62),
            (x + tall * (dx + 0.05 * sway), y - tall * high),
        ]
        curl = canvas.softened(canvas.line(outline.smooth(points), tall * 0.05), tall * 0.035)
        canvas.lighten(curl, mix(palette.glow, palette.paper, 0.7), 0.5)


def bottle(canvas: Canvas, palette: Palette, stand: Stand) -> None:
    """Paint a bottle with a stopper and a paper label."""
    x, y, tall = stand.x, stand.y, stand.size
    half = tall * 0.17
    ground(canvas, palette, stand, half * 2)
    cap = canvas.rounded((x - half * 0.4, y - tall, x + half * 0.4, y - tall * 0.84), tall * 0.02)
    canvas.shade(cap, turned_body(stand, palette, mix(palette.ink, palette.near, 0.5)), angle=0)
    side = [
        (half * 0.34, tall * 0.86),
        (half * 0.36, tall * 0.74),
        (half, tall * 0.58),
        (half, tall * 0.04),
    ]
    right = outline.smooth([(x + dx, y - up) for dx, up in side])
    left = [(2 * x - px, py) for px, py in reversed(right)]
    body = canvas.polygon(
        [*right, *outline.arc((x, y - half * 0.06), (half * 0.96, half * 0.2), 0, 180), *left]
    )
    canvas.shade(body, turned_body(stand, palette), angle=0)
    tag = canvas.rounded(
        (x - half * 0.72, y - tall * 0.45, x + half * 0.72, y - tall * 0.17), tall * 0.01
    )
    canvas.shade(tag, turned_body(stand, palette, palette.paper), angle=0)
    lines = [
        _bar(x, y - tall * up, half * wide, tall * 0.008)
        for up, wide in ((0.37, 0.42), (0.325, 0.28), (0.24, 0.5))
    ]
    canvas.fill(canvas.many(lines), palette.near, 0.85)


def vase(canvas: Canvas, palette: Palette, stand: Stand) -> None:
    """Paint a bellied vase with a few stems."""
    x, y, tall = stand.x, stand.y, stand.size * 0.62
    half = tall * 0.42
    ground(canvas, palette, stand, half * 1.7)
    _stems(canvas, palette, stand, (x, y - tall))
    side = [
        (half * 0.34, tall),
        (half * 0.3, tall * 0.86),
        (half * 0.95, tall * 0.5),
        (half * 0.86, tall * 0.2),
        (half * 0.5, 0),
    ]
    right = outline.smooth([(x + dx, y - up) for dx, up in side])
    body = canvas.polygon([*right, *[(2 * x - px, py) for px, py in reversed(right)]])
    canvas.shade(body, turned_body(stand, palette), angle=0)
    mouth = canvas.ellipse(x, y - tall, half * 0.35, half * 0.09)
    canvas.fill(mouth, mix(stand.paint, palette.ink, 0.6))


def _stems(canvas: Canvas, palette: Palette, stand: Stand, mouth: Point) -> None:
    x, y = mouth
    tall = stand.size * 0.62
    green = mix(palette.second, palette.near, 0.35)
    for lean, high in ((-0.42, 0.7), (0.05, 0.95), (0.46, 0.6)):
        tip = (x + lean * tall, y - high * tall)
        bend = (x + lean * tall * 0.3, y - high * tall * 0.55)
        path = outline.smooth([(x, y), bend, tip])
        canvas.fill(canvas.line(path, tall * 0.016), green)
        leaves = []
        for at in (9, 13, 17):
            px, py = path[at]
            for way in (-1, 1):
                leaves.append(
                    outline.leaf((px, py), (px + way * tall * 0.17, py - tall * 0.13), belly=0.26)
                )
        leaves.append(
            outline.leaf(tip, (tip[0] + lean * tall * 0.1, tip[1] - tall * 0.2), belly=0.26)
        )
        canvas.shade(canvas.many(leaves), ((0, lighter(green, 0.1)), (1, lighter(green, -0.05))))


def bowl(canvas: Canvas, palette: Palette, stand: Stand) -> None:
    """Paint a bowl with round fruit."""
    x, y, tall = stand.x, stand.y, stand.size * 0.44
    half = tall * 1.25
    ground(canvas, palette, stand, half * 1.5)
    fruit = (palette.accent, mix(palette.accent, palette.glow, 0.45), palette.second)
    canvas.fill(canvas.ellipse(x, y - tall, half, tall * 0.2), mix(stand.paint, palette.ink, 0.55))
    for at, dx in enumerate((-0.52, 0.5, 0.0)):
        lift = 0.36 if at == 2 else 0.2
        ball(canvas, palette, (x + dx * half, y - tall * (1 + lift)), tall * 0.46, fruit[at])
        sprig = (x + dx * half, y - tall * (1 + lift) - tall * 0.42)
        tip = (sprig[0] + tall * 0.26, sprig[1] - tall * 0.12)
        canvas.fill(
            canvas.polygon(outline.leaf(sprig, tip, belly=0.3)),
            mix(palette.second, palette.ink, 0.25),
        )
    front = outline.arc((x, y - tall), (half, tall * 0.2), 0, 180)
    sides = outline.smooth(
        [(x - half, y - tall), (x - half * 0.82, y - tall * 0.42), (x - half * 0.36, y)]
    )
    mirrored = [(2 * x - px, py) for px, py in reversed(sides)]
    body = canvas.polygon([*front, *sides, *mirrored])
    canvas.shade(body, turned_body(stand, palette), angle=0)


def ball(canvas: Canvas, palette: Palette, centre: Point, radius: float, paint: Colour) -> Shape:
    """Paint a lit ball, light from above left."""
    disc = canvas.ellipse(*centre, radius)
    dark = mix(paint, palette.ink, 0.5)
    shine = mix(lighter(paint, 0.1), palette.glow, 0.4)
    stops: Stops = ((0, shine), (0.4, paint), (0.85, dark), (1, mix(dark, paint, 0.3)))
    canvas.round_off(disc, stops, light=(0.36, 0.28), reach=0.82)
    return disc


def plinth(canvas: Canvas, palette: Palette, stand: Stand, half: float) -> None:
    """Paint a low round plinth whose top is at the stand's foot minus its size."""
    x, y, tall = stand.x, stand.y, stand.size
    rim = half * 0.2
    canvas.shadow(
        canvas.ellipse(x - stand.light * half * 0.3, y + rim * 0.5, half * 1.1, rim),
        palette.ink,
        blur=half * 0.1,
        opacity=0.4,
    )
    body = canvas.polygon(
        [
            *outline.arc((x, y), (half, rim), 0, 180),
            *outline.arc((x, y - tall), (half, rim), 180, 0),
        ]
    )
    canvas.shade(body, turned_body(stand, palette), angle=0)
    top = canvas.ellipse(x, y - tall, half, rim)
    light = mix(lighter(stand.paint, 0.06), palette.glow, 0.4)
    ends = (light, lighter(stand.paint, 0.02))
    canvas.shade(top, ((0, ends[0]), (1, ends[1])), angle=0 if stand.light < 0 else 180)


def pot_plant(canvas: Canvas, palette: Palette, stand: Stand) -> None:
    """Paint a monstera-like plant in a pot."""
    x, y, tall = stand.x, stand.y, stand.size
    pot = tall * 0.3
    half = pot * 0.52
    ground(canvas, palette, Stand(x, y, pot * 1.3, stand.paint, stand.light), half * 1.7)
    green = (64, 122, 84) if lightness(palette.low) > 0.55 else (58, 128, 110)
    green = mix(green, palette.near, 0.2)
    fan = (
        (-0.62, 0.42, 0.34),
        (0.6, 0.46, 0.36),
        (-0.36, 0.72, 0.36),
        (0.4, 0.8, 0.34),
        (0.0, 0.98, 0.36),
        (-0.08, 0.56, 0.3),
    )
    for at, (lean, high, size) in enumerate(fan):
        middle = (x + lean * tall * 0.42, y - pot - (tall - pot) * high * 0.72)
        path = outline.smooth(
            [(x, y - pot * 0.9), (x + lean * tall * 0.12, (y - pot + middle[1]) / 2), middle]
        )
        canvas.fill(canvas.line(path, tall * 0.014), mix(green, palette.ink, 0.25))
        shade = lighter(green, (-0.05, 0.0, 0.03, 0.06, 0.02, 0.09)[at])
        _split_leaf(canvas, palette, (middle, lean), (size * tall * 0.66, shade))
    body = canvas.polygon(
        [(x - half, y - pot), (x + half, y - pot), (x + half * 0.74, y), (x - half * 0.74, y)]
    )
    canvas.shade(body, turned_body(stand, palette), angle=0)
    brim = canvas.rounded(
        (x - half * 1.08, y - pot * 1.06, x + half * 1.08, y - pot * 0.86), pot * 0.04
    )
    canvas.shade(brim, turned_body(stand, palette, lighter(stand.paint, 0.03)), angle=0)


def _split_leaf(
    canvas: Canvas, palette: Palette, place: tuple[Point, float], look: tuple[float, Colour]
) -> None:
    (x, y), lean = place
    size, paint = look
    way = (lean * 0.9, -0.55)
    base = (x - way[0] * size * 0.42, y - way[1] * size * 0.42)
    tip = (x + way[0] * size * 0.75, y + way[1] * size * 0.75 + abs(lean) * size * 0.3)
    blade = canvas.polygon(outline.leaf(base, tip, belly=0.46))
    dx, dy = tip[0] - base[0], tip[1] - base[1]
    cuts = []
    for along in (0.36, 0.54, 0.7):
        for side in (-1, 1):
            root = (
                base[0] + dx * along - dy * 0.13 * side,
                base[1] + dy * along + dx * 0.13 * side,
            )
            end = (
                base[0] + dx * (along + 0.16) - dy * 0.6 * side,
                base[1] + dy * (along + 0.16) + dx * 0.6 * side,
            )
            cuts.append(outline.leaf(root, end, belly=0.085))
    leaf = canvas.without(blade, canvas.many(cuts))
    canvas.shadow(leaf, palette.ink, blur=size * 0.05, by=(0, size * 0.05), opacity=0.25)
    canvas.shade(
        leaf, ((0, mix(lighter(paint, 0.09), palette.glow, 0.15)), (1, lighter(paint, -0.06)))
    )
    canvas.fill(
        canvas.line([base, (base[0] + dx * 0.92, base[1] + dy * 0.92)], size * 0.016),
        lighter(paint, 0.12),
        0.7,
    )


def _bar(x: float, y: float, half: float, thick: float) -> list[Point]:
    return [
        (x - half, y - thick),
        (x + half, y - thick),
        (x + half, y + thick),
        (x - half, y + thick),
    ]
