"""Owns the interface illustration: floating cards, a chart, a browser window."""

from __future__ import annotations

from PIL import Image

from imagegen.pictures import outline
from imagegen.pictures.canvas import Canvas, Point, Shape
from imagegen.pictures.colour import Colour, lighter, mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.theme import Theme

_Box = tuple[float, float, float, float]


def draw(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint a product's screen as floating cards."""
    unit, width, height = canvas.unit, canvas.width, canvas.height
    canvas.wash(
        (
            (0, palette.low),
            (0.55, mix(palette.high, palette.far, 0.4)),
            (1, mix(palette.mid, palette.far, 0.3)),
        ),
        angle=50,
    )
    canvas.glow((width * 0.82, height * 0.12), unit * 0.75, palette.second, opacity=0.35)
    canvas.glow((width * 0.12, height * 0.95), unit * 0.8, palette.accent, opacity=0.35)
    wide = min(width * 0.74, unit * 1.12)
    tall = min(height * 0.62, wide * 0.66) if width >= height else min(height * 0.5, wide * 1.1)
    left, top = width * 0.5 - wide / 2, height * 0.47 - tall / 2
    box = (left, top, left + wide, top + tall)
    _window(canvas, palette, box)
    _content(canvas, palette, theme, box)
    _floats(canvas, palette, theme, box)


def _card(canvas: Canvas, palette: Palette, box: _Box, radius: float) -> Shape:
    unit = canvas.unit
    card = canvas.rounded(box, radius)
    shade = mix(palette.near, palette.ink, 0.4)
    canvas.shadow(card, shade, blur=unit * 0.05, by=(0, unit * 0.035), opacity=0.34)
    canvas.shadow(card, shade, blur=unit * 0.008, by=(0, unit * 0.004), opacity=0.2)
    canvas.shade(card, ((0, palette.paper), (1, mix(palette.paper, palette.low, 0.35))))
    return card


def _window(canvas: Canvas, palette: Palette, box: _Box) -> None:
    left, top, right, _ = box
    unit = canvas.unit
    card = _card(canvas, palette, box, unit * 0.028)
    bar = canvas.rounded((left, top, right, top + unit * 0.06), 0)
    canvas.fill(canvas.within(bar, card), mix(palette.paper, palette.far, 0.4))
    for at, tint in enumerate((palette.accent, palette.second, palette.mid)):
        canvas.fill(
            canvas.ellipse(left + unit * (0.036 + 0.027 * at), top + unit * 0.03, unit * 0.0085),
            tint,
        )
    field = canvas.rounded(
        (
            left + (right - left) * 0.3,
            top + unit * 0.016,
            left + (right - left) * 0.7,
            top + unit * 0.044,
        ),
        unit * 0.014,
    )
    canvas.fill(field, palette.paper, 0.9)


def _content(canvas: Canvas, palette: Palette, theme: Theme, box: _Box) -> None:
    left, top, right, bottom = box
    unit = canvas.unit
    wide = right - left
    side = left + wide * 0.22
    top += unit * 0.06
    rows = []
    for at in range(6):
        y = top + unit * 0.05 + at * (bottom - top - unit * 0.06) / 6.4
        rows.append(
            (
                _bar(left + unit * 0.03, y, wide * (0.13 if at % 2 else 0.1), unit * 0.014),
                palette.mid if at == 1 else palette.far,
            )
        )
    pill = canvas.rounded(
        (
            left + unit * 0.016,
            top + unit * 0.03 + (bottom - top) / 6.9,
            side - unit * 0.02,
            top + unit * 0.07 + (bottom - top) / 6.9,
        ),
        unit * 0.014,
    )
    canvas.fill(pill, mix(palette.paper, palette.accent, 0.2))
    for outline_points, tint in rows:
        canvas.fill(canvas.polygon(outline_points), tint, 0.9)
    rule = canvas.polygon(_bar(side, (top + bottom) / 2, unit * 0.002, bottom - top))
    canvas.fill(rule, palette.far, 0.6)
    inner = (side + unit * 0.035, top + unit * 0.035, right - unit * 0.035, bottom - unit * 0.035)
    _tiles(canvas, palette, inner)
    _chart(
        canvas,
        palette,
        theme,
        (inner[0], inner[1] + (inner[3] - inner[1]) * 0.36, inner[2], inner[3]),
    )


def _tiles(canvas: Canvas, palette: Palette, box: _Box) -> None:
    left, top, right, bottom = box
    unit = canvas.unit
    wide, tall = (right - left - unit * 0.05) / 3, (bottom - top) * 0.29
    for at, tint in enumerate((palette.accent, palette.second, palette.mid)):
        x = left + at * (wide + unit * 0.025)
        tile = canvas.rounded((x, top, x + wide, top + tall), unit * 0.018)
        canvas.shade(tile, ((0, lighter(tint, 0.07)), (1, lighter(tint, -0.04))), angle=45)
        canvas.fill(
            canvas.polygon(_bar(x + unit * 0.02, top + tall * 0.3, wide * 0.34, unit * 0.01)),
            palette.paper,
            0.7,
        )
        canvas.fill(
            canvas.polygon(_bar(x + unit * 0.02, top + tall * 0.64, wide * 0.52, unit * 0.026)),
            palette.paper,
            0.95,
        )


def _chart(canvas: Canvas, palette: Palette, theme: Theme, box: _Box) -> None:
    left, top, right, bottom = box
    unit = canvas.unit
    for at in range(4):
        y = top + (bottom - top) * (at + 0.5) / 4
        canvas.fill(canvas.polygon(_bar(left, y, right - left, unit * 0.002)), palette.far, 0.7)
    for tint, base in ((palette.second, 0.72), (palette.accent, 0.5)):
        points = [
            (
                left + (right - left) * at / 6,
                top + (bottom - top) * (base - 0.09 * at * 0.6 + theme.chance.uniform(-0.12, 0.12)),
            )
            for at in range(7)
        ]
        line = outline.smooth(points)
        area = canvas.polygon([*line, (right, bottom), (left, bottom)])
        fade = canvas.within(area, Shape(area.x, area.y, _fade(area)))
        canvas.fill(fade, tint, 0.32)
        canvas.fill(canvas.line(line, unit * 0.009), tint)
        canvas.fill(canvas.ellipse(*points[4], unit * 0.016), palette.paper)
        canvas.fill(canvas.ellipse(*points[4], unit * 0.01), tint)


def _fade(area: Shape) -> Image.Image:
    return (
        Image.linear_gradient("L")
        .transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        .resize(area.coverage.size)
    )


def _floats(canvas: Canvas, palette: Palette, theme: Theme, box: _Box) -> None:
    left, top, right, bottom = box
    unit = canvas.unit
    x, y = right - unit * 0.17, bottom - unit * 0.1
    ring = (x, y, x + unit * 0.27, y + unit * 0.2)
    _card(canvas, palette, ring, unit * 0.024)
    centre = (x + unit * 0.085, y + unit * 0.1)
    end = -90 + 360 * theme.chance.uniform(0.55, 0.8)
    canvas.fill(
        canvas.line(outline.arc(centre, (unit * 0.052, unit * 0.052), 0, 360), unit * 0.018),
        palette.far,
    )
    canvas.fill(
        canvas.line(outline.arc(centre, (unit * 0.052, unit * 0.052), -90, end), unit * 0.018),
        palette.accent,
    )
    for at, (long, tint) in enumerate(
        ((0.07, palette.near), (0.05, palette.far), (0.06, palette.far))
    ):
        canvas.fill(
            canvas.polygon(
                _bar(x + unit * 0.17, y + unit * (0.066 + 0.034 * at), unit * long, unit * 0.012)
            ),
            tint,
        )
    x, y = left - unit * 0.06, top + unit * 0.13
    note = (x, y, x + unit * 0.25, y + unit * 0.095)
    _card(canvas, palette, note, unit * 0.022)
    face: Point = (x + unit * 0.048, y + unit * 0.0475)
    disc = canvas.ellipse(*face, unit * 0.03)
    canvas.shade(disc, ((0, palette.second), (1, palette.accent)), angle=45)
    rows: tuple[tuple[float, Colour], ...] = ((0.12, palette.near), (0.09, palette.far))
    for at, (long, tint) in enumerate(rows):
        canvas.fill(
            canvas.polygon(
                _bar(x + unit * 0.095, y + unit * (0.036 + 0.026 * at), unit * long, unit * 0.011)
            ),
            tint,
        )


def _bar(left: float, middle: float, wide: float, tall: float) -> list[Point]:
    return [
        (left, middle - tall / 2),
        (left + wide, middle - tall / 2),
        (left + wide, middle + tall / 2),
        (left, middle + tall / 2),
    ]
