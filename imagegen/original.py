"""Owns Original: the exact bytes that a provider delivered, described."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Original:
    """A paid picture as it came; the bytes themselves live in the store."""

    sha256: str
    bytes: int
    format: str
    """png, jpeg, webp, avif or gif, read from the bytes; never from a name or header."""
    width: int
    """Pixels."""
    height: int
    """Pixels."""
