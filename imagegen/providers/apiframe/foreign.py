"""Owns text from outside: makes what a server says safe to show and to write down.

Never judges what the text means.
"""

from __future__ import annotations

LIMIT = 400
"""Longest foreign text that is shown, in characters before escapes."""


def shown(text: str, limit: int = LIMIT) -> str:
    """Return `text` on one line, everything that a terminal could obey shown as an escape.

    Control, bidirectional and other invisible characters and lone surrogates become escapes
    such as `\\x1b`; white space becomes one space; a text over `limit` characters ends in `…`.
    """
    # Cut before splitting: a server decides how long the text is.
    words = " ".join(text[: limit * 4].split())
    cut = words[:limit] + "…" if len(words) > limit else words
    return "".join(letter if letter.isprintable() else _escape(letter) for letter in cut)


def _escape(letter: str) -> str:
    code = ord(letter)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
