"""Owns the draft: a picture painted offline from a prompt and a seed, always the same bytes.

Never reads a clock, a file, the network or shared randomness.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from PIL import Image

from imagegen.pictures import composition, grain, lettering, palette, theme
from imagegen.pictures.canvas import Canvas
from imagegen.pictures.convert import encode

_COMPOSED_PIXELS = 1_300_000
"""Larger pictures are composed at this size and enlarged; grain and text are not."""
_SMALLEST_SIDE = 480
"""Smaller pictures are composed larger, so that thin lines survive."""


@dataclass(frozen=True, slots=True)
class Painting:
    """What is to be painted."""

    prompt: str
    seed: int
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    format: str
    """png, jpeg, webp or avif."""
    caption: str
    """The name shown in the corner; its words help to choose what is painted."""
    quality: int = 90
    """0 to 100; does not touch PNG."""
    stamp: bool = True
    """Whether the caption and the word DRAFT are lettered on it."""


def paint(painting: Painting) -> bytes:
    """Return the encoded picture; raises ValueError on an unknown format."""
    image = picture(painting)
    return encode(image, painting.format, quality=painting.quality, avif_speed=8)


def picture(painting: Painting) -> Image.Image:
    """Return the picture before it is encoded, RGB."""
    chance = random.Random(f"{painting.seed} {painting.prompt}")
    # A name such as `mug-in-studio` says what a prompt that speaks of "the product" leaves open.
    read = theme.read(f"{painting.prompt} {painting.caption.replace('-', ' ')}", chance)
    colours = palette.choose(painting.prompt, chance)
    canvas = Canvas(*_composed_size(painting.width, painting.height))
    composition.compose(canvas, colours, read)
    size = (painting.width, painting.height)
    image = canvas.image
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    image = grain.apply(image, chance)
    if painting.stamp:
        lettering.label(image, painting.caption)
    return image


def _composed_size(width: int, height: int) -> tuple[int, int]:
    factor = min(1.0, math.sqrt(_COMPOSED_PIXELS / (width * height)))
    if min(width, height) < _SMALLEST_SIDE:
        factor = min(
            _SMALLEST_SIDE / min(width, height), math.sqrt(_COMPOSED_PIXELS / (width * height))
        )
    return max(1, round(width * factor)), max(1, round(height * factor))
