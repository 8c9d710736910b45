"""Owns the plain background behind people and mascots: two discs on a soft gradient."""

from __future__ import annotations

from imagegen.pictures.canvas import Canvas, Point
from imagegen.pictures.colour import lighter, mix
from imagegen.pictures.palette import Palette


def draw(canvas: Canvas, palette: Palette, centre: Point, radius: float) -> None:
    """Cover everything, the discs around `centre`."""
    unit = canvas.unit
    canvas.wash(
        ((0, mix(palette.low, palette.paper, 0.25)), (1, mix(palette.far, palette.low, 0.35))),
        angle=70,
    )
    for at, share in enumerate((1.0, 0.74)):
        disc = canvas.ellipse(*centre, radius * share)
        tint = mix(palette.low, palette.accent if at else palette.second, 0.3 + 0.2 * at)
        canvas.shadow(disc, palette.ink, blur=unit * 0.03, by=(0, unit * 0.012), opacity=0.12)
        canvas.shade(disc, ((0, lighter(tint, 0.05)), (1, lighter(tint, -0.03))), angle=60)
