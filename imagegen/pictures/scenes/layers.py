"""Owns the cut-paper abstract: sheets with soft shadows that open onto light, or roll as waves."""

from __future__ import annotations

from imagegen.pictures import outline
from imagegen.pictures.canvas import Canvas, Shape
from imagegen.pictures.colour import Colour, lighter, mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.theme import Theme


def draw(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint layered paper."""
    if theme.chance.random() < 0.5 or theme.speaks_of("wave flow fluid water"):
        _waves(canvas, palette, theme)
    else:
        _opening(canvas, palette, theme)


def _tints(palette: Palette) -> tuple[Colour, ...]:
    # Only neighbours are mixed: halfway between opposite colours lies grey.
    return (
        mix(palette.far, palette.low, 0.45),
        palette.far,
        mix(palette.far, palette.mid, 0.6),
        palette.accent,
        mix(palette.mid, palette.near, 0.35),
        palette.near,
    )


def _opening(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    chance, unit = theme.chance, canvas.unit
    side = theme.side()
    centre = (canvas.width * (0.5 + side * 0.16), canvas.height * chance.uniform(0.36, 0.44))
    canvas.wash(((0, mix(palette.glow, palette.paper, 0.35)), (1, palette.low)))
    sun = canvas.ellipse(centre[0] + side * unit * 0.1, centre[1] - unit * 0.07, unit * 0.085)
    canvas.shade(sun, ((0, lighter(palette.accent, 0.1)), (1, palette.accent)))
    stretch = (canvas.width / unit) ** 0.75, (canvas.height / unit) ** 0.75
    for at, tint in enumerate(_tints(palette)):
        radius = unit * (0.25 + 0.085 * at)
        hole = outline.blob(chance, (0, 0), radius, wobble=0.22, corners=9)
        drift = side * unit * 0.045 * at
        placed = [
            (centre[0] - drift + x * stretch[0], centre[1] - unit * 0.03 * at + y * stretch[1])
            for x, y in hole
        ]
        sheet = canvas.without(canvas.whole(), canvas.polygon(placed))
        _lay(canvas, palette, sheet, (tint, unit))


def _waves(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    chance, unit = theme.chance, canvas.unit
    canvas.wash(((0, mix(palette.glow, palette.paper, 0.4)), (1, palette.low)))
    sun = (canvas.width * (0.5 + theme.side() * 0.18), canvas.height * 0.3)
    disc = canvas.ellipse(*sun, unit * 0.15)
    canvas.shadow(disc, palette.near, blur=unit * 0.03, by=(0, unit * 0.015), opacity=0.2)
    canvas.shade(disc, ((0, lighter(palette.accent, 0.08)), (1, palette.accent)))
    for at, tint in enumerate(_tints(palette)):
        level = canvas.height * (0.34 + 0.115 * at)
        line = outline.ridge(chance, canvas.width, level, swing=unit * 0.1, waves=0.8)
        ground = [*line, (line[-1][0], canvas.height + 9), (line[0][0], canvas.height + 9)]
        _lay(canvas, palette, canvas.polygon(ground), (tint, unit))


def _lay(canvas: Canvas, palette: Palette, sheet: Shape, look: tuple[Colour, float]) -> None:
    tint, unit = look
    canvas.shadow(sheet, palette.ink, blur=unit * 0.035, by=(0, unit * 0.012), opacity=0.42)
    canvas.shade(sheet, ((0, lighter(tint, 0.045)), (1, lighter(tint, -0.035))), angle=65)
