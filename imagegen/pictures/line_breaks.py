"""Owns where a line of text may end: after words, between ideographs, at soft hyphens.

Pure. The rules of Unicode's line breaking that texts on pictures need, and those of Japanese and
Chinese typesetting for what may neither begin nor end a line. Scripts that are written without
spaces and need a dictionary, such as Thai, break where a zero width space stands.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

SOFT_HYPHEN = "\u00ad"

_ZERO_WIDTH_SPACE = "\u200b"
_JOINER = "\u200d"
_SPACES = frozenset(
    " \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000"
)
"""Spaces at which a line may end; those that hold words together are not among them."""

_GLUE = frozenset("\u00a0\u2007\u202f\u2060\ufeff\u2011\u2024")
_OPENERS = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
"""What begins an embedding or isolate belongs to what follows."""
_CLOSERS = frozenset("\u202c\u2069")
"""What ends one belongs to what is before it."""

_HYPHENS = frozenset("-\u2010\u2012\u2013\u058a\u05be")
_INSEPARABLE = frozenset("\u2014\u2025\u2026\u22ef")
"""Dashes and dots that are written several in a row and stay together."""

_LOOSE = frozenset("·•|–—:;!?%‰€、。，．：；！？）］｝〉》」』】")
"""What does not begin a line behind a space either: it belongs to what is before it."""

_NOT_FIRST = frozenset(
    ")]}»’”'\",.:;!?%/…‥—"
    "、。，．・：；？！‼⁇⁈⁉）］｝｠〉》」』】〕〗〙〛〟”’％‰℃°′″／"
    "ーｰ々〻ヽヾゝゞ〜～゠–‐゛゜･｡､｣"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
    "ｧｨｩｪｫｬｭｮｯ"
)
"""What does not begin a line beside an ideograph."""

_NOT_LAST = frozenset("([{«‘“（［｛｟〈《「『【〔〖〘〚〝｢￥＄￡¥$£€＃#№@＠")
"""What does not end a line beside an ideograph."""

_IDEOGRAPHIC = (
    (0x2E80, 0x2FFF),
    (0x3001, 0x312F),
    (0x3190, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA000, 0xA4CF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF01, 0xFF9F),
    (0xFFE0, 0xFFE6),
    (0x1B000, 0x1B2FF),
    (0x1F000, 0x1FAFF),
    (0x20000, 0x3FFFD),
)
"""Blocks, first and last code point, whose characters stand alone; Korean has spaces instead."""


@dataclass(frozen=True, slots=True)
class BreakOpportunity:
    """A place where a line may end."""

    end: int
    """Characters before it, spaces at the line's end among them."""
    hyphen: bool = False
    """Whether a line that ends here shows a hyphen."""


def break_opportunities(text: str) -> Iterator[BreakOpportunity]:
    """Yield the places in one paragraph where a line may end, in order; the last is its end."""
    starts = list(_clusters(text))
    for place in range(1, len(starts)):
        at = starts[place]
        before, after = text[starts[place - 1]], text[at]
        if before == SOFT_HYPHEN:
            # Behind the last word or beside a space there is nothing to divide.
            if at > 1 and not {text[at - 2], after} & _SPACES:
                yield BreakOpportunity(at, hyphen=True)
        elif _may_part(before, after, text[starts[place - 2]] if place > 1 else ""):
            yield BreakOpportunity(at)
    yield BreakOpportunity(len(text))


def _clusters(text: str) -> Iterator[int]:
    """Yield where a letter begins, with the marks and joined signs that follow it."""
    previous = ""
    flags = 0
    for index, letter in enumerate(text):
        flag = 0x1F1E6 <= ord(letter) <= 0x1F1FF
        flags = flags + 1 if flag else 0
        joined = previous == _JOINER or letter == _JOINER or (flag and flags % 2 == 0)
        tone = 0x1F3FB <= ord(letter) <= 0x1F3FF
        if not index or not (joined or tone or unicodedata.category(letter) in ("Mn", "Mc", "Me")):
            yield index
        previous = letter


def _may_part(before: str, after: str, earlier: str) -> bool:
    """Whether a line may end between two letters; `earlier` stands before them, if anything."""
    if after in _SPACES or after in (_ZERO_WIDTH_SPACE, SOFT_HYPHEN) or {before, after} & _GLUE:
        return False
    if before in _OPENERS or after in _CLOSERS:
        return False
    if before in _SPACES or before == _ZERO_WIDTH_SPACE:
        return after not in _LOOSE
    if before == after and before in _INSEPARABLE:
        return False
    if _is_ideographic(before) or _is_ideographic(after):
        return after not in _NOT_FIRST and before not in _NOT_LAST
    if before in _HYPHENS:
        # "-5" and "2024-25" stay together.
        return after.isalpha() and earlier.isalnum()
    return before == "\u2014" and after.isalpha() and earlier.isalnum()


def _is_ideographic(letter: str) -> bool:
    code = ord(letter)
    return code >= 0x2E80 and any(first <= code <= last for first, last in _IDEOGRAPHIC)
