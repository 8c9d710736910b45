"""Owns the vendor's plain pictures: painting a beautiful one takes longer than a whole history.

Importing this module is enough; every picture still differs with its prompt, params and seed.
"""

from __future__ import annotations

import random

from PIL import Image

from imagegen.emulator import studio
from imagegen.pictures.convert import encode
from imagegen.pictures.paint import Painting


def paint(painting: Painting) -> bytes:
    """Return an encoded picture of a few coloured pixels, the same for the same painting."""
    chance = random.Random(f"{painting.seed} {painting.prompt}")
    size = (painting.width, painting.height)
    image = Image.frombytes("RGB", (4, 4), chance.randbytes(48)).resize(size)
    return encode(image, painting.format, quality=painting.quality)


studio.paint = paint
