"""Owns the sky: its gradient, sun or moon with glow, stars, and thin clouds."""

from __future__ import annotations

from dataclasses import dataclass

from imagegen.pictures import outline
from imagegen.pictures.canvas import Canvas, Point
from imagegen.pictures.colour import mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.theme import Theme


@dataclass(frozen=True, slots=True)
class View:
    """Where things of the sky stand, in pixels."""

    horizon: float
    sun: Point


def draw(canvas: Canvas, palette: Palette, theme: Theme, view: View) -> None:
    """Paint the whole canvas as sky, with light around the sun."""
    unit = canvas.unit
    edge = min(0.98, view.horizon / canvas.height)
    warm = mix(palette.low, mix(palette.glow, palette.accent, 0.4), 0.4)
    canvas.wash(
        (
            (0, palette.high),
            (edge * 0.55, mix(palette.high, palette.low, 0.62)),
            (edge, warm),
            (1, warm),
        )
    )
    if palette.night:
        stars(canvas, palette, theme, view.horizon * 0.85)
    canvas.glow(
        view.sun, unit * 1.15, mix(palette.glow, palette.accent, 0.3), opacity=0.34, power=1.5
    )
    canvas.glow(view.sun, unit * 0.42, palette.glow, opacity=0.5, power=2)
    _clouds(canvas, palette, theme, view)
    radius = unit * theme.chance.uniform(0.075, 0.105)
    disc = canvas.ellipse(*view.sun, radius)
    core = mix(palette.glow, palette.paper, 0.8)
    rim = mix(palette.glow, palette.accent, 0.06 if palette.night else 0.1)
    canvas.glow(view.sun, radius * 1.9, palette.glow, opacity=0.55, power=2)
    canvas.shade(disc, ((0, core), (0.5, core), (1, rim)))


def stars(canvas: Canvas, palette: Palette, theme: Theme, low: float) -> None:
    """Scatter stars above `low`, denser towards the top."""
    chance, unit = theme.chance, canvas.unit
    for size, opacity, share in ((0.0011, 0.55, 90), (0.0018, 0.8, 34), (0.0028, 1.0, 8)):
        count = round(share * canvas.width / unit)
        dots = []
        for _ in range(count):
            place = (chance.uniform(0, canvas.width), low * chance.random() ** 1.35)
            radius = unit * size * chance.uniform(0.8, 1.3)
            dots.append(outline.arc(place, (radius, radius), 0, 360, steps=10))
        canvas.fill(canvas.many(dots), palette.paper, opacity)


def _clouds(canvas: Canvas, palette: Palette, theme: Theme, view: View) -> None:
    chance, unit = theme.chance, canvas.unit
    for _ in range(4):
        y = view.horizon * chance.uniform(0.2, 0.82)
        x = canvas.width * chance.uniform(0.0, 1.0)
        long = unit * chance.uniform(0.25, 0.6)
        thick = unit * chance.uniform(0.012, 0.026)
        puffs = [
            outline.arc((x + long * dx, y + thick * dy), (long * rx, thick * ry), 0, 360)
            for dx, dy, rx, ry in ((0, 0, 0.5, 1), (0.26, -0.9, 0.26, 0.9), (-0.3, 0.8, 0.3, 0.7))
        ]
        shape = canvas.softened(canvas.many(puffs), thick * 0.7)
        canvas.fill(shape, mix(palette.low, palette.glow, 0.6), 0.2 if palette.night else 0.5)
