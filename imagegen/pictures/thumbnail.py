"""Owns the thumbnail: a picture as small WebP, for a page that shows many."""

from __future__ import annotations

from imagegen.pictures.convert import encode
from imagegen.pictures.shrink import shrunk

_TALLEST = 4
"""Times its width that a thumbnail may be high."""

_QUALITY = 80


def thumbnail(data: bytes, width: int) -> bytes:
    """Return the picture in `data` as WebP, at most `width` pixels wide, the ratio kept.

    A smaller picture keeps its size. Raises NotAPicture.
    """
    return encode(shrunk(data, width, _TALLEST * width), "webp", quality=_QUALITY)
