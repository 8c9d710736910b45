"""Owns what a run came to: an outcome for each image and the exit code of the whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from imagegen.build.purchase import Sum
from imagegen.errors import Problem
from imagegen.plan import Action


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one image."""

    name: str
    action: Action
    output: str | None
    credits: int | None = None
    """Charged by this run for this image; None when nothing was or nobody said."""
    problems: tuple[Problem, ...] = ()
    """Why it is not as wanted; none when it is."""
    unknown: bool = False
    limit: bool = False
    stopped: bool = False
    """Nothing was tried, because the run was stopped before."""

    @property
    def problem(self) -> Problem | None:
        """The first problem; None when it is as wanted."""
        return self.problems[0] if self.problems else None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """How many images a signal has broken off, by how far they have come."""

    placed: int = 0
    """In place and recorded, but for some of the files that are made of them."""
    under_way: int = 0
    """Ordered, fetched or made just then."""
    waiting: int = 0
    """Not begun."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a run."""

    outcomes: tuple[Outcome, ...]
    signal: int | None = None
    """The signal that ended it early."""
    unfinished: Unfinished = Unfinished()
    """The images without an outcome, which only a signal leaves."""
    spent: Sum = field(default_factory=Sum)
    """What this run was charged, and what it may still be."""

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """The images that are not as wanted."""
        return tuple(outcome for outcome in self.outcomes if outcome.problems)

    @property
    def exit_code(self) -> int:
        """0 done, 1 an image failed, 4 an outcome is unknown, 5 a limit, 128 + signal."""
        if self.signal is not None:
            return 128 + self.signal
        if any(outcome.unknown for outcome in self.outcomes):
            return 4
        if any(outcome.limit for outcome in self.outcomes):
            return 5
        return 1 if self.failures else 0
