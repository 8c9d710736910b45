"""Owns the folding of lines that are wider than the terminal: between words, below their column.

Paths, commands and what stands between backticks stay whole, so that they can be copied.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator

_CODE = re.compile(r"\x1b\[[0-9;]*m")
"""What colours the text; it takes no room."""
_COMMAND = re.compile(r"\s*(?:imagegen|git|pip|cd|export) \S")
"""How a line begins that is a command and nothing else."""
_WORD = re.compile(r"( *)((?:(?<=[:;] )|(?<=  ))imagegen .+|[^ `]*`[^`]*`[^ `]*|[^ ]+)")
_SINGLE = re.compile(r"( *)([^ ]+)")
_LETTER = re.compile(r"(?:\x1b\[[0-9;]*m)+|[!-~]+|.[、。，．」』）！？]*")
"""Where a word of wide letters may be broken: not before what closes."""
_COLUMN = re.compile(r"[^ ] {2,}(?=[^ ])")
_WIDEST = 40
"""Cells of a column of names at most."""
_STEP = 2
"""By how much prose is set in below what it belongs to."""
_DEEP = 8
"""From here on what is set in stands in a column."""


def folded(text: str, columns: int) -> str:
    """Return `text` with no line wider than so many cells, as far as its words allow it."""
    return "\n".join(part for line in text.split("\n") for part in _parts(line, columns))


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes, whatever its colours."""
    plain = _CODE.sub("", text)
    return len(plain) if plain.isascii() else sum(map(_cells, plain))


def column(texts: Iterable[str]) -> int:
    """Return how wide a column of texts is to be; one that is too long pushes its own row only."""
    return max((size for size in map(cells, texts) if size <= _WIDEST), default=0)


@functools.lru_cache(maxsize=4096)
def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _parts(line: str, columns: int) -> Iterator[str]:
    """Yield a line in as many parts as it needs."""
    if cells(line) <= columns or _COMMAND.match(line):
        yield line
        return
    # Many spaces that end a line are tried in many ways, and nobody sees them.
    line = line.rstrip(" ")
    hang = _hang(_CODE.sub("", line), columns)
    part: list[str] = []
    used = 0
    for gap, word in _words(line, columns - hang):
        size = cells(word)
        # Any other word that no line holds is left to the terminal where it stands.
        if part and used + len(gap) + size > columns and (size <= columns or _COMMAND.match(word)):
            yield "".join(part)
            part, used = [], 0
            gap = " " * max(0, min(hang, columns - size))
        part += [gap, word]
        used += len(gap) + size
    yield "".join(part)


def _hang(line: str, columns: int) -> int:
    """Return where further parts begin: below the last column in the left half, else set in."""
    starts = (cells(line[: found.end()]) for found in _COLUMN.finditer(line))
    below = list(itertools.takewhile(lambda start: start <= columns // 2, starts))
    if below:
        return below[-1]
    indent = len(line) - len(line.lstrip(" "))
    return indent if indent == _STEP or indent > _DEEP else indent + _STEP


def _words(line: str, room: int) -> Iterator[tuple[str, str]]:
    """Yield what is to stay whole, as far as it fits in `room` cells, and the spaces before it."""
    *ends, _ = [0, *(found.start() + 1 for found in _COLUMN.finditer(line)), len(line)]
    for start, end in itertools.pairwise(ends):
        column = line[start:end].lstrip(" ")
        yield from _whole(line[start : end - len(column)], column, room)
    for gap, word in _WORD.findall(line[ends[-1] :]):
        yield from _whole(gap, word, room)


def _whole(gap: str, text: str, room: int) -> Iterator[tuple[str, str]]:
    """Yield a text as one word if `room` or nothing else holds it, else the words it has."""
    if cells(text) <= room or _COMMAND.match(text):
        yield gap, text
        return
    for space, word in _SINGLE.findall(gap + text):
        wide = cells(word) > room and not word.isascii() and "/" not in word
        letters = _LETTER.findall(word) if wide else [word]
        yield space, letters[0]
        yield from (("", letter) for letter in letters[1:])
