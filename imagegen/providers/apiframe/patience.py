"""Owns how long to wait: the deadlines of every request, and what `Retry-After` asks for.

Never sleeps; whoever retries does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 300.0
"""A server that asks for more seconds than this is taken to be mistaken."""

_ABSURD = 365 * 86400.0


@dataclass(frozen=True, slots=True)
class Patience:
    """Deadlines; all in seconds."""

    connect: float = 10.0
    """To open a connection, name lookup and TLS included."""
    answer: float = 60.0
    """For one API request, from its first byte to the last byte of the answer."""
    upload: float = 180.0
    """For sending one reference picture and hearing its URL."""
    download: float = 300.0
    """For one picture, redirects included."""
    silence: float = 20.0
    """Without a single byte coming or going."""
    grace: float = 10.0
    """A download may be slower than `slowest` for so long."""
    slowest: float = 8 * 1024.0
    """Bytes per second, on average, below which a download is given up."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a server asked to wait."""

    seconds: float
    note: str = ""
    """A sentence for the user when the server asked for something else; else empty."""


def retry_after(headers: Mapping[str, str]) -> Wait | None:
    """Return the wait that `Retry-After` asks for, or None when it is absent or unreadable.

    Takes seconds or an HTTP date, which is compared with the server's own `Date`, so that a
    wrong clock here changes nothing. Names in `headers` are lower case.
    """
    text = headers.get("retry-after", "").strip()
    seconds = _seconds(text)
    if seconds is None:
        then = _moment(text)
        if then is None:
            return None
        seconds = (then - (server_time(headers) or datetime.now(UTC))).total_seconds()
    if seconds > LONGEST_WAIT:
        asked = f"{seconds:.0f} s" if seconds < _ABSURD else "for more than a year"
        note = f"It asked to wait {asked}; imagegen waits {LONGEST_WAIT:.0f} s at most."
        return Wait(LONGEST_WAIT, note)
    return Wait(max(0.0, seconds))


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """Return the time at which the server says that it answered, or None."""
    return _moment(headers.get("date", ""))


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
