"""Owns the contrast of a field's old and new value: both as short texts, and where they differ.

Pure; the texts are as they came, so whoever shows them makes them safe for where they stand.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from enum import StrEnum

_LONGEST = 60
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_WORDS_LIMIT = 2000
"""A text of more is not compared word by word, which takes the square of their number."""


class Part(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


def told(old: object, new: object) -> tuple[str, str]:
    """Return both values as short texts; of long ones the part around their first difference."""
    if not isinstance(old, str) or not isinstance(new, str):
        return value(old), value(new)
    # Of two texts that are alike so far, the longer one goes on.
    end = min(len(old), len(new))
    same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), end)
    start = max(0, same - _LONGEST // 3) if max(len(old), len(new)) > _LONGEST else 0
    return _cut(old, start), _cut(new, start)


def value(one: object) -> str:
    """Return one value as a short text, a text in quotes."""
    if one is None:
        return "none"
    if isinstance(one, bool):
        return str(one).lower()
    if isinstance(one, list):
        return f"[{', '.join(map(value, one))}]"
    return _cut(one, 0) if isinstance(one, str) else str(one)


def pieces(old: str, new: str) -> Iterator[tuple[Part, str]]:
    """Yield what two texts have in common and what only one of them has, in reading order."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(after)) > _WORDS_LIMIT:
        yield from ((part, text) for part, text in ((Part.REMOVED, old), (Part.ADDED, new)) if text)
        return
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for _, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        removed, added = "".join(before[from_old:to_old]), "".join(after[from_new:to_new])
        if removed == added:
            yield Part.KEPT, removed
        else:
            yield from ((Part.REMOVED, removed),) if removed else ()
            yield from ((Part.ADDED, added),) if added else ()


def _cut(text: str, start: int) -> str:
    end = start + _LONGEST
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return f'"{before}{text[start:end]}{after}"'
