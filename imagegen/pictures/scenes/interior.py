"""Owns the room: a desk by the window with laptop, mug and plant, or a sofa under a lamp."""

from __future__ import annotations

from imagegen.pictures import outline
from imagegen.pictures.canvas import Canvas, Point
from imagegen.pictures.colour import lighter, mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.scenes import props, window
from imagegen.pictures.scenes.props import Stand
from imagegen.pictures.theme import Theme

_SOFAS = "sofa living bedroom lounge couch armchair"


def draw(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint a room."""
    unit = canvas.unit
    level = canvas.height * 0.72
    warm = mix(palette.low, palette.glow, 0.3)
    canvas.wash(
        ((0, mix(palette.high, palette.far, 0.45)), (0.6, warm), (1, palette.low)), angle=155
    )
    panes = window.Panes(
        canvas.width * 0.5 - unit * 0.42,
        level - unit * 0.66,
        unit * 0.84,
        unit * 0.62,
        -unit * 0.14,
    )
    window.light(canvas, palette, panes, columns=3, rows=2)
    window.leaves(
        canvas, palette, theme, (panes.left + panes.width, panes.top - unit * 0.1), unit * 0.5
    )
    _frames(canvas, palette, theme, level)
    if theme.speaks_of(_SOFAS):
        _lounge(canvas, palette, level)
    else:
        _desk(canvas, palette, level)
    canvas.glow(
        (canvas.width, canvas.height * 0.05),
        max(canvas.width, canvas.height) * 0.85,
        palette.glow,
        opacity=0.36,
    )


def _frames(canvas: Canvas, palette: Palette, theme: Theme, level: float) -> None:
    unit = canvas.unit
    x = canvas.width * 0.5 - min(canvas.width * 0.33, unit * 0.62)
    top = level - unit * 0.6
    for dx, dy, wide, tall in ((0, 0, 0.19, 0.25), (0.225, 0.07, 0.13, 0.17)):
        left, high = x + unit * (dx - 0.08), top + unit * dy
        frame = canvas.rounded((left, high, left + unit * wide, high + unit * tall), unit * 0.004)
        canvas.shadow(
            frame, palette.ink, blur=unit * 0.016, by=(-unit * 0.012, unit * 0.014), opacity=0.35
        )
        canvas.fill(frame, mix(palette.near, palette.ink, 0.3))
        inner = (
            left + unit * 0.009,
            high + unit * 0.009,
            left + unit * (wide - 0.009),
            high + unit * (tall - 0.009),
        )
        sheet = canvas.rounded(inner, 0)
        canvas.fill(sheet, palette.paper)
        middle = (left + unit * wide / 2, high + unit * tall * 0.5)
        disc = canvas.ellipse(middle[0], middle[1] - unit * tall * 0.08, unit * wide * 0.24)
        canvas.shade(disc, ((0, palette.accent), (1, mix(palette.accent, palette.glow, 0.5))))
        hill = outline.ridge(theme.chance, unit * wide, 0, swing=unit * 0.018, waves=0.8)
        line = [(left + px, middle[1] + unit * tall * 0.16 + py) for px, py in hill]
        land = canvas.polygon([*line, (line[-1][0], inner[3]), (line[0][0], inner[3])])
        canvas.fill(canvas.within(land, sheet), palette.second)


def _desk(canvas: Canvas, palette: Palette, level: float) -> None:
    unit = canvas.unit
    wood = (186, 128, 80) if not palette.night else mix((120, 80, 70), palette.mid, 0.5)
    wood = mix(wood, palette.mid, 0.2)
    board = canvas.rounded((-4, level, canvas.width + 4, canvas.height + 4), 0)
    canvas.shade(
        board,
        ((0, mix(lighter(wood, 0.08), palette.glow, 0.25)), (0.7, wood), (1, lighter(wood, -0.07))),
    )
    for at in range(9):
        y = level + (canvas.height - level) * ((at + 0.7) / 9) ** 1.25
        grain = canvas.line(
            outline.smooth(
                [
                    (-5, y),
                    (canvas.width * 0.4, y + unit * 0.004),
                    (canvas.width + 5, y - unit * 0.003),
                ]
            ),
            unit * 0.0016,
        )
        canvas.fill(grain, mix(wood, palette.ink, 0.4), 0.2)
    edge = canvas.rounded((-4, level - 1, canvas.width + 4, level + unit * 0.004), 0)
    canvas.fill(edge, palette.glow, 0.5)
    reach = min(canvas.width * 0.4, unit * 0.62)
    foot = level + (canvas.height - level) * 0.3
    middle = canvas.width * 0.5
    plant = Stand(
        middle + reach * 0.94, foot, unit * 0.56, mix(palette.paper, palette.accent, 0.6), 1
    )
    props.pot_plant(canvas, palette, plant)
    _laptop(canvas, palette, (middle, foot + unit * 0.02), min(unit * 0.52, canvas.width * 0.46))
    _books(canvas, palette, (middle - reach * 0.92, level + unit * 0.05))
    mug = Stand(
        middle - reach * 0.74,
        foot + unit * 0.05,
        unit * 0.155,
        palette.subject if palette.named else mix(palette.paper, palette.second, 0.25),
        1,
    )
    props.mug(canvas, palette, mug)
    props.steam(canvas, palette, (mug.x, mug.y - mug.size * 1.02), unit * 0.2)


def _books(canvas: Canvas, palette: Palette, foot: Point) -> None:
    unit = canvas.unit
    x, y = foot
    for at, (wide, tint) in enumerate(
        ((0.26, palette.second), (0.22, palette.accent), (0.23, palette.paper))
    ):
        top = y - unit * 0.03 * (at + 1)
        left = x - unit * (wide / 2 + 0.03 - 0.012 * at)
        book = canvas.rounded((left, top, left + unit * wide, top + unit * 0.03), unit * 0.005)
        canvas.shadow(
            book, palette.ink, blur=unit * 0.008, by=(-unit * 0.006, unit * 0.004), opacity=0.3
        )
        canvas.shade(book, ((0, lighter(tint, 0.05)), (1, lighter(tint, -0.08))))


def _laptop(canvas: Canvas, palette: Palette, foot: Point, wide: float) -> None:
    x, y = foot
    half, tall = wide * 0.42, wide * 0.54
    metal = mix((206, 209, 214), palette.low, 0.25)
    lid = canvas.rounded((x - half, y - tall, x + half, y), wide * 0.022)
    base = canvas.polygon(
        [
            (x - half, y - wide * 0.006),
            (x + half, y - wide * 0.006),
            (x + half * 1.16, y + wide * 0.085),
            (x - half * 1.16, y + wide * 0.085),
        ]
    )
    canvas.shadow(
        base, palette.ink, blur=wide * 0.035, by=(-wide * 0.05, wide * 0.022), opacity=0.5
    )
    canvas.fill(lid, mix(palette.ink, (30, 31, 36), 0.6))
    _screen(canvas, palette, foot, wide)
    canvas.shade(base, ((0, lighter(metal, -0.1)), (1, lighter(metal, 0.03))))
    keys = canvas.polygon(
        [
            (x - half * 0.88, y + wide * 0.006),
            (x + half * 0.88, y + wide * 0.006),
            (x + half * 0.94, y + wide * 0.045),
            (x - half * 0.94, y + wide * 0.045),
        ]
    )
    canvas.fill(keys, mix(metal, palette.ink, 0.55), 0.75)
    lip = canvas.rounded(
        (x - half * 1.16, y + wide * 0.083, x + half * 1.16, y + wide * 0.1),
        wide * 0.01,
        round_at="0011",
    )
    canvas.fill(lip, lighter(metal, -0.14))


def _screen(canvas: Canvas, palette: Palette, foot: Point, wide: float) -> None:
    x, y = foot
    half, tall = wide * 0.42, wide * 0.54
    screen = canvas.rounded(
        (x - half * 0.95, y - tall * 0.95, x + half * 0.95, y - tall * 0.05), wide * 0.008
    )
    canvas.shade(
        screen,
        (
            (0, palette.near),
            (0.55, mix(palette.mid, palette.accent, 0.4)),
            (1, mix(palette.accent, palette.glow, 0.45)),
        ),
        angle=60,
    )
    card = canvas.rounded(
        (x - half * 0.78, y - tall * 0.8, x - half * 0.06, y - tall * 0.24), wide * 0.018
    )
    canvas.fill(card, palette.paper, 0.92)
    lines = []
    for at, long in enumerate((0.55, 0.4, 0.48, 0.3)):
        top = y - tall * (0.7 - 0.11 * at)
        left = x - half * 0.68
        lines.append(
            [
                (left, top),
                (left + half * long, top),
                (left + half * long, top + tall * 0.035),
                (left, top + tall * 0.035),
            ]
        )
    canvas.fill(canvas.many(lines), palette.mid, 0.75)
    canvas.fill(canvas.ellipse(x + half * 0.4, y - tall * 0.52, wide * 0.1), palette.glow, 0.85)


def _lounge(canvas: Canvas, palette: Palette, level: float) -> None:
    unit = canvas.unit
    floor = canvas.rounded((-4, level, canvas.width + 4, canvas.height + 4), 0)
    canvas.shade(floor, ((0, mix(palette.far, palette.glow, 0.2)), (1, palette.mid)))
    x, y = canvas.width * 0.48, level + unit * 0.13
    wide = min(unit * 0.5, canvas.width * 0.34)
    rug = canvas.ellipse(x, y + unit * 0.05, wide * 1.5, unit * 0.07)
    canvas.shade(
        rug, ((0, mix(palette.paper, palette.low, 0.3)), (1, mix(palette.low, palette.accent, 0.2)))
    )
    tint = palette.subject
    for box, shift in (
        ((x - wide, y - unit * 0.36, x + wide, y - unit * 0.03), -0.04),
        ((x - wide * 0.88, y - unit * 0.2, x, y - unit * 0.06), 0.05),
        ((x, y - unit * 0.2, x + wide * 0.88, y - unit * 0.06), 0.04),
        ((x - wide * 1.12, y - unit * 0.24, x - wide * 0.84, y), 0.0),
        ((x + wide * 0.84, y - unit * 0.24, x + wide * 1.12, y), 0.02),
    ):
        part = canvas.rounded(box, unit * 0.045)
        canvas.shadow(
            part, palette.ink, blur=unit * 0.02, by=(-unit * 0.01, unit * 0.012), opacity=0.3
        )
        shade = lighter(tint, shift)
        canvas.shade(
            part, ((0, mix(lighter(shade, 0.06), palette.glow, 0.15)), (1, lighter(shade, -0.07)))
        )
    cushion = canvas.rounded(
        (x - wide * 0.72, y - unit * 0.3, x - wide * 0.38, y - unit * 0.14), unit * 0.03
    )
    canvas.shade(cushion, ((0, palette.second), (1, lighter(palette.second, -0.08))), angle=45)
    plant = Stand(
        canvas.width * 0.5 + min(canvas.width * 0.4, unit * 0.8), y, unit * 0.66, palette.paper, 1
    )
    props.pot_plant(canvas, palette, plant)
    _lamp(canvas, palette, (x - wide * 1.3, y))


def _lamp(canvas: Canvas, palette: Palette, foot: Point) -> None:
    unit = canvas.unit
    x, y = foot
    top = y - unit * 0.62
    canvas.fill(canvas.line([(x, y), (x, top)], unit * 0.008), palette.ink)
    canvas.fill(canvas.ellipse(x, y, unit * 0.06, unit * 0.012), palette.ink)
    canvas.glow((x, top), unit * 0.5, palette.glow, opacity=0.55)
    shade = canvas.polygon(
        [
            (x - unit * 0.06, top - unit * 0.07),
            (x + unit * 0.06, top - unit * 0.07),
            (x + unit * 0.1, top + unit * 0.06),
            (x - unit * 0.1, top + unit * 0.06),
        ]
    )
    canvas.shade(shade, ((0, palette.glow), (1, mix(palette.glow, palette.accent, 0.35))))
