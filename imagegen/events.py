"""Owns what a build says while it runs: one value per fact, worded by the front door.

The terminal, `--json` and the preview page feed on the same stream.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from imagegen.errors import Problem


@dataclass(frozen=True, slots=True)
class Began:
    """Work on one image starts; `paid` says whether it may cost money."""

    name: str
    action: str
    paid: bool


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the order and charges for it."""

    name: str
    job_id: str


@dataclass(frozen=True, slots=True)
class Progressed:
    """The provider is at `percent` (0 to 100) of one job, or did not say."""

    name: str
    percent: int | None


@dataclass(frozen=True, slots=True)
class Charged:
    """One picture has arrived and this is its price."""

    name: str
    credits: int | None
    """None when the provider does not say."""


@dataclass(frozen=True, slots=True)
class Done:
    """One image is as wanted now."""

    name: str
    action: str
    output: str
    derived: int = 0
    """Files that were made of it beside the output."""
    removed: int = 0
    """Files that were deleted, since they are wanted no longer."""
    kept: bool = False
    """Of an image that is retired: whether its bought picture is in the store."""


@dataclass(frozen=True, slots=True)
class KeptAside:
    """A file that somebody had edited was moved before the output was written."""

    name: str
    output: str
    kept: str


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A retired output was not deleted because its bytes are not the lock's."""

    name: str
    output: str


@dataclass(frozen=True, slots=True)
class Failed:
    """One image could not be done; the others go on. Said once for each of its problems."""

    name: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that a person should know and that stops nothing."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Waiting:
    """The build waits for something outside it."""

    text: str
    seconds: float | None = None


Event = (
    Began
    | Accepted
    | Progressed
    | Charged
    | Done
    | KeptAside
    | LeftBehind
    | Failed
    | Warned
    | Waiting
)
Emit = Callable[[Event], None]
