"""Owns what makes a TOML text cost more to read than it is worth: found before it is parsed.

Never takes more than linear time itself, whatever the text is; it need not even be TOML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

DEPTH_LIMIT = 32
"""How deep brackets may nest, and how many parts a dotted key may have."""

WORD_LIMIT = 256
"""Characters of one bare word: a number, a date or a key without quotes."""

LIST_LIMIT = 1000
"""Entries of one list."""

# Quantifiers are possessive, and a text without its closing quotes still matches to the end of its
# line or file: so no input makes the pattern look at the same characters again and again.
_STRING = r"""(?:"(?:[^"\\\n]|\\.)*+"?+|'[^'\n]*+'?+)"""
_LONG = r"""\"{3}(?:[^"\\]|\\[\s\S]|"(?!""))*+"{0,5}+|'{3}(?:[^']|'(?!''))*+'{0,5}+"""
_PART = rf"(?:[A-Za-z0-9_-]++|{_STRING})"
_PIECES = re.compile(
    rf"(?P<long>{_LONG})"
    rf"|(?P<chain>{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{DEPTH_LIMIT},}}+)"
    rf"|(?P<word>[A-Za-z0-9_+.:-]{{{WORD_LIMIT + 1},}}+)"
    rf"|(?P<other>\#[^\n]*+|{_STRING}|[A-Za-z0-9_+.:-]++)"
    r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<comma>,)"
)


@dataclass(frozen=True, slots=True)
class Excess:
    """The first thing in a text that is beyond a limit."""

    offset: int
    """Characters before it."""
    kind: Literal["depth", "word", "list"]


def excess(text: str) -> Excess | None:
    """Return the first thing in a TOML text that is beyond a limit, or None."""
    open_brackets: list[str] = []
    commas: list[int] = []
    for piece in _PIECES.finditer(text):
        match piece.lastgroup:
            case "open":
                open_brackets.append(piece[0])
                commas.append(0)
            case "close" if commas:
                open_brackets.pop()
                commas.pop()
            case "comma" if commas:
                commas[-1] += 1
            case "word":
                return Excess(piece.start(), "word")
            case "chain":
                return Excess(piece.start(), "depth")
        if len(commas) > DEPTH_LIMIT:
            return Excess(piece.start(), "depth")
        if commas and commas[-1] > LIST_LIMIT and open_brackets[-1] == "[":
            return Excess(piece.start(), "list")
    return None


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, from 1 and in characters, of the character at `offset`."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
