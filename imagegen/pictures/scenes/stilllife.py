"""Owns the still life: one thing in window light on a table, in quiet company."""

from __future__ import annotations

from imagegen.pictures import outline
from imagegen.pictures.canvas import Canvas, Shape
from imagegen.pictures.colour import Colour, lighter, lightness, mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.scenes import props, window
from imagegen.pictures.scenes.props import Stand
from imagegen.pictures.theme import Theme

_MUGS = "mug cup coffee tea espresso latte cappuccino drink"
_BOTTLES = "bottle perfume cosmetic skincare wine oil serum soap shampoo juice lotion"
_BOWLS = "bowl fruit food salad dish plate breakfast bread cake lemon orange citrus"
_STUDIO = "studio gradient plain packshot product background"


def draw(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint a still life."""
    unit, light = canvas.unit, theme.side()
    level = canvas.height * (0.7 if canvas.height <= canvas.width * 1.2 else 0.68)
    _room(canvas, palette, theme, (level, light))
    foot = level + (canvas.height - level) * 0.36
    size = min(unit * 0.42, canvas.height * 0.4)
    middle = canvas.width * (0.5 + light * 0.02)
    main = Stand(middle, foot, size, palette.subject, light)
    _company(canvas, palette, main)
    _subject(canvas, palette, theme, main)
    _veil(canvas, palette, light)


def _room(canvas: Canvas, palette: Palette, theme: Theme, place: tuple[float, int]) -> None:
    level, light = place
    unit = canvas.unit
    wall = mix(palette.high, palette.far, 0.3)
    bright = mix(palette.low, palette.glow, 0.35)
    canvas.wash(
        ((0, bright), (0.45, mix(wall, bright, 0.45)), (1, mix(wall, palette.mid, 0.3))),
        angle=25 if light < 0 else 155,
    )
    if theme.speaks_of("studio") and not theme.speaks_of("window morning sunlit light"):
        _sweep(canvas, palette, level)
        return
    wide, tall = unit * 0.62, unit * 0.74
    left = canvas.width * 0.5 - light * canvas.width * 0.12 - wide / 2
    panes = window.Panes(left, level - tall * 1.04, wide, tall, -light * unit * 0.16)
    window.light(canvas, palette, panes)
    window.leaves(
        canvas, palette, theme, (left if light < 0 else left + wide, panes.top), unit * 0.56
    )
    table = canvas.rounded((-4, level, canvas.width + 4, canvas.height + 4), 0)
    _table(canvas, palette, theme, (table, level, light))


def _sweep(canvas: Canvas, palette: Palette, level: float) -> None:
    """Paint a studio's endless background: no edge between wall and floor."""
    canvas.wash(
        (
            (0, mix(palette.high, palette.far, 0.4)),
            (level / canvas.height, mix(palette.low, palette.glow, 0.3)),
            (1, palette.far),
        )
    )
    canvas.glow(
        (canvas.width * 0.5, level - canvas.unit * 0.2),
        canvas.unit * 0.75,
        palette.glow,
        opacity=0.5,
    )


def _table(canvas: Canvas, palette: Palette, theme: Theme, place: tuple[Shape, float, int]) -> None:
    table, level, light = place
    unit = canvas.unit
    marble, wood = (
        theme.speaks_of("marble stone"),
        theme.speaks_of("wood wooden oak desk walnut table"),
    )
    tint = mix(palette.far, palette.mid, 0.5)
    if marble:
        tint = mix((236, 234, 230), palette.low, 0.25)
    elif wood:
        tint = (176, 122, 76)
    canvas.shade(
        table, ((0, mix(lighter(tint, 0.05), palette.glow, 0.25)), (1, lighter(tint, -0.06)))
    )
    if marble:
        _veins(canvas, palette, theme, level)
    elif wood:
        _rings(canvas, palette, theme, (level, tint))
    x = canvas.width * (0.5 - light * 0.1)
    pool = canvas.polygon(
        [
            (x - unit * 0.45, level),
            (x + unit * 0.35, level),
            (x + unit * 0.6 - light * unit * 0.3, canvas.height),
            (x - unit * 0.5 - light * unit * 0.3, canvas.height),
        ]
    )
    canvas.lighten(canvas.softened(pool, unit * 0.035), palette.glow, 0.34)
    edge = canvas.rounded((-4, level - 1, canvas.width + 4, level + unit * 0.004), 0)
    canvas.fill(edge, mix(palette.glow, palette.paper, 0.5), 0.55)


def _veins(canvas: Canvas, palette: Palette, theme: Theme, level: float) -> None:
    chance, unit = theme.chance, canvas.unit
    for thick, opacity in (
        (0.006, 0.22),
        (0.003, 0.3),
        (0.008, 0.14),
        (0.002, 0.34),
        (0.0025, 0.25),
    ):
        x = chance.uniform(-0.1, 0.9) * canvas.width
        points = [(x, level)]
        while points[-1][1] < canvas.height:
            px, py = points[-1]
            points.append(
                (px + unit * chance.uniform(0.02, 0.2), py + unit * chance.uniform(0.015, 0.06))
            )
        vein = canvas.line(outline.smooth(points), unit * thick)
        canvas.fill(
            canvas.softened(vein, unit * thick * 0.6),
            mix(palette.near, (120, 120, 124), 0.6),
            opacity,
        )


def _rings(canvas: Canvas, palette: Palette, theme: Theme, place: tuple[float, Colour]) -> None:
    level, tint = place
    chance = theme.chance
    for at in range(15):
        y = level + (canvas.height - level) * ((at + 0.5) / 15) ** 1.3
        line = outline.ridge(chance, canvas.width, y, swing=canvas.unit * 0.006, waves=1.3)
        grain = canvas.line(line, canvas.unit * (0.0012 + 0.0022 * at / 15))
        canvas.fill(grain, mix(tint, palette.ink, 0.45), chance.uniform(0.12, 0.36))


def _company(canvas: Canvas, palette: Palette, main: Stand) -> None:
    size, side = main.size, -main.light
    arch = canvas.rounded(
        (
            main.x + side * size * 0.95 - size * 0.36,
            main.y - size * 1.32,
            main.x + side * size * 0.95 + size * 0.36,
            main.y - size * 0.06,
        ),
        size * 0.36,
        round_at="1100",
    )
    tint = mix(palette.second, palette.far, 0.45)
    canvas.shadow(
        arch, palette.ink, blur=size * 0.06, by=(side * size * 0.1, size * 0.03), opacity=0.28
    )
    canvas.shade(
        arch, ((0, lighter(tint, 0.08)), (1, lighter(tint, -0.08))), angle=0 if side > 0 else 180
    )
    block = Stand(
        main.x + side * size * 0.8,
        main.y + size * 0.05,
        size * 0.16,
        mix(palette.far, palette.paper, 0.25),
        main.light,
    )
    props.plinth(canvas, palette, block, size * 0.4)
    paint = palette.second if palette.named else mix(palette.second, palette.paper, 0.1)
    radius = size * 0.19
    centre = (block.x + size * 0.04, block.y - block.size - radius * 0.86)
    canvas.shadow(
        canvas.ellipse(
            centre[0] + side * radius * 0.2, centre[1] + radius * 0.92, radius * 0.8, radius * 0.16
        ),
        palette.ink,
        blur=radius * 0.1,
        opacity=0.5,
    )
    props.ball(canvas, palette, centre, radius, paint)
    small = Stand(
        main.x - side * size * 0.86, main.y + size * 0.1, size, palette.accent, main.light
    )
    pebble = small.size * 0.085
    props.ground(
        canvas, palette, Stand(small.x, small.y, pebble * 2, small.paint, small.light), pebble * 2
    )
    props.ball(
        canvas,
        palette,
        (small.x, small.y - pebble),
        pebble,
        palette.accent if palette.named else palette.near,
    )


def _subject(canvas: Canvas, palette: Palette, theme: Theme, main: Stand) -> None:
    x, y, size = main.x, main.y, main.size
    if theme.speaks_of(_MUGS):
        props.mug(canvas, palette, Stand(x, y, size * 0.82, main.paint, main.light))
        props.steam(canvas, palette, (x, y - size * 0.84), size * 0.7)
    elif theme.speaks_of(_BOTTLES):
        props.bottle(canvas, palette, Stand(x, y, size * 1.25, main.paint, main.light))
    elif theme.speaks_of(_BOWLS):
        dish = palette.paper if lightness(palette.paper) > 0.5 and not palette.named else main.paint
        props.bowl(canvas, palette, Stand(x, y, size * 1.15, dish, main.light))
    else:
        props.vase(canvas, palette, Stand(x, y, size * 1.2, main.paint, main.light))


def _veil(canvas: Canvas, palette: Palette, light: int) -> None:
    """Let the light itself be seen, as air."""
    x = canvas.width * (0.5 + light * 0.5)
    canvas.glow((x, 0), max(canvas.width, canvas.height) * 0.8, palette.glow, opacity=0.3)
