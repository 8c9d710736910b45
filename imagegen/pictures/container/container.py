"""Owns the socket of a file format that can hold an XMP packet, and the refusal to touch a file.

One module for each format fulfils it: bytes in, bytes out, and nothing but the packet changes.
"""

from __future__ import annotations

from typing import Protocol

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
