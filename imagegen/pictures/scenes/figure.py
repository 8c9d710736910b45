"""Owns people: busts for portraits and teams."""

from __future__ import annotations

from imagegen.pictures import outline
from imagegen.pictures.canvas import Canvas, Point
from imagegen.pictures.colour import Colour, lighter, lightness, mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.scenes import backdrop
from imagegen.pictures.theme import Theme

_GROUPS = "team people crew staff group family speakers customers"
_SKINS: tuple[Colour, ...] = (
    (244, 201, 170),
    (222, 165, 126),
    (176, 116, 80),
    (120, 76, 54),
    (236, 184, 150),
)
_HAIRS: tuple[Colour, ...] = (
    (46, 34, 34),
    (92, 58, 40),
    (30, 26, 32),
    (168, 104, 58),
    (208, 168, 112),
    (150, 148, 150),
)

_DARK_HAIRS = (*_HAIRS[:3], _HAIRS[5])


def draw(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint one person, or several when the prompt speaks of a group."""
    unit, width, height = canvas.unit, canvas.width, canvas.height
    group = theme.speaks_of(_GROUPS)
    backdrop.draw(canvas, palette, (width * 0.5, height * 0.52), unit * 0.44)
    if group:
        size = min(unit * 0.46, width * 0.27)
        reach = min(width * 0.3, size * 1.05)
        spots = (
            ((-1.5, -0.1), (1.5, -0.1), (-0.75, 0), (0.75, 0), (0, 0.08))
            if width > height * 1.5
            else ((-0.8, -0.06), (0.8, -0.06), (0, 0.05))
        )
        for at, (dx, dy) in enumerate(spots):
            _bust(
                canvas,
                palette,
                theme,
                ((width * 0.5 + dx * reach * 0.92, height * 0.56 + dy * size), size, at),
            )
    else:
        canvas.glow((width * 0.3, height * 0.1), unit * 0.9, palette.glow, opacity=0.35)
        _bust(
            canvas,
            palette,
            theme,
            (
                (width * 0.5, height * (0.5 if height < width * 1.3 else 0.56)),
                min(unit * 0.66, width * 0.8),
                int(theme.chance.random() * 6),
            ),
        )


def _bust(canvas: Canvas, palette: Palette, theme: Theme, who: tuple[Point, float, int]) -> None:
    (x, y), size, at = who
    chance = theme.chance
    skin = _SKINS[(at * 2 + int(chance.random() * 5)) % 5]
    shades = _HAIRS if lightness(skin) > 0.68 else _DARK_HAIRS
    hair = shades[(at + int(chance.random() * len(shades))) % len(shades)]
    cloth = (palette.accent, palette.near, palette.second, palette.mid, palette.paper)[at % 5]
    long_hair = (at + int(chance.random() * 1.6)) % 2 == 1
    head, chin = size * 0.19, y + size * 0.02
    if long_hair:
        back = canvas.rounded(
            (x - head * 1.28, y - head * 1.6, x + head * 1.28, y + head * 1.75), head * 1.25
        )
        canvas.shade(back, ((0, lighter(hair, 0.05)), (1, lighter(hair, -0.03))))
    shoulder = canvas.polygon(
        outline.smooth(
            [
                (x - size * 0.46, canvas.height + size),
                (x - size * 0.44, y + size * 0.7),
                (x - size * 0.35, y + size * 0.44),
                (x - size * 0.1, y + size * 0.3),
                (x + size * 0.1, y + size * 0.3),
                (x + size * 0.35, y + size * 0.44),
                (x + size * 0.44, y + size * 0.7),
                (x + size * 0.46, canvas.height + size),
            ]
        )
    )
    canvas.shadow(shoulder, palette.ink, blur=size * 0.06, by=(0, size * 0.02), opacity=0.28)
    canvas.shade(shoulder, ((0, lighter(cloth, 0.06)), (0.35, cloth), (1, lighter(cloth, -0.12))))
    collar = canvas.ellipse(x, y + size * 0.31, head * 0.66, head * 0.3)
    canvas.fill(collar, lighter(cloth, -0.09))
    neck = canvas.rounded((x - head * 0.44, chin, x + head * 0.44, y + size * 0.37), head * 0.44)
    canvas.shade(neck, ((0, mix(skin, palette.ink, 0.34)), (1, skin)))
    for ear in (-1, 1):
        lobe = canvas.ellipse(x + ear * head * 0.96, y + head * 0.12, head * 0.16, head * 0.22)
        canvas.fill(lobe, mix(skin, palette.ink, 0.12))
    face = canvas.rounded(
        (x - head * 0.94, y - head * 1.25, x + head * 0.94, y + head * 1.12), head * 0.94
    )
    canvas.shade(face, ((0, lighter(skin, 0.03)), (1, lighter(skin, -0.045))), angle=35)
    _features(canvas, palette, (x, y), (head, skin))
    _hair(canvas, (x, y), (head, hair, at))


def _features(canvas: Canvas, palette: Palette, place: Point, look: tuple[float, Colour]) -> None:
    x, y = place
    head, skin = look
    for side in (-1, 1):
        canvas.fill(
            canvas.ellipse(x + side * head * 0.36, y + head * 0.06, head * 0.07, head * 0.085),
            mix(palette.ink, (24, 18, 20), 0.5),
        )
        brow = outline.arc(
            (x + side * head * 0.36, y - head * 0.08), (head * 0.19, head * 0.1), 215, 325
        )
        canvas.fill(canvas.line(brow, head * 0.05), mix(skin, (30, 22, 22), 0.72))
        cheek = canvas.softened(
            canvas.ellipse(x + side * head * 0.52, y + head * 0.4, head * 0.17, head * 0.12),
            head * 0.08,
        )
        canvas.fill(cheek, mix(skin, (226, 84, 84), 0.55), 0.5)
    nose = outline.smooth(
        [
            (x + head * 0.02, y + head * 0.1),
            (x + head * 0.1, y + head * 0.36),
            (x - head * 0.03, y + head * 0.4),
        ]
    )
    canvas.fill(canvas.line(nose, head * 0.04), mix(skin, (120, 60, 48), 0.45))
    mouth = outline.arc((x, y + head * 0.5), (head * 0.27, head * 0.2), 22, 158)
    canvas.fill(canvas.line(mouth, head * 0.06), mix(skin, (150, 44, 50), 0.75))


def _hair(canvas: Canvas, place: Point, look: tuple[float, Colour, int]) -> None:
    x, y = place
    head, hair, at = look
    side = 1 if at % 2 else -1
    if at % 3 == 2:
        knot = canvas.ellipse(x - side * head * 0.1, y - head * 1.55, head * 0.42)
        canvas.shade(knot, ((0, lighter(hair, 0.1)), (1, hair)))
    dome = outline.arc((x, y - head * 0.3), (head * 1.08, head * 1.28), 172, 368)
    high = (x + side * head * 0.42, y - head * 0.76)
    low = (x - side * head * 0.2, y - head * 0.62)
    fringe = outline.smooth(
        [
            (x + head * 1.0, y + head * 0.02),
            (x + head * 0.9, y - head * (0.3 if side < 0 else 0.5)),
            *((high, low) if side > 0 else (low, high)),
            (x - head * 0.9, y - head * (0.3 if side > 0 else 0.5)),
            (x - head * 1.0, y + head * 0.02),
        ]
    )
    shape = canvas.polygon([*dome, *fringe])
    canvas.shade(shape, ((0, lighter(hair, 0.1)), (1, lighter(hair, -0.01))), angle=70)
