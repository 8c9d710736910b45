"""Owns Markdown that texts from outside cannot break out of.

A text stands in a code span, in which GitHub makes nothing of it: no tag, link, mention, number of
an issue or emoji. Only line ends, which would end the span's paragraph, are taken out.
"""

from __future__ import annotations

import re

_RUNS = re.compile(r"`+")
_HARMLESS = re.compile(r"(?:[A-Za-z0-9 ,()]|: )+")
"""No text of these is a link, a mention or an emoji."""


def code(text: str) -> str:
    """Return `text` as a code span on one line; its spaces are joined, and nothing of it is "no
    text".
    """
    plain = " ".join(text.split())
    if not plain:
        return "(empty)"
    plain = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in plain)
    fence = "`" * (max((len(run) for run in _RUNS.findall(plain)), default=0) + 1)
    # A backtick at an end would count to the fence; one space on each side is not shown.
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def prose(text: str) -> str:
    """Return a sentence as it is, but as a code span when anything in it might be markup."""
    return text if _HARMLESS.fullmatch(text) else code(text)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table of cells, each a text that is made safe by `cell` or is our own."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(text: str) -> str:
    """Return `text` as a code span for a table, whose cells a bar would end."""
    # Escaping the bar does not help behind a backslash, so one that looks like it stands in.
    return code(text.replace("|", "\N{BOX DRAWINGS LIGHT VERTICAL}"))
