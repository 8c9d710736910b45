"""Owns gradients: RGB pictures whose colour runs along a line or out from a point."""

from __future__ import annotations

import array
import functools
import math

from PIL import Image

from imagegen.pictures import colour
from imagegen.pictures.colour import Stops

_STEPS = 512
_SIDE = 160


def linear(size: tuple[int, int], stops: Stops, *, angle: float = 90) -> Image.Image:
    """Return an RGB gradient that spans `size`, corner to corner, at `angle` degrees."""
    strip = Image.new("RGB", (_STEPS, 1))
    strip.putdata(colour.ramp(stops, _STEPS))
    width, height = size
    if angle in (0, 90):
        turned = strip if angle == 0 else strip.transpose(Image.Transpose.ROTATE_270)
        return turned.resize(size, Image.Resampling.BICUBIC)
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    span = abs(width * cosine) + abs(height * sine)
    across, down = cosine * (_STEPS - 1) / span, sine * (_STEPS - 1) / span
    start = _STEPS / 2 - across * width / 2 - down * height / 2
    band = strip.resize((_STEPS, 4))
    return band.transform(
        size, Image.Transform.AFFINE, (across, down, start, 0, 0, 2), Image.Resampling.BILINEAR
    )


def radial(
    size: tuple[int, int],
    stops: Stops,
    *,
    light: tuple[float, float] = (0.5, 0.5),
    reach: float = 0.75,
) -> Image.Image:
    """Return an RGB gradient around `light` (shares of `size`); 1 is `reach` sizes away."""
    reach = max(reach, *light, 1 - light[0], 1 - light[1])
    half = _SIDE / 2
    window = (
        half - half * light[0] / reach,
        half - half * light[1] / reach,
        half + half * (1 - light[0]) / reach,
        half + half * (1 - light[1]) / reach,
    )
    spread = _fall(-1.0).resize(size, Image.Resampling.BICUBIC, box=window).convert("L")
    colours = colour.ramp(stops, 256)
    bands = [spread.point([shade[band] for shade in colours]) for band in range(3)]
    return Image.merge("RGB", bands)


def fading(
    size: tuple[int, int],
    window: tuple[float, float, float, float],
    *,
    power: float,
    opacity: float,
) -> Image.Image:
    """Return L coverage that falls from a centre to nothing; `window` is in shares of the whole."""
    left, top, right, bottom = window
    box = (left * _SIDE, top * _SIDE, right * _SIDE, bottom * _SIDE)
    fall = _fall(power).resize(size, Image.Resampling.BICUBIC, box=box)
    return fall.point(lambda value: value * opacity + 0.5).convert("L")


@functools.cache
def _fall(power: float) -> Image.Image:
    """Return a map of light around its middle in floats: eight bits would show as rings.

    A negative power gives the distance itself, 255 at the middle of each edge.
    """
    half = _SIDE / 2
    squares = [((at + 0.5 - half) / half) ** 2 for at in range(_SIDE)]
    values = array.array("f")
    for down in squares:
        distances = [math.sqrt(across + down) for across in squares]
        if power < 0:
            values.extend(255 * distance for distance in distances)
        else:
            values.extend(255 * max(0.0, 1 - distance) ** power for distance in distances)
    return Image.frombytes("F", (_SIDE, _SIDE), values.tobytes())
