"""Owns the line format of the ledger: one record a line, each naming the line before it.

A line is `checksum SP json LF`; the json holds `n` (0, 1, …) and `prev`, the checksum of the
line before. The first line never changes, whatever the format number: readers of any version
can tell a newer ledger from a damaged one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from imagegen import digest

FORMAT = 1
CHECKSUM_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Line:
    """One valid line, taken apart."""

    n: int
    previous: str
    checksum: str
    fields: Mapping[str, object]
    """The record itself, without `n` and `prev`."""


def encode(n: int, previous: str, fields: Mapping[str, object]) -> bytes:
    """Return the line for record number `n`, ending in LF."""
    text = digest.canonical_json({**fields, "n": n, "prev": previous})
    return _checksum(text).encode() + b" " + text + b"\n"


def decode(raw: bytes) -> Line | None:
    """Return the line taken apart, or None when it is not whole and unharmed."""
    checksum, space, text = raw[:CHECKSUM_LENGTH], raw[CHECKSUM_LENGTH : CHECKSUM_LENGTH + 1], raw
    text = raw[CHECKSUM_LENGTH + 1 : -1]
    if space != b" " or raw[-1:] != b"\n" or _checksum(text).encode() != checksum:
        return None
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    n, previous = fields.pop("n", None), fields.pop("prev", None)
    if type(n) is not int or not isinstance(previous, str):
        return None
    return Line(n, previous, checksum.decode(), fields)


def _checksum(text: bytes) -> str:
    return digest.sha256_of(text)[:CHECKSUM_LENGTH]


HEADER = encode(0, "", {"ev": "LEDGER", "format": FORMAT, "kept_by": "imagegen"})
"""The first line of every ledger of this format."""
