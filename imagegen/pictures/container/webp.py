"""Owns the XMP packet of a WebP file: a chunk `XMP `, announced by a flag of the chunk `VP8X`.

A simple file has no such header and gets one. A packet that ends with a line end stands in a
file that had one before, so that taking the packet out knows what else to take.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from imagegen.pictures.container.container import at_most_one, present, refusal

LIMIT = 2**27
"""Bytes; the format itself would take more."""

_HEADER = b"VP8X"
_PACKET = b"XMP "
_XMP_FLAG = 0x04
_ALPHA_FLAG = 0x10
_HAD_HEADER = b"\n"


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk of a file, from its name to its padding."""

    start: int
    end: int
    name: bytes
    body: bytes


def chunks(data: bytes) -> Iterator[Chunk]:
    """Yield the whole chunks of a file."""
    at, stop = 12, _stop(data)
    while at + 8 <= stop:
        name, size = struct.unpack_from("<4sI", data, at)
        end = at + 8 + size
        if end > stop:
            return
        # The padding of the last chunk may be missing.
        yield Chunk(at, min(end + size % 2, stop), name, data[at + 8 : end])
        at = end + size % 2


def packet(data: bytes) -> bytes | None:
    """Return the XMP packet in a file, or None when it has none; raises Unmarkable."""
    chunk = _found(data)
    return None if chunk is None else chunk.body


def with_packet(data: bytes, packet: bytes) -> bytes:
    """Return the file with `packet` behind everything else; raises Unmarkable."""
    first, stop = _first(data), _stop(data)
    content = data[12:stop]
    if first.name == _HEADER:
        content = _flagged(content, on=True) + _chunk(_PACKET, packet + _HAD_HEADER)
    else:
        content = _header(first) + content + _chunk(_PACKET, packet)
    return _file(content, data[stop:])


def without_packet(data: bytes) -> bytes:
    """Return the file as it was before it got its packet; raises Unmarkable."""
    first, chunk, stop = _first(data), present(_found(data)), _stop(data)
    if first.name != _HEADER:
        raise refusal("It has no header that announces its XMP packet.")
    content = data[12 : chunk.start] + data[chunk.end : stop]
    if chunk.body.endswith(_HAD_HEADER):
        content = _flagged(content, on=False)
    else:
        content = content[first.end - 12 :]
    return _file(content, data[stop:])


def exchanged(data: bytes, packet: bytes) -> bytes:
    """Return the file with `packet` in place of its own; raises Unmarkable."""
    chunk, stop = present(_found(data)), _stop(data)
    content = data[12 : chunk.start] + _chunk(_PACKET, packet) + data[chunk.end : stop]
    return _file(content, data[stop:])


def _stop(data: bytes) -> int:
    """Return where the file ends by its own account, padding included."""
    size = int.from_bytes(data[4:8], "little")
    return min(8 + size + size % 2, len(data))


def _file(content: bytes, behind: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(content) + 4) + b"WEBP" + content + behind


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _flagged(content: bytes, *, on: bool) -> bytes:
    """Return chunks, the header first, with the flag that says whether there is a packet."""
    flags = content[8] | _XMP_FLAG if on else content[8] & ~_XMP_FLAG
    return content[:8] + bytes([flags]) + content[9:]


def _header(first: Chunk) -> bytes:
    """Return the header of a file that begins with its only picture."""
    body = first.body
    if first.name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a" and len(body) >= 10:
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", body, 6))
        flags = _XMP_FLAG
    elif first.name == b"VP8L" and body[:1] == b"\x2f" and len(body) >= 5:
        bits = int.from_bytes(body[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        flags = _XMP_FLAG | (_ALPHA_FLAG if bits >> 28 & 1 else 0)
    else:
        raise refusal("It does not begin with a WebP picture.")
    if not width or not height:
        raise refusal("Its picture has no size.")
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return _chunk(_HEADER, bytes([flags, 0, 0, 0]) + sides)


def _first(data: bytes) -> Chunk:
    first = next(chunks(data), None)
    if first is None or not first.body:
        raise refusal("It does not begin with a WebP picture.")
    return first


def _found(data: bytes) -> Chunk | None:
    return at_most_one(chunk for chunk in chunks(data) if chunk.name == _PACKET)
