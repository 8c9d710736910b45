"""Owns space: a lit planet with a ring, its moon, and stars."""

from __future__ import annotations

from imagegen.pictures import outline
from imagegen.pictures.canvas import Canvas, Point, Shape
from imagegen.pictures.colour import lighter, mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.scenes import sky
from imagegen.pictures.theme import Theme


def draw(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint a planet."""
    unit, side = canvas.unit, theme.side()
    deep = mix(palette.ink, palette.near, 0.45)
    canvas.wash(
        (
            (0, deep),
            (0.6, mix(palette.near, palette.mid, 0.4)),
            (1, mix(palette.mid, palette.accent, 0.35)),
        ),
        angle=60,
    )
    centre = (canvas.width * (0.5 + side * 0.06), canvas.height * 0.47)
    canvas.glow(
        (canvas.width * (0.5 - side * 0.3), canvas.height * 0.8),
        unit * 0.9,
        palette.accent,
        opacity=0.3,
    )
    canvas.glow(
        (canvas.width * (0.5 + side * 0.4), canvas.height * 0.1),
        unit * 0.8,
        palette.second,
        opacity=0.22,
    )
    sky.stars(canvas, palette, theme, canvas.height)
    radius = unit * 0.27
    canvas.glow(centre, radius * 1.9, palette.glow, opacity=0.35)
    _ring(canvas, palette, (centre, radius), (180, 360))
    _globe(canvas, palette, theme, (centre, radius))
    _ring(canvas, palette, (centre, radius), (0, 180))
    moon = (centre[0] - side * radius * 1.75, centre[1] - radius * 0.95)
    disc = canvas.ellipse(*moon, radius * 0.2)
    canvas.round_off(
        disc, ((0, palette.paper), (0.5, palette.far), (1, palette.near)), light=(0.3, 0.28)
    )


def _globe(canvas: Canvas, palette: Palette, theme: Theme, place: tuple[Point, float]) -> None:
    centre, radius = place
    disc = canvas.ellipse(*centre, radius)
    paint = palette.subject
    canvas.fill(disc, paint)
    tints = (
        lighter(paint, 0.08),
        mix(paint, palette.glow, 0.4),
        mix(paint, palette.near, 0.3),
        mix(paint, palette.second, 0.35),
    )
    for at in range(9):
        y = centre[1] + radius * (-0.9 + 0.21 * at)
        line = outline.ridge(theme.chance, radius * 2.2, y, swing=radius * 0.05, waves=0.8)
        thick = radius * theme.chance.uniform(0.05, 0.16)
        moved = [(x + centre[0] - radius * 1.1, py) for x, py in line]
        band = canvas.polygon([*moved, *[(x, py + thick) for x, py in reversed(moved)]])
        canvas.fill(canvas.within(band, disc), tints[at % 4], 0.75)
    _shade(canvas, palette, disc)
    canvas.lighten(
        canvas.without(
            disc, Shape(disc.x + round(radius * 0.05), disc.y + round(radius * 0.05), disc.coverage)
        ),
        palette.glow,
        0.55,
    )


def _shade(canvas: Canvas, palette: Palette, disc: Shape) -> None:
    """Darken the side of a globe that is turned away from the light."""
    small = disc.coverage
    x = disc.x + round(small.width * 0.3)
    y = disc.y + round(small.height * 0.3)
    night = Shape(x - round(small.width * 0.62), y - round(small.height * 0.62), small)
    dark = canvas.without(disc, canvas.softened(night, small.width * 0.16))
    canvas.fill(dark, palette.ink, 0.82)


def _ring(
    canvas: Canvas, palette: Palette, place: tuple[Point, float], span: tuple[int, int]
) -> None:
    (x, y), radius = place
    tilt = -0.2
    for reach, thick, opacity in ((1.42, 0.055, 0.9), (1.56, 0.075, 0.65), (1.72, 0.03, 0.8)):
        flat = outline.arc((0, 0), (radius * reach, radius * reach * 0.24), *span, steps=60)
        turned = [(x + px - py * tilt, y + py + px * tilt) for px, py in flat]
        shape = canvas.line(turned, radius * thick)
        canvas.shade(
            shape,
            (
                (0, mix(palette.glow, palette.paper, 0.4)),
                (0.6, palette.far),
                (1, mix(palette.far, palette.near, 0.6)),
            ),
            angle=0,
            opacity=opacity,
        )
