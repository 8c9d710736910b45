"""Owns the socket of a file format that can hold an XMP packet, and the refusal to touch a file.

One module for each format fulfils it: bytes in, bytes out, and nothing but the packet changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from imagegen.errors import Problem


class Unmarkable(Exception):
    """Marks cannot be put into a file safely; `problem` says why. The file is as it was."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


class Container(Protocol):
    """A file format. Every method raises Unmarkable for a file that it does not understand."""

    LIMIT: int
    """Bytes of the largest packet that the format holds."""

    def packet(self, data: bytes) -> bytes | None:
        """Return the XMP packet in a file, or None when it has none."""

    def with_packet(self, data: bytes, packet: bytes) -> bytes:
        """Return a file that has no packet with this one."""

    def without_packet(self, data: bytes) -> bytes:
        """Return a file as it was before `with_packet`."""

    def exchanged(self, data: bytes, packet: bytes) -> bytes:
        """Return a file that has a packet with this one in its place."""


_HINT = (
    "give the image an `output` in another format, which is written anew, or mark derivatives "
    'only:\n  embed = "derivatives"'
)


def refusal(why: str) -> Unmarkable:
    """Return the refusal to touch a file, for a reason given as a sentence."""
    return Unmarkable(Problem("the file cannot be marked as AI-made", why, _HINT))


Piece = TypeVar("Piece")
"""What a format keeps a packet in: a chunk or a segment."""


def at_most_one(found: Iterable[Piece]) -> Piece | None:
    """Return the piece that holds the packet of a file, None without one.

    Raises Unmarkable when there are several.
    """
    pieces = list(found)
    if len(pieces) > 1:
        raise refusal("It has more than one XMP packet.")
    return pieces[0] if pieces else None


def present(piece: Piece | None) -> Piece:
    """Return the piece that holds the packet of a file; raises Unmarkable without one."""
    if piece is None:
        raise refusal("It has no XMP packet.")
    return piece
