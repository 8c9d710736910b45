"""Owns the drawing of pictures on the terminal, within its window; decodes in the darkroom.

Never asks the terminal anything: the environment and the system know enough.
"""

from __future__ import annotations

import os
import shutil
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click
from PIL import Image

from imagegen.build.darkroom import Darkroom
from imagegen.cli import terminal
from imagegen.pictures.inspect import NotAPicture
from imagegen.pictures.terminal.blocks import blocks
from imagegen.pictures.terminal.iterm import iterm
from imagegen.pictures.terminal.kitty import kitty
from imagegen.pictures.terminal.sheet import GUESSED, HALVES, Cell, Sheet, frame, sheet
from imagegen.pictures.terminal.sixel import sixel
from imagegen.pictures.terminal.way import Way, has_true_colour

if sys.platform != "win32":
    import fcntl
    import termios

_LEAST_ROWS = 6
"""Rows that a picture may have in any window; else it leaves a third for what is said of it."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture to draw."""

    data: bytes
    """Of any picture format; not trusted."""
    what: str
    """What it is, for messages."""
    label: str = ""
    """Stands above it."""


class Easel:
    """Draws in one way, not NONE; close it at the end."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._darkroom = Darkroom()
        self._columns, rows = shutil.get_terminal_size()
        self._rows = max(_LEAST_ROWS, rows * 2 // 3)
        self._cell = HALVES if way is Way.BLOCKS else _cell(self._columns, rows)

    def draw(self, shots: Sequence[Shot]) -> None:
        """Draw pictures side by side; says on stderr what cannot be drawn, and why."""
        room = frame(len(shots), columns=self._columns, rows=self._rows)
        width, height = room.columns * self._cell.width, room.rows * self._cell.height
        drawn = list(self._shrunk(shots, width, height))
        for start in range(0, len(drawn), room.beside):
            beside = drawn[start : start + room.beside]
            made = sheet([image for _, image in beside], self._cell)
            labels = [shot.label for shot, _ in beside]
            if any(labels):
                terminal.data(_lined_up(labels, made.starts))
            # A person who asks for colours by name gets them, whatever NO_COLOR says.
            click.echo(self._text(made), color=True)

    def close(self) -> None:
        """End the process that decodes."""
        self._darkroom.close()

    def _shrunk(
        self, shots: Sequence[Shot], width: int, height: int
    ) -> Iterator[tuple[Shot, Image.Image]]:
        for shot in shots:
            try:
                wide, high, pixels = self._darkroom.shrink(shot.data, width=width, height=height)
            except NotAPicture as error:
                summary = terminal.line(error.problem.summary)
                terminal.talk(f"{terminal.line(shot.what)} cannot be drawn: {summary}")
                continue
            yield shot, Image.frombytes("RGBA", (wide, high), pixels)

    def _text(self, made: Sheet) -> str:
        match self._way:
            case Way.KITTY:
                return kitty(made.image, columns=made.columns, rows=made.rows)
            case Way.ITERM:
                return iterm(made.image, columns=made.columns, rows=made.rows)
            case Way.SIXEL:
                return sixel(made.image)
            case _:
                return blocks(made.image, true_colour=has_true_colour(os.environ))


def _lined_up(labels: Sequence[str], starts: Sequence[int]) -> str:
    text = ""
    for label, start in zip(labels, starts, strict=True):
        text = f"{text:<{start}}{label}"
    return text


def _cell(columns: int, rows: int) -> Cell:
    """The size of a cell in pixels: what the system knows of the window, else a guess."""
    if sys.platform == "win32":
        return GUESSED
    try:
        told = fcntl.ioctl(sys.stdout.fileno(), termios.TIOCGWINSZ, bytes(8))
    except OSError:
        return GUESSED
    _, _, width, height = struct.unpack("4H", told)
    if width < columns or height < rows:
        return GUESSED
    return Cell(width // columns, height // rows)
