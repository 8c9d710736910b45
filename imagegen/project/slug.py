"""Owns slugs: what a value becomes in a name or a path, in plain ASCII that every system takes.

    >>> slug("Crème brûlée, groß")
    'creme-brulee-gross'

Two values that differ in more than case, accents and punctuation never become one slug: letters
without an ASCII form are kept as punycode.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d",
        "þ": "th", "ł": "l", "ħ": "h", "ı": "i", "ŋ": "ng",
    }
)  # fmt: skip
"""Latin letters that no Unicode form takes apart."""

_GAPS = re.compile(r"[^a-z0-9._]+")
_DOTS = re.compile(r"\.{2,}")


@lru_cache(maxsize=4096)
def slug(text: str) -> str:
    """Return `text` in lower case letters, digits, `.`, `_` and `-`; empty when nothing is left."""
    if not text.isascii():
        text = _folded(text)
    return _DOTS.sub(".", _GAPS.sub("-", text.lower())).strip("-._")


def path_slug(text: str) -> str:
    """Return `text` with every part between slashes made a slug; empty parts are dropped."""
    return "/".join(filter(None, map(slug, text.split("/"))))


def _folded(text: str) -> str:
    """Return `text` in ASCII; what has no ASCII form follows as punycode."""
    plain = unicodedata.normalize("NFKD", text.lower()).translate(_LETTERS)
    lost = "".join(
        letter
        for letter in plain
        if not letter.isascii() and unicodedata.category(letter)[0] in "LN"
    )
    kept = "".join(letter if letter.isascii() else _gap(letter) for letter in plain)
    return f"{kept}-{lost.encode('punycode').decode()}" if lost else kept


def _gap(letter: str) -> str:
    """Return what stands for a letter that is left out: nothing for an accent, else a gap."""
    return "" if unicodedata.category(letter) == "Mn" else "-"
