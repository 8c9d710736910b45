"""Owns the XMP packet of a PNG file: an iTXt chunk with the keyword XML:com.adobe.xmp.

Touches no other chunk; what stands behind the end of the picture stays there.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from imagegen.pictures.container.container import at_most_one, present, refusal

LIMIT = 2**27
"""Bytes; the format itself would take more."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"XML:com.adobe.xmp\0"
_PLAIN = b"\0\0"
"""Not compressed, by method 0."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk of a file, from its length to its checksum."""

    start: int
    end: int
    name: bytes


def chunks(data: bytes) -> Iterator[Chunk]:
    """Yield the whole chunks of a file, up to its end mark."""
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            return
        yield Chunk(at, end, name)
        if name == b"IEND":
            return
        at = end


def packet(data: bytes) -> bytes | None:
    """Return the XMP packet in a file, or None when it has none; raises Unmarkable."""
    chunk = _found(data)
    return None if chunk is None else data[_text_at(data, chunk) : chunk.end - 4]


def with_packet(data: bytes, packet: bytes) -> bytes:
    """Return the file with `packet` behind its header; raises Unmarkable."""
    header = next(chunks(data), None)
    if header is None or header.name != b"IHDR":
        raise refusal("Its first chunk is not the header of a PNG picture.")
    # No language and no translated keyword: two more texts, both empty.
    chunk = _chunk(_KEYWORD + _PLAIN + b"\0\0" + packet)
    return data[: header.end] + chunk + data[header.end :]


def without_packet(data: bytes) -> bytes:
    """Return the file without the chunk of its packet; raises Unmarkable."""
    chunk = present(_found(data))
    return data[: chunk.start] + data[chunk.end :]


def exchanged(data: bytes, packet: bytes) -> bytes:
    """Return the file with `packet` in place of its own; raises Unmarkable."""
    chunk = present(_found(data))
    head = data[chunk.start + 8 : _text_at(data, chunk)]
    return data[: chunk.start] + _chunk(head + packet) + data[chunk.end :]


def _chunk(body: bytes) -> bytes:
    named = b"iTXt" + body
    return struct.pack(">I", len(body)) + named + struct.pack(">I", zlib.crc32(named))


def _found(data: bytes) -> Chunk | None:
    return at_most_one(
        chunk
        for chunk in chunks(data)
        if chunk.name == b"iTXt" and data.startswith(_KEYWORD, chunk.start + 8)
    )


def _text_at(data: bytes, chunk: Chunk) -> int:
    """Return where the text of a chunk begins: behind two flags and two texts that end with 0."""
    at = chunk.start + 8 + len(_KEYWORD)
    if data[at : at + 2] != _PLAIN:
        raise refusal("Its own XMP packet is compressed.")
    language = data.find(b"\0", at + 2, chunk.end - 4)
    translated = data.find(b"\0", language + 1, chunk.end - 4)
    if -1 in (language, translated):
        raise refusal("Its own XMP packet is damaged.")
    return translated + 1
