"""Owns the extent of a picture: where its own bytes end, read from the format's structure alone.

Decodes nothing. Decoders stop reading early and read past what they do not need, so that they
notice neither a cut at the very end nor a stranger's bytes behind it.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable

from imagegen.pictures.container import png

_PADDING = b"\0\t\n\r "
"""What careless writers and servers put behind a file."""

_JPEG_START = b"\xff\xd8\xff"
_HEAD = re.compile(rb"\xff+[^\xff]", re.DOTALL)
_MARKER = re.compile(rb"\xff[^\x00\x01\xff\xd0-\xd7]", re.DOTALL)
"""What begins a segment, before the pixels and among them: there 0xFF is
followed by a zero or by a restart number."""


def end_of(kind: str, data: bytes) -> int | None:
    """Return where the picture in `data` ends, or None when its end is missing.

    `kind` is what `media.format_of` said of `data`.
    """
    return _ENDS[kind](data)


def stranger(kind: str, data: bytes, end: int) -> bytes:
    """Return what stands behind the picture and is neither padding nor a part of it.

    Cameras put a second, whole JPEG behind the first: that belongs to the picture.
    """
    rest = data[end:].lstrip(_PADDING)
    while kind == "jpeg" and rest.startswith(_JPEG_START):
        more = _jpeg(rest)
        if more is None:
            break
        rest = rest[more:].lstrip(_PADDING)
    return rest


def _png(data: bytes) -> int | None:
    for chunk in png.chunks(data):
        if chunk.name == b"IEND":
            named, checksum = data[chunk.start + 4 : chunk.end - 4], data[chunk.end - 4 : chunk.end]
            return chunk.end if zlib.crc32(named) == int.from_bytes(checksum, "big") else None
    return None


def _jpeg(data: bytes) -> int | None:
    # Segments are stepped over by their length: a thumbnail in them has an end mark of its own.
    at, scanned = 2, False
    while found := _MARKER.search(data, at) if scanned else _HEAD.match(data, at):
        marker, after = data[found.end() - 1], found.end()
        if marker == 0xD9:
            return after if scanned else None
        scanned = scanned or marker == 0xDA
        at = after + max(2, int.from_bytes(data[after : after + 2], "big"))
    return None


def _webp(data: bytes) -> int | None:
    size = int.from_bytes(data[4:8], "little")
    end = size + 8 + size % 2
    # The last byte of an odd size is padding, and some writers leave it out.
    return min(end, len(data)) if size + 8 <= len(data) else None


def _avif(data: bytes) -> int | None:
    at = 0
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if length == 0 and name == b"mdat":
            return len(data)
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if length < 8 or name not in _BOXES:
            break
        at += length
    return at if at <= len(data) else None


_BOXES = frozenset(
    b"ftyp meta mdat moov moof mfra free skip wide uuid styp sidx idat udta jumb".split()
)
"""The boxes that stand at the top of an ISO media file."""


def _gif(data: bytes) -> int | None:
    at = 13 + _table(data, 10)
    while at < len(data):
        block = data[at]
        if block == 0x3B:
            return at + 1
        if block == 0x21:
            at = _blocks(data, at + 2)
        elif block == 0x2C:
            at = _blocks(data, at + 11 + _table(data, at + 9))
        else:
            return None
    return None


def _table(data: bytes, at: int) -> int:
    """Return the length of the colour table that the flags at `at` announce."""
    flags = data[at] if at < len(data) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _blocks(data: bytes, at: int) -> int:
    """Return where the chain of blocks ends that begins at `at`."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1


_ENDS: dict[str, Callable[[bytes], int | None]] = {
    "png": _png,
    "jpeg": _jpeg,
    "webp": _webp,
    "avif": _avif,
    "gif": _gif,
}
