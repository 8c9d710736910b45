"""Owns the poster: a bold gradient, large round forms, and the quoted title set large."""

from __future__ import annotations

from PIL import Image, ImageDraw

from imagegen.pictures import lettering, outline
from imagegen.pictures.canvas import Canvas, Point, Shape
from imagegen.pictures.colour import lighter, mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.theme import Theme


def draw(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint a poster."""
    unit, side = canvas.unit, theme.side()
    if theme.title:
        side = 1
    canvas.wash(
        ((0, palette.high), (0.5, palette.low), (1, mix(palette.accent, palette.mid, 0.5))),
        angle=60,
    )
    centre = (canvas.width * (0.5 + side * 0.2), canvas.height * 0.42)
    canvas.glow(centre, unit * 1.1, palette.glow, opacity=0.4)
    _rings(canvas, palette, centre)
    _steps(canvas, palette, side)
    if theme.title:
        _title(canvas, palette, theme.title)


def _rings(canvas: Canvas, palette: Palette, centre: Point) -> None:
    unit = canvas.unit
    count = 6
    tints = (palette.mid, palette.accent, palette.low, palette.near, palette.second, palette.paper)
    for at in range(count):
        radius = unit * (0.52 - 0.08 * at)
        drop = unit * 0.03 * at
        disc = canvas.ellipse(centre[0], centre[1] + drop, radius)
        tint = tints[at]
        canvas.shadow(disc, palette.ink, blur=unit * 0.03, by=(0, unit * 0.012), opacity=0.3)
        canvas.shade(disc, ((0, lighter(tint, 0.07)), (1, lighter(tint, -0.06))), angle=55)


def _steps(canvas: Canvas, palette: Palette, side: int) -> None:
    """Add quarter rounds and stripes in the corner across from the rings."""
    unit = canvas.unit
    x = 0 if side > 0 else canvas.width
    y = canvas.height
    for at, tint in enumerate((palette.near, palette.second, palette.near)):
        radius = unit * (0.36 - 0.1 * at)
        disc = canvas.ellipse(x, y, radius)
        canvas.shade(disc, ((0, lighter(tint, 0.06)), (1, tint)))
    bars = []
    for at in range(5):
        left = canvas.width * 0.5 - side * canvas.width * 0.42
        top = unit * (0.08 + 0.03 * at)
        long = unit * (0.24 - 0.03 * at)
        far = left + side * long
        bars.append(
            [(left, top), (far, top), (far, top + unit * 0.012), (left, top + unit * 0.012)]
        )
    canvas.fill(canvas.many(bars), palette.paper, 0.9)
    dots = [
        outline.arc(
            (
                canvas.width * (0.5 + side * 0.44) - side * column * unit * 0.035,
                canvas.height * 0.9 - row * unit * 0.035,
            ),
            (unit * 0.006, unit * 0.006),
            0,
            360,
            steps=14,
        )
        for row in range(4)
        for column in range(4)
    ]
    canvas.fill(canvas.many(dots), palette.paper, 0.85)


def _title(canvas: Canvas, palette: Palette, title: str) -> None:
    lines = _lines(title.upper(), canvas.width / canvas.height)
    face = lettering.font(200)
    widest = max(lettering.width_of(line, face, 4) for line in lines)
    size = min(canvas.width * 0.84 / widest * 200, canvas.height * 0.5 / len(lines))
    tall, left = size * 1.0, canvas.width * 0.075
    top = canvas.height * 0.5 - tall * len(lines) / 2
    ink = Image.new("L", canvas.image.size)
    pen = ImageDraw.Draw(ink)
    large = lettering.font(max(8, round(size)))
    for at, line in enumerate(lines):
        x = left
        for letter in line:
            pen.text(
                (x, top + tall * (at + 0.5)),
                letter,
                font=large,
                fill=255,
                anchor="lm",
                stroke_width=size * 0.032,
            )
            x += large.getlength(letter) + size * 0.02
    shape = Shape(0, 0, ink)
    canvas.shadow(
        shape, palette.ink, blur=canvas.unit * 0.02, by=(0, canvas.unit * 0.008), opacity=0.45
    )
    canvas.fill(shape, palette.paper)


def _lines(title: str, ratio: float) -> list[str]:
    """Break a title into lines that fill a picture of this ratio."""
    words = title.split()
    wanted = min(len(words), 1 if ratio > 2 else 2 if ratio > 1.6 else 3)
    longest = max([len(title) / wanted, *map(len, words)])
    lines = [""]
    for word in words:
        joined = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(joined) > longest + 1:
            lines.append(word)
        else:
            lines[-1] = joined
    return lines
