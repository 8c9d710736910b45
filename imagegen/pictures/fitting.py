"""Owns how one text fills its box: its lines, their size and their places.

Everything is reckoned in heights of the picture, from measures that do not depend on the size of
the file, so that a picture breaks at the same words in all its widths.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from imagegen.derivative import Lettering
from imagegen.errors import Problem
from imagegen.pictures import bidi
from imagegen.pictures.line_breaks import SOFT_HYPHEN, break_opportunities
from imagegen.pictures.typeface import NotSet, Typeface

_RIGHT_TO_LEFT = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "syr", "ug", "ur", "yi")
)
_UNSHOWN = f" \u3000\u200b{bidi.CONTROLS}"
"""What does not show at the ends of a line."""

_SMALLEST = 2.0**-10
_STEPS = 10
"""Halvings in the search for a size: a thousandth more or less is not seen."""

_BALANCED = 6
"""Paragraphs of so many lines at most have lines of about one length."""

_TOLERANCE = 1.001
"""What may stick out because of rounding."""


class TooLarge(NotSet):
    """A text does not fit its box, and must not be made smaller."""

    def __init__(self, lettering: Lettering, size: float, excess: tuple[float, float]) -> None:
        """`size` is the em at hand; `excess` tells how many times its box it is wide and high."""
        self.lettering = lettering
        wide, high = excess
        self.times, side = (wide, "width") if wide >= high else (high, "height")
        self.takes = f"takes {self.times:.2f} times the {side} of"
        """What it does to its box, in words."""
        self.size = size / self.times * 0.995
        """One that fits."""
        super().__init__(
            Problem(
                f"the text {named(lettering)} does not fit its box",
                f"It {self.takes} the box, and `fit` is none.",
                f"make the box larger, write `size = {self.size:.3g}` or choose another `fit`",
            )
        )


class TooSmall(NotSet):
    """A text fits its box only below its `min_size`."""

    def __init__(self, lettering: Lettering, least: float, size: float) -> None:
        """`least` is its `min_size`, `size` the em at which it fits."""
        self.lettering = lettering
        self.least = least
        self.size = math.floor(size * 1000) / 1000 or size
        """One that fits, as short a number as can be."""
        super().__init__(
            Problem(
                f"the text {named(lettering)} does not fit its box at its `min_size`",
                f"It would have to be set at {size:.3g}, and `min_size` is {least:g}.",
                f"make the box larger, the text shorter, or write `min_size = {self.size:.3g}`",
            )
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """One line and where it stands."""

    text: str
    x: float
    """Where its anchor stands, in heights of the picture."""
    y: float
    """Its baseline, in heights of the picture."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A text in its box."""

    lines: tuple[Placed, ...]
    size: float
    """The em, in heights of the picture."""
    anchor: str
    """l, m or r: the part of each line that stands at its `x`."""


def direction(text: str, language: str) -> str:
    """Return ltr or rtl: that of the first letter that has one, else that of the language."""
    depth = 0
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        depth += kind in ("LRI", "RLI", "FSI")
        depth -= kind == "PDI" and depth > 0
        if not depth and kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    parts = language.lower().split("-")
    return "rtl" if parts[0] in _RIGHT_TO_LEFT or {"arab", "hebr"} & {*parts} else "ltr"


def layout(lettering: Lettering, face: Typeface, aspect: float) -> Layout:
    """Return the lines of a text on a picture that is `aspect` times as wide as high.

    Raises NotSet when they do not fit and must not be made smaller.
    """
    left, top, width, height = lettering.box
    left, width = left * aspect, width * aspect
    block = _fitted(_Block(lettering, face, width, height))
    least = lettering.min_size
    if least is not None and block.size * _TOLERANCE < least:
        raise TooSmall(lettering, least, block.size)
    anchor = _anchor(lettering, direction(lettering.text, lettering.language))
    x = left + width * {"l": 0.0, "m": 0.5, "r": 1.0}[anchor]
    above, below = block.extent
    room = height - (below - above) * block.size
    y = top + room * {"top": 0.0, "middle": 0.5, "bottom": 1.0}[lettering.valign]
    baseline = y + (face.ascent - above) * block.size
    step = lettering.line_height * block.size
    placed = (
        Placed(line, x, baseline + index * step) for index, line in enumerate(block.lines) if line
    )
    return Layout(tuple(placed), block.size, anchor)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """What is set between two line feeds; lines are parts of it."""

    text: str
    base: int
    """1 where the whole text runs from right to left, else 0."""

    def line(self, start: int = 0, end: int | None = None, *, hyphen: bool = False) -> str:
        """Return what a line shows: no space at its ends, only the hyphen that divides a word."""
        part = self.text[start:end]
        shown = part.strip(_UNSHOWN)
        first = start + len(part) - len(part.lstrip(_UNSHOWN))
        levels = bidi.levels(self.text, self.base)[first : first + len(shown)]
        line = shown.replace(SOFT_HYPHEN, "")
        if len(line) < len(shown):
            pairs = zip(shown, levels, strict=True)
            levels = tuple(level for letter, level in pairs if letter != SOFT_HYPHEN)
        if hyphen:
            line, levels = f"{line}-", (*levels, *(levels[-1:] or (self.base,)))
        return bidi.written(line, levels, self.base)


@dataclass(slots=True)
class _Block:
    """The lines of a text at one size."""

    lettering: Lettering
    face: Typeface
    width: float
    height: float
    scale: float = 1.0

    @property
    def size(self) -> float:
        return self.lettering.size * self.scale

    @property
    def lines(self) -> list[str]:
        base = int(direction(self.lettering.text, self.lettering.language) == "rtl")
        paragraphs = [_Paragraph(one, base) for one in self.lettering.text.split("\n")]
        if self.lettering.fit != "wrap":
            return [paragraph.line() for paragraph in paragraphs]
        room = self.width / self.size * _TOLERANCE
        return [line for one in paragraphs for line in _balanced(one, self.face, room)]

    @property
    def extent(self) -> tuple[float, float]:
        """Top and bottom in ems, from the top of the first line's em; never less than the ink."""
        step, ascent = self.lettering.line_height, self.face.ascent
        lines = self.lines
        above, below = 0.0, 1.0 + (len(lines) - 1) * step
        for index, line in enumerate(lines):
            if line:
                _, high, _, low = self.face.ink(line)
                above = min(above, ascent + index * step + high)
                below = max(below, ascent + index * step + low)
        return above, below

    @property
    def excess(self) -> tuple[float, float]:
        """How many times its box the text is wide and high."""
        wide = max((self.face.width(line) for line in self.lines), default=0.0) * self.size
        above, below = self.extent
        high = (below - above) * self.size
        return _times(wide, self.width), _times(high, self.height)

    @property
    def fits(self) -> bool:
        return max(self.excess) <= _TOLERANCE


def _times(length: float, room: float) -> float:
    return length / room if room > 0 else float("inf")


def _fitted(block: _Block) -> _Block:
    """Return the block as large as it may be; raises NotSet when there is no such size."""
    if block.fits:
        return block
    if block.lettering.fit == "none":
        raise TooLarge(block.lettering, block.size, block.excess)
    if block.lettering.fit == "shrink":
        # Without other lines, everything is in proportion.
        block.scale = 1 / max(block.excess)
        if block.scale >= _SMALLEST:
            return block
        raise NotSet(_no_room(block.lettering))
    while not block.fits:
        block.scale /= 2
        if block.scale < _SMALLEST:
            raise NotSet(_no_room(block.lettering))
    good, bad = block.scale, block.scale * 2
    for _ in range(_STEPS):
        block.scale = (good + bad) / 2
        good, bad = (block.scale, bad) if block.fits else (good, block.scale)
    block.scale = good
    return block


def _balanced(paragraph: _Paragraph, face: Typeface, room: float) -> list[str]:
    """Return the lines of a paragraph, none wider than `room` ems if that can be, and no more
    lines than that takes; short paragraphs have lines of about one length.
    """
    lines = list(_broken(paragraph, face, room))
    if not 1 < len(lines) <= _BALANCED or max(map(face.width, lines)) > room:
        return lines
    good, bad = room, room / len(lines) / 2
    for _ in range(_STEPS):
        middle = (good + bad) / 2
        tried = list(_broken(paragraph, face, middle))
        if len(tried) <= len(lines) and max(map(face.width, tried)) <= room:
            good, lines = middle, tried
        else:
            bad = middle
    return lines


def _broken(paragraph: _Paragraph, face: Typeface, room: float) -> Iterator[str]:
    """Yield lines that are as full as they can be; one that cannot be broken may be too wide."""
    start = 0
    best: str | None = None
    end = 0
    for place in break_opportunities(paragraph.text):
        line = paragraph.line(start, place.end, hyphen=place.hyphen)
        if best is not None and face.width(line) > room:
            yield best
            start = end
            line = paragraph.line(start, place.end, hyphen=place.hyphen)
        best, end = line, place.end
    yield best or ""


def _anchor(lettering: Lettering, way: str) -> str:
    if lettering.align == "start":
        return "l" if way == "ltr" else "r"
    if lettering.align == "end":
        return "r" if way == "ltr" else "l"
    return {"left": "l", "center": "m", "right": "r"}[lettering.align]


def named(lettering: Lettering) -> str:
    """Return what a text is called in a message: its beginning and its language."""
    text = re.sub(f"[{SOFT_HYPHEN}\u200b]", "", lettering.text.replace("\n", " "))
    short = text if len(text) <= 40 else text[:39] + "…"
    return f"`{short}` ({lettering.language})" if lettering.language else f"`{short}`"


def _no_room(lettering: Lettering) -> Problem:
    return Problem(
        f"the text {named(lettering)} does not fit its box",
        "It would have to be more than a thousand times smaller than its `size`.",
        "make the box larger",
    )
