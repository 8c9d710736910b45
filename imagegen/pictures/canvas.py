"""Owns the surface that drafts are painted on: shapes with smooth edges, gradients, shadow, light.

Never chooses a colour or a place; scenes do. Coordinates are pixels from the top left corner.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from imagegen.pictures import outline
from imagegen.pictures.colour import Colour, Stops
from imagegen.pictures.gradient import fading, linear, radial

Point = tuple[float, float]

_OVERSAMPLING = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """Coverage (an L image, 255 is inside) at a place; what lies outside the canvas is cut."""

    x: int
    y: int
    coverage: Image.Image

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom edge."""
        return self.x, self.y, self.x + self.coverage.width, self.y + self.coverage.height


class Canvas:
    """An RGB picture in the making."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.unit = min(width, height)
        """The shorter side: the measure for things that must fit any aspect ratio."""
        self.image = Image.new("RGB", (width, height))

    # Shapes

    def polygon(self, points: Sequence[Point]) -> Shape:
        """Return the inside of a closed outline."""
        return self._shape(_bounds(points), lambda pen, place: pen.polygon(place(points), fill=255))

    def line(self, points: Sequence[Point], width: float) -> Shape:
        """Return a stroke with round ends and joints."""
        left, top, right, bottom = _bounds(points)
        half = width / 2

        def draw(pen: ImageDraw.ImageDraw, place: _Place) -> None:
            thick = max(1, round(width * _OVERSAMPLING))
            placed = place(points)
            pen.line(placed, fill=255, width=thick, joint="curve")
            for x, y in (placed[0], placed[-1]):
                pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=255)

        return self._shape((left - half, top - half, right + half, bottom + half), draw)

    def ellipse(self, x: float, y: float, rx: float, ry: float | None = None) -> Shape:
        """Return an ellipse around a centre, a circle when `ry` is not given."""
        ry = rx if ry is None else ry
        corners = ((x - rx, y - ry), (x + rx, y + ry))
        return self._shape(
            _bounds(corners),
            lambda pen, place: pen.ellipse(_flat(place(corners)), fill=255),
        )

    def rounded(
        self, corners: tuple[float, float, float, float], radius: float, *, round_at: str = "1111"
    ) -> Shape:
        """Return a rectangle; `round_at` marks its round corners clockwise from top left."""
        left, top, right, bottom = corners
        radius = max(0.0, min(radius, (right - left) / 2, (bottom - top) / 2))
        corner_points = (
            (left, top, 180, left + radius, top + radius),
            (right, top, 270, right - radius, top + radius),
            (right, bottom, 0, right - radius, bottom - radius),
            (left, bottom, 90, left + radius, bottom - radius),
        )
        points: list[Point] = []
        for mark, (x, y, start, cx, cy) in zip(round_at, corner_points, strict=True):
            is_round = mark == "1" and radius > 0
            points += (
                outline.arc((cx, cy), (radius, radius), start, start + 90, steps=24)
                if is_round
                else [(x, y)]
            )
        return self.polygon(points)

    def many(self, outlines: Iterable[Sequence[Point]]) -> Shape:
        """Return the union of closed outlines."""
        lists = [list(points) for points in outlines]
        every = [point for points in lists for point in points] or [(0.0, 0.0)]

        def draw(pen: ImageDraw.ImageDraw, place: _Place) -> None:
            for points in lists:
                pen.polygon(place(points), fill=255)

        return self._shape(_bounds(every), draw)

    def whole(self) -> Shape:
        """Return the whole canvas as a shape."""
        return Shape(0, 0, Image.new("L", (self.width, self.height), 255))

    # Marks

    def wash(self, stops: Stops, *, angle: float = 90) -> None:
        """Cover everything with a gradient; at 0 degrees it runs to the right, at 90 down."""
        self.image = linear((self.width, self.height), stops, angle=angle)

    def fill(self, shape: Shape, paint: Colour, opacity: float = 1.0) -> None:
        """Lay one colour over a shape."""
        self.image.paste(paint, shape.box, _faded(shape.coverage, opacity))

    def shade(self, shape: Shape, stops: Stops, *, angle: float = 90, opacity: float = 1.0) -> None:
        """Lay a linear gradient, stretched over the shape's box, over a shape."""
        painted = linear(shape.coverage.size, stops, angle=angle)
        self.image.paste(painted, shape.box, _faded(shape.coverage, opacity))

    def round_off(
        self, shape: Shape, stops: Stops, *, light: Point = (0.35, 0.3), reach: float = 0.9
    ) -> None:
        """Lay a radial gradient over a shape: from the light's place in its box, outwards."""
        painted = radial(shape.coverage.size, stops, light=light, reach=reach)
        self.image.paste(painted, shape.box, shape.coverage)

    def shadow(
        self, shape: Shape, paint: Colour, *, blur: float, by: Point = (0, 0), opacity: float = 0.4
    ) -> None:
        """Darken softly where a shape's shadow, moved by `by`, falls."""
        soft = self.softened(shape, blur)
        moved = Shape(soft.x + round(by[0]), soft.y + round(by[1]), soft.coverage)
        self.fill(moved, paint, opacity)

    def glow(
        self, centre: Point, radius: float, paint: Colour, *, opacity: float = 1.0, power: float = 2
    ) -> None:
        """Add light that fades from a centre to nothing at `radius` pixels."""
        x, y = round(centre[0] - radius), round(centre[1] - radius)
        side = max(2, round(radius * 2))
        left, top = max(0, x), max(0, y)
        right, bottom = min(self.width, x + side), min(self.height, y + side)
        if left >= right or top >= bottom:
            return
        window = ((left - x) / side, (top - y) / side, (right - x) / side, (bottom - y) / side)
        size = (right - left, bottom - top)
        fall = fading(size, window, power=power, opacity=opacity)
        self.lighten(Shape(left, top, fall), paint)

    def lighten(self, shape: Shape, paint: Colour, opacity: float = 1.0) -> None:
        """Add coloured light (screen) over a shape."""
        box = self._inside(shape.box)
        if box is None:
            return
        mask = _window(shape, box)
        below = self.image.crop(box)
        light = Image.new("RGB", below.size, paint)
        lit = ImageChops.screen(below, light)
        below.paste(lit, (0, 0), _faded(mask, opacity))
        self.image.paste(below, box[:2])

    def darken(self, shape: Shape, paint: Colour, opacity: float = 1.0) -> None:
        """Tint (multiply) over a shape."""
        box = self._inside(shape.box)
        if box is None:
            return
        below = self.image.crop(box)
        tinted = ImageChops.multiply(below, Image.new("RGB", below.size, paint))
        below.paste(tinted, (0, 0), _faded(_window(shape, box), opacity))
        self.image.paste(below, box[:2])

    # Changing shapes

    def softened(self, shape: Shape, blur: float) -> Shape:
        """Return `shape` with its edge blurred by a radius of `blur` pixels."""
        if blur < 0.5:
            return shape
        # A blurred edge has no detail, so it is made small and drawn large.
        factor = max(1, min(8, int(blur / 2)))
        pad = (int(blur * 2.5) // factor + 1) * factor
        width, height = shape.coverage.width + 2 * pad, shape.coverage.height + 2 * pad
        room = Image.new("L", (-(-width // factor), -(-height // factor)))
        small = shape.coverage.reduce(factor) if factor > 1 else shape.coverage
        room.paste(small, (pad // factor, pad // factor))
        soft = room.filter(ImageFilter.GaussianBlur(blur / factor))
        full = (soft.width * factor, soft.height * factor)
        grown = soft.resize(full, Image.Resampling.BICUBIC) if factor > 1 else soft
        return Shape(shape.x - pad, shape.y - pad, grown)

    def within(self, shape: Shape, limit: Shape) -> Shape:
        """Return the part of `shape` inside `limit`."""
        box = _overlap(shape.box, limit.box)
        if box is None:
            return Shape(0, 0, Image.new("L", (1, 1)))
        both = ImageChops.multiply(_window(shape, box), _window(limit, box))
        return Shape(box[0], box[1], both)

    def without(self, shape: Shape, hole: Shape) -> Shape:
        """Return `shape` with `hole` cut out."""
        cut = ImageChops.invert(_window(hole, shape.box))
        return Shape(shape.x, shape.y, ImageChops.multiply(shape.coverage, cut))

    def _inside(self, box: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
        return _overlap(box, (0, 0, self.width, self.height))

    def _shape(
        self,
        bounds: tuple[float, float, float, float],
        draw: Callable[[ImageDraw.ImageDraw, _Place], None],
    ) -> Shape:
        margin = round(self.unit * 0.1)
        wanted = (
            math.floor(bounds[0]) - 1,
            math.floor(bounds[1]) - 1,
            math.ceil(bounds[2]) + 2,
            math.ceil(bounds[3]) + 2,
        )
        room = (-margin, -margin, self.width + margin, self.height + margin)
        box = _overlap(wanted, room)
        if box is None:
            return Shape(0, 0, Image.new("L", (1, 1)))
        left, top, right, bottom = box
        many = _OVERSAMPLING
        large = Image.new("L", ((right - left) * many, (bottom - top) * many))

        def place(points: Sequence[Point]) -> list[Point]:
            return [((x - left) * many, (y - top) * many) for x, y in points]

        draw(ImageDraw.Draw(large), place)
        return Shape(left, top, large.reduce(many))


_Place = Callable[[Sequence[Point]], list[Point]]


def _faded(coverage: Image.Image, opacity: float) -> Image.Image:
    if opacity >= 1:
        return coverage
    return coverage.point([round(step * opacity) for step in range(256)])


def _window(shape: Shape, box: tuple[int, int, int, int]) -> Image.Image:
    left, top, right, bottom = box
    return shape.coverage.crop((left - shape.x, top - shape.y, right - shape.x, bottom - shape.y))


def _overlap(
    one: tuple[int, int, int, int], other: tuple[int, int, int, int]
) -> tuple[int, int, int, int] | None:
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, bottom = min(one[2], other[2]), min(one[3], other[3])
    return (left, top, right, bottom) if left < right and top < bottom else None


def _bounds(points: Sequence[Point]) -> tuple[float, float, float, float]:
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)


def _flat(corners: Sequence[Point]) -> tuple[float, float, float, float]:
    return (*corners[0], *corners[1])
