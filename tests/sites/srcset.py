"""Owns what a browser should choose: srcset, sizes and type read here, without asking a browser.

Knows widths in px, em, rem and vw, calc, min, max and clamp, and media conditions on the width.
Anything else raises ValueError: a page that uses more needs a reader that knows more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

KNOWN_TYPES = {"image/avif", "image/webp", "image/jpeg", "image/png", "image/gif", "image/svg+xml"}
"""What Chromium can show."""

ROOT_EM = 16
"""Pixels of an em in media conditions and sizes, whatever the page's own font size is."""

_ITEM = re.compile(r"\s*(\S+)\s+(\d+)w\s*(?:,|$)")
_BOUND = re.compile(r"\((min|max)-width:\s*([\d.]+)(px|em|rem)\)")
_RANGE = re.compile(r"\(width\s*([<>])=\s*([\d.]+)(px|em|rem)\)")
_TOKEN = re.compile(r"\s*([\d.]+(?:px|r?em|vw)?|calc|min|max|clamp|[-+*/(),])")
_FUNCTIONS = {
    "calc": lambda one: one,
    "min": min,
    "max": max,
    "clamp": lambda low, value, high: max(low, min(value, high)),
}


@dataclass(frozen=True)
class Candidate:
    """One file that a srcset offers."""

    url: str
    width: int
    """Pixels, as its descriptor says."""


def candidates(srcset: str) -> tuple[Candidate, ...]:
    """Read a srcset with width descriptors, in rising widths."""
    found, place = [], 0
    while place < len(srcset.rstrip()):
        item = _ITEM.match(srcset, place)
        if item is None:
            raise ValueError(f"srcset not understood: {srcset[place:]!r}")
        found.append(Candidate(item[1], int(item[2])))
        place = item.end()
    return tuple(sorted(found, key=lambda one: one.width))


def slot(sizes: str, viewport: int) -> float:
    """Return how wide `sizes` says that the picture is, in CSS pixels."""
    for entry in _split(sizes):
        condition, length = _at_last_space(entry)
        if not condition or holds(condition, viewport):
            return _Lengths(length, viewport).read()
    return float(viewport)


def holds(condition: str, viewport: int) -> bool:
    """Tell whether a media condition on the width holds."""
    return all(_bound(part.strip(), viewport) for part in condition.split(" and "))


def right(offered: Sequence[Candidate], wanted: float) -> Candidate:
    """Return the smallest file with `wanted` pixels across, else the largest."""
    return next((one for one in offered if one.width >= wanted), offered[-1])


def _bound(part: str, viewport: int) -> bool:
    if found := _BOUND.fullmatch(part):
        at_least = found[1] == "min"
    elif found := _RANGE.fullmatch(part):
        at_least = found[1] == ">"
    else:
        raise ValueError(f"media condition not understood: {part!r}")
    limit = float(found[2]) * (1 if found[3] == "px" else ROOT_EM)
    return viewport >= limit if at_least else viewport <= limit


def _split(text: str) -> list[str]:
    """Split at the commas that stand in no bracket."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def _at_last_space(entry: str) -> tuple[str, str]:
    depth = 0
    for place in range(len(entry) - 1, -1, -1):
        depth += (entry[place] == ")") - (entry[place] == "(")
        if entry[place].isspace() and depth == 0:
            return entry[:place].strip(), entry[place + 1 :]
    return "", entry


class _Lengths:
    """Reads one CSS length; numbers and lengths are both pixels here."""

    def __init__(self, text: str, viewport: int) -> None:
        self._text = text
        self._viewport = viewport
        self._tokens: list[str] = []
        place = 0
        while place < len(text.rstrip()):
            token = _TOKEN.match(text, place)
            if token is None:
                raise ValueError(f"length not understood: {text!r}")
            self._tokens.append(token[1])
            place = token.end()

    def read(self) -> float:
        value = self._sum()
        if self._tokens:
            raise ValueError(f"length not understood: {self._text!r}")
        return value

    def _next(self, *wanted: str) -> str | None:
        return self._tokens.pop(0) if self._tokens and self._tokens[0] in wanted else None

    def _sum(self) -> float:
        value = self._product()
        while sign := self._next("+", "-"):
            value += self._product() * (1 if sign == "+" else -1)
        return value

    def _product(self) -> float:
        value = self._one()
        while sign := self._next("*", "/"):
            other = self._one()
            value = value * other if sign == "*" else value / other
        return value

    def _one(self) -> float:
        if not self._tokens:
            raise ValueError(f"length not understood: {self._text!r}")
        token = self._tokens.pop(0)
        if token in _FUNCTIONS or token == "(":
            return self._brackets(token)
        number = re.match(r"[\d.]+", token)
        if number is None:
            raise ValueError(f"length not understood: {self._text!r}")
        unit = {"vw": self._viewport / 100, "em": ROOT_EM, "rem": ROOT_EM}
        return float(number[0]) * unit.get(token[number.end() :], 1)

    def _brackets(self, token: str) -> float:
        if token != "(" and self._next("(") is None:
            raise ValueError(f"length not understood: {self._text!r}")
        values = [self._sum()]
        while self._next(","):
            values.append(self._sum())
        if self._next(")") is None:
            raise ValueError(f"length not understood: {self._text!r}")
        return float(_FUNCTIONS.get(token, _FUNCTIONS["calc"])(*values))
