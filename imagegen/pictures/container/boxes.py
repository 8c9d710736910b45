"""Owns the boxes of ISO media files: where each begins and ends, and how one is written.

Knows nothing of what a box means.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from imagegen.pictures.container.container import refusal


@dataclass(frozen=True, slots=True)
class Box:
    """One box; a full box also has a version, at the beginning of its content."""

    start: int
    end: int
    name: bytes
    body: int
    """Where its content begins."""
    open: bool = False
    """Its size is not written: it goes to the end of the file."""

    def version(self, data: bytes) -> int:
        """Return the version of a full box."""
        return number(data, self.body, 1)


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two places; raises Unmarkable when they do not fit."""
    at = start
    while at < end:
        size, body = number(data, at, 4), at + 8
        if size == 1:
            size, body = number(data, at + 8, 8), at + 16
        unsized = size == 0 and end == len(data)
        stop = end if unsized else at + size
        if stop < body or stop > end:
            raise refusal("Its boxes do not fit into each other.")
        yield Box(at, stop, data[at + 4 : at + 8], body, unsized)
        at = stop


def box(name: bytes, body: bytes) -> bytes:
    """Return a box with its size and name."""
    return struct.pack(">I4s", len(body) + 8, name) + body


def number(data: bytes, at: int, width: int) -> int:
    """Return the number of `width` bytes at a place; raises Unmarkable behind the end."""
    if at + width > len(data):
        raise refusal("It ends in the middle of a box.")
    return int.from_bytes(data[at : at + width], "big")


def put_number(data: bytearray, at: int, width: int, value: int) -> None:
    """Write a number over the `width` bytes at a place; raises Unmarkable when it has no room."""
    if not 0 <= value < 1 << 8 * width:
        raise refusal("A number in it would become too large for its place.")
    data[at : at + width] = value.to_bytes(width, "big")


def resize(data: bytearray, box: Box, growth: int) -> None:
    """Write another size into a box, which is `growth` bytes larger than it was."""
    if box.open:
        return
    if box.body - box.start >= 16:
        put_number(data, box.start + 8, 8, box.end - box.start + growth)
    else:
        put_number(data, box.start, 4, box.end - box.start + growth)


def text(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    """Return the text that begins at a place and ends with a zero, and where it ends."""
    stop = data.find(b"\0", at, end)
    if stop < 0:
        raise refusal("A text in it has no end.")
    return data[at:stop], stop + 1
