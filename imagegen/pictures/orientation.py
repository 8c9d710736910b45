"""Owns which way up a picture is shown: the orientation that its EXIF data names.

Cameras store pixels as the sensor lies; browsers turn them, and so does everything here.
"""

from __future__ import annotations

import struct

from PIL import ExifTags, Image

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LYING = (5, 6, 7, 8)
"""Orientations that change places of width and height."""


def size(image: Image.Image) -> tuple[int, int]:
    """Return the width and height in pixels at which a loaded `image` is shown."""
    if _orientation(image) in _LYING:
        return image.height, image.width
    return image.size


def upright(image: Image.Image) -> Image.Image:
    """Return a loaded `image` as it is shown; the same one if it stands upright already."""
    turn = _TURNS.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def _orientation(image: Image.Image) -> int:
    try:
        # Not `getexif`, which would ask XMP, too: browsers do not.
        exif = Image.Exif()
        exif.load(image.info.get("exif") or b"")
        value = exif.get(ExifTags.Base.Orientation)
    except (SyntaxError, ValueError, OSError, LookupError, TypeError, struct.error, Warning):
        # Damaged EXIF data says nothing: browsers ignore it, too.
        return 1
    return value if type(value) is int else 1
