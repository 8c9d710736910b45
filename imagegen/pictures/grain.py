"""Owns film grain: a fine even noise that hides the steps of gradients."""

from __future__ import annotations

import random

from PIL import Image, ImageChops

_SIDE = 384
_MIDDLE = 128


def apply(image: Image.Image, chance: random.Random, *, strength: float = 5.0) -> Image.Image:
    """Return an RGB `image` with noise of about `strength` levels, from `chance` alone."""
    tile = _tile(chance, strength)
    noise = Image.new("L", image.size)
    for y in range(0, image.height, _SIDE):
        for x in range(0, image.width, _SIDE):
            noise.paste(tile, (x, y))
    return ImageChops.add(image, Image.merge("RGB", (noise, noise, noise)), 1, -_MIDDLE)


def _tile(chance: random.Random, strength: float) -> Image.Image:
    size = (_SIDE, _SIDE)
    one, other = (Image.frombytes("L", size, chance.randbytes(_SIDE * _SIDE)) for _ in range(2))
    # The sum of two even noises is densest in the middle, as grain is.
    both = ImageChops.add(one, other, 2)
    return both.point([round(_MIDDLE + (step - 127.5) / 127.5 * strength) for step in range(256)])
