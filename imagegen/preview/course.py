"""Owns Course: how far a build has come, folded from what its feed says.

Pure; never reads a file. Candidates (`hero#2`) count for their image.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from imagegen.candidates import choice_of
from imagegen.errors import Problem
from imagegen.events import (
    Accepted,
    Began,
    Charged,
    Done,
    Event,
    Failed,
    Progressed,
    Waiting,
    Warned,
)
from imagegen.feed import Header, Reading

ORDERED, MAKING, FETCHING, DONE = "ordered", "making", "fetching", "done"
"""Stages of a picture; one that nobody orders has its action's name until it is done."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one image, or one candidate, is."""

    stage: str
    making: bool = False
    """Whether a picture is made, or fetched after it was made; not just put in its place."""
    percent: int | None = None
    problem: Problem | None = None
    """Why it could not be done."""

    @property
    def over(self) -> bool:
        """Whether nothing more will be said of it."""
        return self.stage == DONE or self.problem is not None


@dataclass(frozen=True, slots=True)
class Course:
    """One build as far as it has said; the empty one is no build."""

    header: Header | None = None
    standings: Mapping[str, Standing] = field(default_factory=dict)
    """By name, that of a candidate included."""
    waiting: str | None = None
    over: bool = True
    """Whether the build is at its end, or was killed."""

    @property
    def done(self) -> int:
        """How many images, done or failed, are behind it."""
        return sum(standing.over for standing in self.standings.values())

    def of(self, image: str) -> Standing | None:
        """Return how far an image is with its candidates; None when nothing was said of it."""
        return self.families().get(image)

    def families(self) -> Mapping[str, Standing]:
        """Return how far each image is that something was said of, its candidates with it."""
        found: dict[str, list[Standing]] = {}
        for name, standing in self.standings.items():
            found.setdefault(choice_of(name) or name, []).append(standing)
        return {name: _together(standings) for name, standings in found.items()}

    def after(self, reading: Reading, *, alive: bool) -> Course:
        """Return the course after more was read; `alive` says whether the build still runs."""
        course = Course(reading.place.header, over=False) if reading.afresh else self
        standings, waiting = dict(course.standings), course.waiting
        for event in reading.events:
            waiting = event.text if isinstance(event, Waiting) else waiting
            if isinstance(event, Waiting | Warned):
                continue
            waiting = None
            name = event.name
            standing = _moved(standings.get(name), event)
            if standing is not None:
                standings[name] = standing
        over = course.over or reading.ended or not alive or course.header is None
        return replace(course, standings=standings, waiting=None if over else waiting, over=over)


def _moved(before: Standing | None, event: Event) -> Standing | None:
    match event:
        case Began(_, action, _):
            return Standing(action, making=action == "generate")
        case Accepted():
            return Standing(ORDERED, making=True)
        case Progressed(_, percent):
            return Standing(MAKING, making=True, percent=percent)
        case Charged():
            return Standing(FETCHING, making=True, percent=100)
        case Done():
            return Standing(DONE, making=before is not None and before.making, percent=100)
        case Failed(_, problem):
            return Standing("failed", problem=problem)
        case _:
            return before


def _together(standings: list[Standing]) -> Standing:
    """How far several takes of an image are: failed with one of them, done with all."""
    failed = next((one for one in standings if one.problem is not None), None)
    if failed is not None or len(standings) == 1:
        return failed or standings[0]
    open_ones = [one for one in standings if not one.over]
    if not open_ones:
        return standings[-1]
    known = [one.percent for one in standings if one.percent is not None]
    percent = sum(known) // len(standings) if known else None
    return replace(open_ones[0], percent=percent, making=any(one.making for one in standings))
