"""Owns the app icon: a glossy tile with one clear sign."""

from __future__ import annotations

from collections.abc import Callable

from imagegen.pictures import outline
from imagegen.pictures.canvas import Canvas, Point, Shape
from imagegen.pictures.colour import lighter, mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.theme import Theme


def draw(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint an icon in the middle."""
    unit = canvas.unit
    x, y = canvas.width / 2, canvas.height * 0.48
    canvas.wash(
        ((0, mix(palette.low, palette.paper, 0.55)), (1, mix(palette.low, palette.far, 0.5))),
        angle=60,
    )
    canvas.glow((x, y - unit * 0.1), unit * 0.8, palette.paper, opacity=0.6)
    half = unit * 0.29
    tile = canvas.rounded((x - half, y - half, x + half, y + half), half * 0.46)
    paint = palette.subject
    canvas.shadow(
        tile, mix(paint, palette.ink, 0.55), blur=unit * 0.06, by=(0, unit * 0.06), opacity=0.5
    )
    top = mix(lighter(paint, 0.09), palette.second, 0.12)
    canvas.shade(tile, ((0, top), (0.55, paint), (1, lighter(paint, -0.11))), angle=65)
    inner = canvas.rounded(
        (x - half * 0.975, y - half * 0.955, x + half * 0.975, y + half * 0.995), half * 0.44
    )
    canvas.lighten(canvas.without(tile, inner), palette.paper, 0.6)
    gloss = canvas.softened(
        canvas.ellipse(x - half * 0.3, y - half * 0.8, half * 1.1, half * 0.7), half * 0.2
    )
    canvas.lighten(canvas.within(gloss, tile), palette.paper, 0.2)
    sign = _sign(theme)(canvas, (x, y), half)
    canvas.shadow(
        sign, mix(paint, palette.ink, 0.7), blur=unit * 0.014, by=(0, unit * 0.012), opacity=0.45
    )
    canvas.shade(sign, ((0, palette.paper), (1, mix(palette.paper, top, 0.22))))


def _sign(theme: Theme) -> Callable[[Canvas, Point, float], Shape]:
    for words, sign in (
        ("weather sun cloud sky", _cloud),
        ("music audio sound podcast play video", _play),
        ("chat message mail talk support", _bubble),
        ("leaf plant eco green nature", _leaf),
        ("photo camera picture image gallery", _peaks),
        ("heart health love fitness favourite", _heart),
    ):
        if theme.speaks_of(words):
            return sign
    return (_play, _bubble, _leaf, _peaks, _cloud, _heart)[int(theme.chance.random() * 6)]


def _play(canvas: Canvas, centre: Point, half: float) -> Shape:
    x, y = centre
    ring = outline.arc((0, 0), (1, 1), 0, 360, steps=3)
    corners = [(x + half * (0.06 + 0.5 * px), y + half * 0.5 * py) for px, py in ring[:3]]
    inside = canvas.polygon(corners)
    edge = canvas.line([*corners, corners[0], corners[1]], half * 0.2)
    return canvas.softened(_joined(canvas, edge, inside), 0)


def _bubble(canvas: Canvas, centre: Point, half: float) -> Shape:
    x, y = centre
    box = canvas.rounded(
        (x - half * 0.56, y - half * 0.46, x + half * 0.56, y + half * 0.32), half * 0.3
    )
    tail = canvas.polygon(
        [
            (x - half * 0.32, y + half * 0.2),
            (x - half * 0.02, y + half * 0.25),
            (x - half * 0.34, y + half * 0.6),
        ]
    )
    dots = [
        outline.arc((x + dx * half, y - half * 0.07), (half * 0.07, half * 0.07), 0, 360, steps=20)
        for dx in (-0.26, 0, 0.26)
    ]
    return canvas.without(_joined(canvas, box, tail), canvas.many(dots))


def _leaf(canvas: Canvas, centre: Point, half: float) -> Shape:
    x, y = centre
    blade = canvas.polygon(
        outline.leaf(
            (x - half * 0.45, y + half * 0.45), (x + half * 0.5, y - half * 0.52), belly=0.36
        )
    )
    rib = canvas.line(
        outline.smooth(
            [
                (x - half * 0.5, y + half * 0.52),
                (x - half * 0.1, y + half * 0.1),
                (x + half * 0.2, y - half * 0.24),
            ]
        ),
        half * 0.07,
    )
    return canvas.without(blade, rib)


def _peaks(canvas: Canvas, centre: Point, half: float) -> Shape:
    x, y = centre
    hills = [
        [
            (x - half * 0.62, y + half * 0.4),
            (x - half * 0.16, y - half * 0.3),
            (x + half * 0.3, y + half * 0.4),
        ],
        [
            (x + half * 0.02, y + half * 0.4),
            (x + half * 0.32, y - half * 0.04),
            (x + half * 0.64, y + half * 0.4),
        ],
    ]
    sun = outline.arc((x + half * 0.3, y - half * 0.34), (half * 0.13, half * 0.13), 0, 360)
    return canvas.many([*hills, sun])


def _cloud(canvas: Canvas, centre: Point, half: float) -> Shape:
    x, y = centre
    puffs = [
        outline.arc((x + dx * half, y + dy * half), (r * half, r * half), 0, 360)
        for dx, dy, r in ((-0.3, 0.12, 0.27), (0.02, -0.08, 0.36), (0.36, 0.14, 0.25))
    ]
    base = [
        (x - half * 0.3, y + half * 0.06),
        (x + half * 0.36, y + half * 0.06),
        (x + half * 0.36, y + half * 0.39),
        (x - half * 0.3, y + half * 0.39),
    ]
    return canvas.many([*puffs, base])


def _heart(canvas: Canvas, centre: Point, half: float) -> Shape:
    x, y = centre
    right = outline.smooth(
        [
            (x, y - half * 0.22),
            (x + half * 0.26, y - half * 0.46),
            (x + half * 0.55, y - half * 0.2),
            (x + half * 0.38, y + half * 0.18),
            (x, y + half * 0.5),
        ]
    )
    return canvas.polygon([*right, *[(2 * x - px, py) for px, py in reversed(right)]])


def _joined(canvas: Canvas, one: Shape, other: Shape) -> Shape:
    whole = canvas.whole()
    return canvas.without(whole, canvas.without(canvas.without(whole, one), other))
