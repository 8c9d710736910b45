"""Owns the placeholder of a picture: ThumbHash, dominant colour, a picture tiny enough for a page.

The same picture gives the same placeholder in every process.
"""

from __future__ import annotations

import base64

from PIL import Image

from imagegen import digest
from imagegen.derivative import Box, Placeholder, placeholder_key
from imagegen.pictures import thumbhash
from imagegen.pictures.convert import encode
from imagegen.pictures.derive import cropped, decoded
from imagegen.pictures.dominant_colour import dominant_colour

URI_LIMIT = 300
"""Characters of a data URI; more of them would weigh on every page."""

_HEAD = "data:image/webp;base64,"
"""WebP has the smallest head of all formats that every browser shows."""

_SIDES = (16, 12, 8, 4)
_QUALITIES = (60, 45, 30, 15, 0)


def placeholder(data: bytes, crop: Box) -> Placeholder:
    """Return the placeholder of the part within `crop` of the picture in `data`.

    Raises NotAPicture, and NotDerived when the picture has no such part.
    """
    shown = cropped(decoded(data), crop)
    red, green, blue = dominant_colour(shown)
    return Placeholder(
        key=placeholder_key(digest.sha256_of(data), crop),
        thumbhash=base64.b64encode(
            thumbhash.thumb_hash(_within(shown, thumbhash.LARGEST))
        ).decode(),
        color=f"#{red:02x}{green:02x}{blue:02x}",
        uri=_uri(shown),
    )


def _uri(shown: Image.Image) -> str:
    """Return the best of the tiny pictures that are short enough, or the smallest."""
    uri = ""
    for side in _SIDES:
        tiny = _within(shown, side)
        for quality in _QUALITIES:
            made = encode(tiny, "webp", quality=quality, careful=True)
            uri = _HEAD + base64.b64encode(made).decode()
            if len(uri) <= URI_LIMIT:
                return uri
    return uri


def _within(shown: Image.Image, side: int) -> Image.Image:
    """Return the picture shrunk until no side is longer than `side` pixels; never enlarged."""
    scale = min(1.0, side / max(shown.size))
    size = (max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))
    return shown if size == shown.size else shown.resize(size, Image.Resampling.LANCZOS)
