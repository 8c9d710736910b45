"""Owns the variables of sets: which values may be one, and what they are as text.

A value is text wherever it is filled in. Where it stands alone as the value of a param, `Filled`
lets the model's entry in the catalogue decide whether it is a number.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

TEXT_LIMIT = 10_000
"""Characters of one value; no model takes a longer prompt."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}\Z")
_WHOLE_LIMIT = 2**63


class Filled(str):
    """A text that came out of variables; a param that is a number takes it for one."""

    __slots__ = ()

    def __repr__(self) -> str:
        # Params are compared by their text: a filled "3" may be a number, a written one is not.
        return f"Filled({super().__repr__()})"


def is_name(text: str) -> bool:
    """Whether a template can refer to `text` as `{text}`."""
    return _NAME.match(text) is not None


def plain_text(value: object) -> str | None:
    """Return a string, integer, number or boolean as text, written plainly; None for others."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if len(value) <= TEXT_LIMIT else None
    if isinstance(value, int):
        return str(value) if -_WHOLE_LIMIT <= value < _WHOLE_LIMIT else None
    if isinstance(value, float) and math.isfinite(value):
        return format(Decimal(repr(value)), "f")
    return None


def number(text: str, kind: str) -> int | float | bool | None:
    """Return a filled text as a number or boolean param of this kind, or None when it is none."""
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    if kind not in ("integer", "number") or not re.fullmatch(
        r"[+-]?[0-9]{1,19}(\.[0-9]{1,19})?", text
    ):
        return None
    return float(text) if "." in text else int(text)
