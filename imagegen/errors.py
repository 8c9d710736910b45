"""Owns how a fault is told: a Problem with its place, and the few kinds of error by exit code.

Never prints: `cli` words and shows problems.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a text file; line and column count from 1, columns in characters."""

    path: str
    line: int
    column: int
    text: str
    """The whole line, without its line end, as shown under the message."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault, as short prose: what, where, why, what to do next."""

    summary: str
    """What is wrong, in one line."""
    detail: str = ""
    """Why, in full sentences."""
    hint: str = ""
    """What to do next; a command stands on a line of its own."""
    where: Where | None = None


class ImagegenError(Exception):
    """Every expected failure; holds all problems found, in reading order."""

    exit_code: ClassVar[int] = 1

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.summary for problem in problems))
        self.problems = problems


class NeedsAttention(ImagegenError):
    """Something was carried out or checked, and a person has to look at it."""

    exit_code = 1


class DiskFailed(NeedsAttention):
    """The disk refuses to keep records or pictures, so nothing more may be bought."""


class WrongInput(ImagegenError):
    """The request, the project file or the lock is wrong; nothing was done."""

    exit_code = 2


class OutcomeUnknown(ImagegenError):
    """A paid job may or may not exist, and only a person can settle it."""

    exit_code = 4


class LimitReached(ImagegenError):
    """A spending limit forbids what was asked; nothing was spent beyond it."""

    exit_code = 5


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known name that `word` was most likely meant to be, or None."""
    names = list(known)
    same = next((name for name in names if name.casefold() == word.casefold()), None)
    close = [same] if same else difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return close[0] if close else None
