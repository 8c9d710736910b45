"""Owns the outer form of font files: the tables of the first face, the axes along which it varies.

Pure, and careful: every offset in a font is a claim of whoever made it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_COLLECTION = b"ttcf"
_TABLES_LIMIT = 200
_AXES_LIMIT = 64
_AXIS = struct.Struct(">4s3i")
"""Its tag; least, usual and greatest value."""
_ONE = 65_536
"""Values of axes are counted in parts of this size."""

WEIGHT = "wght"


@dataclass(frozen=True, slots=True)
class Axis:
    """One way in which a font varies, such as from light to black."""

    tag: str
    least: float
    usual: float
    most: float


def first_face(data: bytes) -> int:
    """Return where the first face of a font file or collection begins."""
    return u32(data, 12) if data[:4] == _COLLECTION else 0


def tables_of(data: bytes) -> dict[bytes, tuple[int, int]]:
    """Return offset and length of each table of the first face, as the font claims them."""
    start, found = first_face(data), {}
    for index in range(min(u16(data, start + 4), _TABLES_LIMIT)):
        entry = start + 12 + 16 * index
        found[data[entry : entry + 4]] = (u32(data, entry + 8), u32(data, entry + 12))
    return found


def axes_of(data: bytes) -> tuple[Axis, ...]:
    """Return the axes of the first face in the font's own order; none where it does not vary."""
    at, length = tables_of(data).get(b"fvar", (0, 0))
    table = data[at : at + length]
    first, count, size = u16(table, 4), u16(table, 8), u16(table, 10)
    places = (first + index * size for index in range(min(count, _AXES_LIMIT)))
    found = [_AXIS.unpack_from(table, at) for at in places if at + _AXIS.size <= len(table)]
    return tuple(
        Axis(tag.decode("latin-1"), *(value / _ONE for value in values)) for tag, *values in found
    )


def weights_of(data: bytes) -> tuple[float, float] | None:
    """Return the least and the greatest weight of a font; None where it has one only."""
    return next(((one.least, one.most) for one in axes_of(data) if one.tag == WEIGHT), None)


def u16(data: bytes, at: int) -> int:
    """Return a number of two bytes; zero beyond the end, which every table takes for "nothing"."""
    return int(struct.unpack_from(">H", data, at)[0]) if at + 2 <= len(data) else 0


def u32(data: bytes, at: int) -> int:
    """Return a number of four bytes; zero beyond the end."""
    return int(struct.unpack_from(">I", data, at)[0]) if at + 4 <= len(data) else 0
