"""Owns the question whether a file carries Content Credentials (C2PA), told from its structure.

Judges no signature. A file that has some is never rewritten: any other byte breaks them.
"""

from __future__ import annotations

from collections.abc import Callable

from imagegen.pictures import media
from imagegen.pictures.container import jpeg, png, webp
from imagegen.pictures.container.boxes import boxes
from imagegen.pictures.container.container import Unmarkable

_APP11 = 0xEB
_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
"""The id of the ISO box that holds credentials."""


def has_c2pa(data: bytes) -> bool:
    """Whether a PNG, JPEG, WebP or AVIF file carries Content Credentials, good or bad ones."""
    kind = media.format_of(data)
    return kind in _SEARCHES and _SEARCHES[kind](data)


def _in_png(data: bytes) -> bool:
    return any(chunk.name == b"caBX" for chunk in png.chunks(data))


def _in_jpeg(data: bytes) -> bool:
    # A segment of JUMBF: its mark, two numbers, then the boxes, whose first is named.
    return any(
        segment.marker == _APP11
        and data.startswith(b"JP", segment.body)
        and data[segment.body + 12 : segment.body + 16] == b"jumb"
        and b"c2pa" in data[segment.body + 16 : min(segment.body + 64, segment.end)]
        for segment in jpeg.segments(data)
    )


def _in_webp(data: bytes) -> bool:
    return any(chunk.name == b"C2PA" for chunk in webp.chunks(data))


def _in_avif(data: bytes) -> bool:
    try:
        for box in boxes(data, 0, len(data)):
            if box.name == b"uuid" and data.startswith(_BOX, box.body):
                return True
    except Unmarkable:
        # What stands behind a cut is not known, and not read by anybody else either.
        return False
    return False


_SEARCHES: dict[str, Callable[[bytes], bool]] = {
    "png": _in_png,
    "jpeg": _in_jpeg,
    "webp": _in_webp,
    "avif": _in_avif,
}
