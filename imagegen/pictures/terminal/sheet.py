"""Owns the sheet that is drawn: one picture, or several side by side, on a grid of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

_GAP = 2
"""Columns between two pictures."""

_NARROWEST = 16
"""Columns of a picture below which fewer stand side by side."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The size of a terminal's cell in pixels."""

    width: int
    height: int


HALVES = Cell(1, 2)
"""The pixels of a cell that is drawn with half blocks."""

GUESSED = Cell(8, 16)
"""For terminals that do not tell: rather small, so that nothing leaves the window."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The room for each picture, and how many stand side by side."""

    columns: int
    rows: int
    beside: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """An RGBA image that fills whole cells."""

    image: Image.Image
    columns: int
    rows: int
    starts: tuple[int, ...]
    """The column at which each picture begins, from 0."""


def frame(count: int, *, columns: int, rows: int) -> Frame:
    """Return the room for each of `count` pictures in a window of `columns` by `rows` cells."""
    beside = max(1, min(count, (columns + _GAP) // (_NARROWEST + _GAP)))
    room = max(1, (columns - _GAP * (beside - 1)) // beside)
    return Frame(room, max(1, rows), beside)


def sheet(pictures: Sequence[Image.Image], cell: Cell) -> Sheet:
    """Return RGBA `pictures` side by side, from left to right, tops in line."""
    widths = [-(-picture.width // cell.width) for picture in pictures]
    rows = max(-(-picture.height // cell.height) for picture in pictures)
    starts = [sum(widths[:number]) + _GAP * number for number in range(len(widths))]
    columns = starts[-1] + widths[-1]
    image = Image.new("RGBA", (columns * cell.width, rows * cell.height))
    for picture, start in zip(pictures, starts, strict=True):
        image.paste(picture, (start * cell.width, 0))
    return Sheet(image, columns, rows, tuple(starts))
