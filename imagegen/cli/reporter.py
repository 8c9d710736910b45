"""Owns how a running build is told: plain lines, or on a terminal one live line beneath them."""

from __future__ import annotations

import sys
from typing import Protocol

from imagegen.cli import terminal
from imagegen.events import (
    Accepted,
    Began,
    Charged,
    Done,
    Event,
    Failed,
    KeptAside,
    LeftBehind,
    Progressed,
    Waiting,
    Warned,
)

_DID = {"restore": "restored", "derive": "derived", "generate": "generated", "retire": "retired"}


class Reporter(Protocol):
    """Takes the events of one run and shows them."""

    def __call__(self, event: Event) -> None:
        """Take in one event."""

    def close(self) -> None:
        """Leave the terminal tidy; call once."""


def for_stream(total: int) -> Reporter:
    """Return the reporter that fits standard error; `total` is the number of images to do."""
    if not sys.stderr.isatty():
        return PlainReporter()
    # Deferred on purpose: rich costs a tenth of a second that only a terminal needs.
    from imagegen.cli.live import LiveReporter

    return LiveReporter(total)


class PlainReporter:
    """A line for each fact that matters afterwards; for pipes, files and CI logs."""

    def __call__(self, event: Event) -> None:
        """Write the event's line, if it has one."""
        text = told(event)
        if text:
            terminal.talk(text)

    def close(self) -> None:
        """Nothing to tidy."""


def told(event: Event) -> str | None:
    """Return an event as the text that stays, None for one that only moves the live line."""
    match event:
        case Done(name, action, output):
            where = f" -> {output}" if output else ""
            return f"{_DID.get(action, action):<9}  {terminal.line(name + where)}"
        case Failed(name, problem):
            return terminal.worded(problem, label=f"failed: {terminal.line(name)}")
        case Warned(problem):
            return terminal.worded(problem, label="warning")
        case KeptAside(_, output, kept):
            place = terminal.line(kept)
            return f"kept       {terminal.line(output)} had been edited; it is in {place} now"
        case LeftBehind(_, output):
            return f"left       {terminal.line(output)} had been edited, so it was not deleted"
        case Waiting(text, seconds):
            after = f", next try in {seconds:.0f} s" if seconds else ""
            return f"waiting    {terminal.line(text)}{after}"
        case Accepted() | Began() | Progressed() | Charged():
            return None
