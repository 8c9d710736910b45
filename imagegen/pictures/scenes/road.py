"""Owns the drive: a car in profile on a coastal road, with light running over it."""

from __future__ import annotations

from collections.abc import Callable

from imagegen.pictures import outline
from imagegen.pictures.canvas import Canvas, Point, Shape
from imagegen.pictures.colour import Colour, lighter, mix
from imagegen.pictures.palette import Palette
from imagegen.pictures.scenes import sky
from imagegen.pictures.theme import Theme

_Place = Callable[[Point], Point]

# The profile of a car, in car lengths from the rear foot; y goes up.
_BODY = (
    (0.02, 0.1), (0.0, 0.165), (0.012, 0.235), (0.05, 0.275), (0.1, 0.325), (0.17, 0.356),
    (0.3, 0.367), (0.43, 0.362), (0.535, 0.335), (0.66, 0.262), (0.8, 0.236), (0.925, 0.2),
    (0.985, 0.155), (0.997, 0.105), (0.985, 0.085),
)  # fmt: skip
_GLASS = ((0.1, 0.252), (0.15, 0.318), (0.24, 0.34), (0.42, 0.339), (0.52, 0.315), (0.635, 0.252))
_WHEELS = (0.188, 0.808)
_RADIUS = 0.083
_TALL = "suv truck van offroad jeep pickup camper bus"


def draw(canvas: Canvas, palette: Palette, theme: Theme) -> None:
    """Paint a car by the sea."""
    unit, width, height = canvas.unit, canvas.width, canvas.height
    horizon = height * 0.52
    way = theme.side()
    sun = (width * (0.5 + way * 0.2), horizon - unit * 0.1)
    sky.draw(canvas, palette, theme, sky.View(horizon, sun))
    _coast(canvas, palette, theme, (horizon, way, sun[0]))
    kerb = height * 0.715
    _road(canvas, palette, (kerb, sun[0]))
    long = min(width * 0.7, unit * 1.12)
    low = 1.0 if theme.speaks_of(_TALL) else 0.86
    foot = (width * (0.5 - way * 0.05) - long / 2, kerb + (height - kerb) * 0.42)
    _car(canvas, palette, (foot, long, way, low))


def _coast(canvas: Canvas, palette: Palette, theme: Theme, place: tuple[float, int, float]) -> None:
    horizon, way, sun = place
    unit, width, height = canvas.unit, canvas.width, canvas.height
    sea = canvas.rounded((-2, horizon, width + 2, height + 2), 0)
    blue = mix(palette.water, palette.high, 0.3)
    canvas.shade(
        sea,
        (
            (0, mix(palette.low, palette.glow, 0.3)),
            (0.12, mix(blue, palette.low, 0.4)),
            (0.5, mix(blue, palette.near, 0.4)),
            (1, palette.near),
        ),
    )
    dashes = []
    for at in range(46):
        depth = at / 46
        y = horizon + unit * (0.004 + 0.2 * depth)
        middle = sun + theme.chance.uniform(-1, 1) * unit * (0.03 + 0.12 * depth)
        half = unit * theme.chance.uniform(0.01, 0.035) * (0.4 + depth)
        dashes.append(outline.arc((middle, y), (half, unit * 0.0026), 0, 360, steps=12))
    canvas.fill(canvas.many(dashes), mix(palette.glow, palette.paper, 0.4), 0.75)
    edge = width if way < 0 else 0
    inward = -1 if way < 0 else 1
    for reach, rise, share in ((0.62, 0.13, 0.0), (0.42, 0.22, 0.4), (0.24, 0.32, 0.8)):
        long, top = width * reach, unit * rise
        low = horizon + unit * (0.004 + 0.05 * share)
        steps = (
            (1, 0),
            (0.9, 0.25),
            (0.7, 0.42),
            (0.52, 0.74),
            (0.3, 0.82),
            (0.12, 1.0),
            (-0.04, 1.02),
        )
        line = outline.smooth(
            [(edge + inward * long * along, low - top * up) for along, up in steps]
        )
        tint = mix(mix(palette.far, palette.low, 0.25), palette.mid, share)
        shape = canvas.polygon([*line, (edge - inward * 9, low)])
        canvas.shade(
            shape, ((0, lighter(tint, 0.03)), (1, mix(tint, palette.low, 0.4 * (1 - share))))
        )


def _road(canvas: Canvas, palette: Palette, place: tuple[float, float]) -> None:
    kerb, sun = place
    unit, width, height = canvas.unit, canvas.width, canvas.height
    bank = canvas.rounded((-2, kerb - unit * 0.035, width + 2, height), 0)
    canvas.shade(bank, ((0, palette.mid), (1, palette.near)))
    asphalt = mix(mix(palette.near, palette.ink, 0.45), (52, 52, 60), 0.35)
    road = canvas.rounded((-2, kerb, width + 2, height + 2), 0)
    canvas.shade(
        road,
        ((0, lighter(asphalt, 0.13)), (0.4, lighter(asphalt, 0.03)), (1, lighter(asphalt, -0.05))),
    )
    canvas.glow((sun, kerb), unit * 0.6, palette.glow, opacity=0.3)
    posts = []
    count = round(width / unit * 9)
    for at in range(count + 1):
        x = width * at / count
        posts.append(
            [
                (x, kerb - unit * 0.062),
                (x + unit * 0.007, kerb - unit * 0.062),
                (x + unit * 0.007, kerb),
                (x, kerb),
            ]
        )
    canvas.fill(canvas.many(posts), mix(palette.near, palette.ink, 0.3))
    rail = canvas.rounded((-9, kerb - unit * 0.066, width + 9, kerb - unit * 0.04), unit * 0.004)
    canvas.shade(
        rail, ((0, mix(palette.paper, palette.glow, 0.5)), (0.5, palette.far), (1, palette.mid))
    )
    y = kerb + (height - kerb) * 0.8
    marks = []
    step = unit * 0.42
    for at in range(-1, round(width / step) + 2):
        x = at * step
        marks.append(
            [
                (x, y),
                (x + step * 0.5, y),
                (x + step * 0.46, y + unit * 0.014),
                (x - step * 0.05, y + unit * 0.014),
            ]
        )
    canvas.fill(canvas.many(marks), mix(palette.paper, palette.glow, 0.5), 0.75)


def _car(canvas: Canvas, palette: Palette, place: tuple[Point, float, int, float]) -> None:
    (left, foot), long, way, low = place

    def at(point: Point) -> Point:
        x = point[0] if way > 0 else 1 - point[0]
        high = point[1] if point[1] < 0.1 else 0.1 + (point[1] - 0.1) * low
        return left + x * long, foot - high * long

    ground = canvas.ellipse(*at((0.5, -0.005)), long * 0.5, long * 0.03)
    canvas.shadow(ground, palette.ink, blur=long * 0.016, opacity=0.85)
    canvas.shadow(
        canvas.ellipse(*at((0.44, -0.03)), long * 0.52, long * 0.05),
        palette.ink,
        blur=long * 0.04,
        opacity=0.5,
    )
    body = canvas.polygon(
        [
            *outline.smooth([at(point) for point in _BODY]),
            at((0.985, 0.082)),
            at((0.5, 0.074)),
            at((0.02, 0.1)),
        ]
    )
    paint = palette.subject if palette.named else mix(palette.accent, palette.paper, 0.06)
    _bodywork(canvas, palette, body, (at, paint, long))
    for x in _WHEELS:
        _wheel(canvas, palette, at((x, _RADIUS - 0.004)), long * _RADIUS)
    lamp = at((0.952, 0.178))
    canvas.fill(canvas.ellipse(*lamp, long * 0.02, long * 0.008), palette.paper)
    canvas.glow(lamp, long * 0.12, palette.glow, opacity=0.9)
    tail = canvas.ellipse(*at((0.016, 0.222)), long * 0.012, long * 0.016)
    canvas.fill(tail, (232, 52, 48))
    canvas.glow(at((0.016, 0.222)), long * 0.07, (255, 70, 60), opacity=0.6)


def _bodywork(
    canvas: Canvas, palette: Palette, body: Shape, look: tuple[_Place, Colour, float]
) -> None:
    at, paint, _ = look
    dark = mix(paint, palette.ink, 0.62)
    sheen = mix(lighter(paint, 0.12), palette.glow, 0.45)
    canvas.shade(
        body,
        (
            (0, sheen),
            (0.22, lighter(paint, 0.05)),
            (0.4, mix(paint, sheen, 0.25)),
            (0.44, sheen),
            (0.5, paint),
            (0.78, mix(paint, dark, 0.75)),
            (0.93, dark),
            (1, mix(dark, palette.glow, 0.25)),
        ),
    )
    glass = canvas.polygon(outline.smooth([at(point) for point in _GLASS]))
    canvas.shade(
        glass,
        (
            (0, mix(palette.high, palette.ink, 0.4)),
            (0.55, mix(palette.ink, palette.near, 0.4)),
            (1, mix(palette.low, palette.near, 0.5)),
        ),
    )
    for x, wide in ((0.47, 0.05), (0.25, 0.03)):
        gleam = [
            at((x, 0.36)),
            at((x + wide, 0.36)),
            at((x + wide - 0.08, 0.24)),
            at((x - 0.08, 0.24)),
        ]
        canvas.lighten(canvas.within(canvas.polygon(gleam), glass), palette.glow, 0.26)
    for x in (0.225, 0.405):
        pillar = [
            at((x, 0.36)),
            at((x + 0.014, 0.36)),
            at((x + 0.018, 0.24)),
            at((x - 0.004, 0.24)),
        ]
        canvas.fill(canvas.within(canvas.polygon(pillar), glass), mix(palette.ink, dark, 0.4))
    _details(canvas, palette, look)


def _details(canvas: Canvas, palette: Palette, look: tuple[_Place, Colour, float]) -> None:
    at, paint, long = look
    dark = mix(paint, palette.ink, 0.62)
    sheen = mix(lighter(paint, 0.12), palette.glow, 0.45)
    seams = [
        [at((0.408, 0.25)), at((0.402, 0.1))],
        [at((0.64, 0.25)), at((0.662, 0.2)), at((0.652, 0.11))],
        [at((0.225, 0.25)), at((0.262, 0.19))],
    ]
    for seam in seams:
        canvas.fill(canvas.line(seam, long * 0.0022), dark, 0.75)
    for x in (0.36, 0.575):
        canvas.fill(canvas.line([at((x - 0.026, 0.212)), at((x, 0.212))], long * 0.005), sheen)
    sill = [at((0.28, 0.094)), at((0.715, 0.094)), at((0.715, 0.068)), at((0.28, 0.068))]
    canvas.fill(canvas.polygon(sill), palette.ink, 0.85)
    roof = outline.smooth(
        [at((0.13, 0.338)), at((0.28, 0.364)), at((0.44, 0.357)), at((0.55, 0.325))]
    )
    canvas.fill(canvas.line(roof, long * 0.004), palette.glow, 0.75)


def _wheel(canvas: Canvas, palette: Palette, centre: Point, radius: float) -> None:
    arch = canvas.ellipse(centre[0], centre[1] - radius * 0.02, radius * 1.14)
    canvas.fill(arch, palette.ink)
    canvas.fill(canvas.ellipse(*centre, radius), (24, 24, 28))
    rim = canvas.ellipse(*centre, radius * 0.7)
    canvas.shade(rim, ((0, (226, 226, 230)), (1, (120, 122, 130))))
    gaps = [
        [
            *outline.arc(
                centre, (radius * 0.6, radius * 0.6), turn * 72 + 14, turn * 72 + 58, steps=8
            ),
            *outline.arc(
                centre, (radius * 0.2, radius * 0.2), turn * 72 + 50, turn * 72 + 22, steps=4
            ),
        ]
        for turn in range(5)
    ]
    canvas.fill(canvas.many(gaps), (34, 34, 40))
    canvas.fill(canvas.ellipse(*centre, radius * 0.12), (190, 192, 198))
