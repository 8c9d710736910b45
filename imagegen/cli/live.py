"""Owns the live line of a build on a terminal: count, running jobs, time left, credits spent."""

from __future__ import annotations

import contextlib
import os
import time

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from imagegen import interruption
from imagegen.cli import terminal
from imagegen.cli.event_words import told
from imagegen.cli.words import credits_text
from imagegen.events import Accepted, Began, Charged, Done, Event, Failed, Progressed, Waiting


class LiveReporter:
    """Lines that stay, above one line that moves."""

    def __init__(self, total: int, *, timed: bool = False) -> None:
        self._total = total
        self._timed = timed
        self._done: set[str] = set()
        self._spent = 0
        self._paid = False
        self._running: dict[str, int | None] = {}
        self._began = self._last = time.monotonic()
        self._waiting = ""
        self._spinner = Spinner("dots")
        console = Console(stderr=True)
        if not console.width:
            # COLUMNS=0 would leave no room for any letter, also of what stays.
            console.width = 80
        self._live = Live(self._spinner, console=console, transient=True, refresh_per_second=8)
        self._tidy = contextlib.ExitStack()
        self._tidy.enter_context(interruption.tidying(_tidy))
        self._live.start()

    def __call__(self, event: Event) -> None:
        """Take in the event, write its line if it has one, and renew the live line."""
        self._count(event)
        text = None if isinstance(event, Waiting) else told(event)
        if text and self._timed:
            text = terminal.timed(text)
        if text:
            self._live.console.print(Text.from_ansi(terminal.fitted(text)), soft_wrap=True)
        status = Text(terminal.line(self.status()))
        # One line, whatever it says: beside the spinner and a space.
        status.truncate(max(1, self._live.console.width - 2), overflow="ellipsis")
        self._spinner.update(text=status)

    def close(self) -> None:
        """Take the live line away."""
        self._live.stop()
        self._tidy.close()

    def status(self) -> str:
        """Return the text of the live line."""
        parts = [f"{len(self._done)}/{self._total}", f"{len(self._running)} running"]
        known = [percent for percent in self._running.values() if percent is not None]
        if known:
            parts[-1] += f" ({sum(known) // len(known)} %)"
        left = self._time_left()
        if left:
            parts.append(left)
        if self._paid:
            parts.append(f"{credits_text(self._spent)} spent")
        if self._waiting:
            parts.append(f"waiting: {self._waiting}")
        return "  ".join(parts)

    def _count(self, event: Event) -> None:
        self._waiting = event.text if isinstance(event, Waiting) else ""
        match event:
            case Began(name, _, paid):
                self._running.setdefault(name, None)
                self._paid = self._paid or paid
            case Accepted(name, _):
                self._running.setdefault(name, None)
            case Progressed(name, percent) if name in self._running:
                self._running[name] = percent
            case Done(name) | Failed(name):
                self._running.pop(name, None)
                self._done.add(name)
                self._last = time.monotonic()
            case Charged(_, paid_credits):
                self._spent += paid_credits or 0

    def _time_left(self) -> str:
        """Estimate by the pace up to the last picture, so that waiting does not slow it down."""
        done = len(self._done)
        if not done or done >= self._total:
            return ""
        per_picture = (self._last - self._began) / done
        since_last = time.monotonic() - self._last
        seconds = max(0.0, per_picture * (self._total - done) - since_last)
        if seconds < 90:
            return f"about {seconds:.0f} s left"
        return f"about {seconds / 60:.0f} min left"


def _tidy() -> None:
    """Take the live line away past all buffers, and show the cursor again."""
    os.write(2, b"\r\x1b[2K\x1b[?25h")
