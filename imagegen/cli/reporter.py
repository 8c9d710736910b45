"""Owns how a running build is told: plain lines, or on a terminal one live line beneath them."""

from __future__ import annotations

import sys
from typing import Protocol

from imagegen.cli import terminal
from imagegen.cli.event_words import told
from imagegen.events import Event


class Reporter(Protocol):
    """Takes the events of one run and shows them."""

    def __call__(self, event: Event) -> None:
        """Take in one event."""

    def close(self) -> None:
        """Leave the terminal tidy; call once."""


def for_stream(total: int, *, timed: bool = False) -> Reporter:
    """Return the reporter that fits standard error; `total` is the number of images to do.

    With `timed` every line begins with the time of day.
    """
    if not sys.stderr.isatty():
        return PlainReporter(timed=timed)
    # Deferred on purpose: rich costs a tenth of a second that only a terminal needs.
    from imagegen.cli.live import LiveReporter

    return LiveReporter(total, timed=timed)


class PlainReporter:
    """A line for each fact that matters afterwards; for pipes, files and CI logs."""

    def __init__(self, *, timed: bool = False) -> None:
        self._timed = timed

    def __call__(self, event: Event) -> None:
        """Write the event's line, if it has one."""
        text = told(event)
        if text:
            terminal.talk(terminal.timed(text) if self._timed else text)

    def close(self) -> None:
        """Nothing to tidy."""
