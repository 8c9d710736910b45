"""Owns the XMP packet of a JPEG file: an APP1 segment that begins with Adobe's address for it.

Reads the segments before the pixels and touches none but the packet's.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from imagegen.pictures.container.container import at_most_one, present, refusal

LIMIT = 65_502
"""Bytes: a segment holds 65,533, and its name takes 29; two are customarily left free."""

_NAME = b"http://ns.adobe.com/xap/1.0/\0"
_APP0, _APP1, _SCAN, _END = 0xE0, 0xE1, 0xDA, 0xD9
_ALONE = {0x01, *range(0xD0, 0xD9)}
"""Markers without a length."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a file, from its marker to its last byte."""

    start: int
    end: int
    marker: int
    """Its number: 0xE1 is APP1."""
    body: int
    """Where its content begins, behind the length."""


def segments(data: bytes) -> Iterator[Segment]:
    """Yield the whole segments before the first scan."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        start = at
        while at < len(data) and data[at] == 0xFF:
            at += 1
        marker = data[at] if at < len(data) else _END
        at += 1
        if marker in (_SCAN, _END) or at + 2 > len(data):
            return
        if marker in _ALONE:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2 or at + length > len(data):
            return
        yield Segment(start, at + length, marker, at + 2)
        at += length


def packet(data: bytes) -> bytes | None:
    """Return the XMP packet in a file, or None when it has none; raises Unmarkable."""
    segment = _found(data)
    return None if segment is None else data[segment.body + len(_NAME) : segment.end]


def with_packet(data: bytes, packet: bytes) -> bytes:
    """Return the file with `packet` behind its JFIF and EXIF segments; raises Unmarkable."""
    at = 2
    for segment in segments(data):
        exif = segment.marker == _APP1 and data.startswith(b"Exif\0", segment.body)
        # Readers look for these two at the very beginning.
        if segment.start != at or not (exif or segment.marker == _APP0):
            break
        at = segment.end
    return data[:at] + _segment(packet) + data[at:]


def without_packet(data: bytes) -> bytes:
    """Return the file without the segment of its packet; raises Unmarkable."""
    segment = present(_found(data))
    return data[: segment.start] + data[segment.end :]


def exchanged(data: bytes, packet: bytes) -> bytes:
    """Return the file with `packet` in place of its own; raises Unmarkable."""
    segment = present(_found(data))
    # Bytes that fill up before the marker stay.
    marker = data.index(_APP1, segment.start) - 1
    return data[:marker] + _segment(packet) + data[segment.end :]


def _segment(packet: bytes) -> bytes:
    body = _NAME + packet
    if len(packet) > LIMIT:
        raise refusal(f"A JPEG file has room for {LIMIT:,} bytes of XMP, not for {len(packet):,}.")
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _found(data: bytes) -> Segment | None:
    return at_most_one(
        segment
        for segment in segments(data)
        if segment.marker == _APP1 and data.startswith(_NAME, segment.body)
    )
