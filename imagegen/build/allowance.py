"""Owns Allowance: what one run may spend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may be spent; None means no limit."""

    images: int = 100
    credits: int | None = None
    credits_per_day: int | None = None
