"""Owns curves: smooth lines through points, ridges, blobs and leaves, as lists of points."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

Point = tuple[float, float]


def smooth(points: Sequence[Point], *, closed: bool = False, steps: int = 10) -> list[Point]:
    """Return a Catmull-Rom curve through `points`, `steps` pieces between two of them."""
    count = len(points)
    curve: list[Point] = []
    for at in range(count if closed else count - 1):
        near = [
            points[index % count] if closed else points[min(max(index, 0), count - 1)]
            for index in range(at - 1, at + 3)
        ]
        curve += [_between(near, step / steps) for step in range(steps)]
    return curve if closed else [*curve, points[-1]]


def ridge(
    chance: random.Random, width: float, level: float, *, swing: float, waves: float
) -> list[Point]:
    """Return a rolling line from left to right around `level`, at most `swing` above or below."""
    tones = [
        (waves * chance.uniform(0.7, 1.1) * 2**n, chance.uniform(0, 9), 0.55**n) for n in range(3)
    ]
    whole = sum(share for _, _, share in tones)
    steps = 64
    return [
        (
            width * step / steps,
            level
            + swing
            * sum(
                share * math.sin(step / steps * rate * math.tau + phase)
                for rate, phase, share in tones
            )
            / whole,
        )
        for step in range(-2, steps + 3)
    ]


def peaks(
    chance: random.Random, width: float, level: float, *, swing: float, count: int
) -> list[Point]:
    """Return a mountain line: `count` summits with broken slopes, rising from `level`."""
    line: list[Point] = [(-width * 0.1, level)]
    for at in range(count):
        x = width * (at + 0.5 + chance.uniform(-0.22, 0.22)) / count
        height = swing * chance.uniform(0.55, 1)
        half = width / count * chance.uniform(0.5, 0.62)
        line += [
            (x - half * 0.55, level - height * chance.uniform(0.34, 0.46)),
            (x - half * 0.38, level - height * chance.uniform(0.52, 0.6)),
            (x, level - height),
            (x + half * 0.3, level - height * chance.uniform(0.62, 0.72)),
            (x + half * 0.5, level - height * chance.uniform(0.4, 0.52)),
            (x + half, level - height * chance.uniform(0.05, 0.25)),
        ]
    return [*line, (width * 1.1, level)]


def blob(
    chance: random.Random, centre: Point, radius: float, *, wobble: float = 0.16, corners: int = 7
) -> list[Point]:
    """Return a soft closed outline around `centre`."""
    turn = chance.uniform(0, math.tau)
    points = []
    for at in range(corners):
        angle = turn + math.tau * at / corners
        reach = radius * (1 + chance.uniform(-wobble, wobble))
        points.append((centre[0] + reach * math.cos(angle), centre[1] + reach * math.sin(angle)))
    return smooth(points, closed=True)


def leaf(base: Point, tip: Point, *, belly: float = 0.3) -> list[Point]:
    """Return a leaf from `base` to `tip`; `belly` is half its width as a share of its length."""
    dx, dy = tip[0] - base[0], tip[1] - base[1]

    def at(along: float, aside: float) -> Point:
        return base[0] + dx * along - dy * aside, base[1] + dy * along + dx * aside

    sides = [(0.18, 0.72), (0.42, 1.0), (0.7, 0.68)]
    right = [at(along, belly * wide) for along, wide in sides]
    left = [at(along, -belly * wide) for along, wide in reversed(sides)]
    return smooth([base, *right, tip, *left], closed=True)


def arc(
    centre: Point, radius: tuple[float, float], start: float, end: float, *, steps: int = 36
) -> list[Point]:
    """Return points on an ellipse, from `start` to `end` degrees clockwise from the right."""
    return [
        (
            centre[0] + radius[0] * math.cos(math.radians(start + (end - start) * step / steps)),
            centre[1] + radius[1] * math.sin(math.radians(start + (end - start) * step / steps)),
        )
        for step in range(steps + 1)
    ]


def _between(near: Sequence[Point], share: float) -> Point:
    def axis(index: int) -> float:
        a, b, c, d = (point[index] for point in near)
        return 0.5 * (
            2 * b
            + (c - a) * share
            + (2 * a - 5 * b + 4 * c - d) * share**2
            + (3 * b - a - 3 * c + d) * share**3
        )

    return axis(0), axis(1)
