"""Owns ThumbHash: a picture in about 25 bytes, from which a page paints a blur of it.

The format is Evan Wallace's (https://evanw.github.io/thumbhash/). A hash holds the lowest
frequencies of three channels, and of a fourth for transparency, as nibbles.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import Image

LARGEST = 100
"""Pixels of a side that the format is defined for."""

_NOISE = 1e-9
"""Frequencies of a flat colour are errors of the machine's cosine: unseen, so they are left out
and the hash is the same on all machines."""

Wave = tuple[float, list[float], float]
"""A channel's mean, its frequencies scaled to 0 to 1, and their scale."""


def thumb_hash(image: Image.Image) -> bytes:
    """Return the ThumbHash of `image`, no side of which is longer than 100 pixels.

    Raises ValueError when one is.
    """
    width, height = image.size
    if max(width, height) > LARGEST:
        raise ValueError(f"{width} x {height} pixels are more than {LARGEST} x {LARGEST}")
    red, green, blue, alpha, clear = _channels(image)
    light = [(r + g + b) / 3 for r, g, b in zip(red, green, blue, strict=True)]
    yellow = [(r + g) / 2 - b for r, g, b in zip(red, green, blue, strict=True)]
    reddish = [r - g for r, g in zip(red, green, strict=True)]

    # Transparency takes its room from the light.
    longest, most = max(width, height), 5 if clear else 7
    across = max(1, _rounded(most * width / longest))
    down = max(1, _rounded(most * height / longest))
    waves = [
        _wave(light, width, max(3, across), max(3, down)),
        _wave(yellow, width, 3, 3),
        _wave(reddish, width, 3, 3),
    ]
    (l_mean, _, l_scale), (p_mean, _, p_scale), (q_mean, _, q_scale) = waves
    landscape = width > height
    head = (
        _rounded(63 * l_mean)
        | _rounded(31.5 + 31.5 * p_mean) << 6
        | _rounded(31.5 + 31.5 * q_mean) << 12
        | _rounded(31 * l_scale) << 18
        | clear << 23
        | (down if landscape else across) << 24
        | _rounded(63 * p_scale) << 27
        | _rounded(63 * q_scale) << 33
        | landscape << 39
    ).to_bytes(5, "little")
    if clear:
        waves.append(_wave(alpha, width, 5, 5))
        head += bytes([_rounded(15 * waves[3][0]) | _rounded(15 * waves[3][2]) << 4])
    return head + _nibbles([part for _, parts, _ in waves for part in parts])


def _channels(
    image: Image.Image,
) -> tuple[list[float], list[float], list[float], list[float], bool]:
    """Return red, green and blue on the mean colour, opacity, and whether any is missing."""
    pixels = image.convert("RGBA").tobytes()
    parts = [pixels[start::4] for start in range(4)]
    alpha = [value / 255 for value in parts[3]]
    # Added one by one: `sum` rounds in another way from one version of Python to the next.
    opaque = 0.0
    for share in alpha:
        opaque += share
    shown: list[list[float]] = []
    for part in parts[:3]:
        mean = 0.0
        for value, share in zip(part, alpha, strict=True):
            mean += share / 255 * value
        if opaque:
            mean /= opaque
        shown.append(
            [
                mean * (1 - share) + share / 255 * value
                for value, share in zip(part, alpha, strict=True)
            ]
        )
    return shown[0], shown[1], shown[2], alpha, opaque < len(alpha)


def _wave(channel: Sequence[float], width: int, across: int, down: int) -> Wave:
    """Return the cosine transform of a channel: the upper left triangle of its frequencies."""
    height = len(channel) // width
    rows = [channel[start : start + width] for start in range(0, len(channel), width)]
    mean, parts, scale = 0.0, [], 0.0
    for v in range(down):
        falls = [math.cos(math.pi / height * v * (y + 0.5)) for y in range(height)]
        u = 0
        while u * down < across * (down - v):
            runs = [math.cos(math.pi / width * u * (x + 0.5)) for x in range(width)]
            part = 0.0
            for row, fall in zip(rows, falls, strict=True):
                for value, run in zip(row, runs, strict=True):
                    part += value * run * fall
            part /= width * height
            if u or v:
                parts.append(part)
                scale = max(scale, abs(part))
            else:
                mean = part
            u += 1
    if scale < _NOISE:
        return mean, [0.0] * len(parts), 0.0
    return mean, [0.5 + 0.5 / scale * part for part in parts], scale


def _nibbles(parts: list[float]) -> bytes:
    """Return parts of 0 to 1 as half bytes, the lower half first."""
    values = [_rounded(15 * part) for part in parts]
    values.append(0)
    return bytes(low | high << 4 for low, high in zip(values[::2], values[1::2], strict=False))


def _rounded(value: float) -> int:
    """Return the nearest whole number, halves upwards."""
    return math.floor(value + 0.5)
