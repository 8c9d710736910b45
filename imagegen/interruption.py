"""Owns what SIGINT and SIGTERM do to this process, from its first steps to its very end.

They never raise anything: an exception in whatever code happens to run is lost, or tears it.
Whoever can stop in good order listens. Where nobody does, the process ends on the spot, as by a
power cut, for which all it keeps is prepared; but with a word, and with the terminal as it was.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType

Act = Callable[[], None]
Hear = Callable[[int], None]
"""Gets the signal's number, wherever the main thread is: leaves a note for somebody and returns."""

_NUMBERS = (signal.SIGINT, signal.SIGTERM)

_APART = (0.25, 1.0)
"""Seconds from the first signal to a second, and from that to a third: what comes sooner is the
same wish once more, from a finger that stays on the key or a parent that passes signals on."""


def _nothing() -> None:
    """Do nothing: all has been said."""


def _note(_: int) -> None:
    """Leave it at what `first` tells."""


@dataclass(slots=True)
class _State:
    hear: Hear | None = None
    """None ends the process on the spot."""
    farewell: Act = _nothing
    flush: Act = _nothing
    tidies: list[Act] = field(default_factory=list)
    first: int = 0
    count: int = 0
    at: float = 0.0
    """When the last one that counted came, in seconds of the monotonic clock."""
    leaving: bool = False
    code: int | None = None
    """The exit code, once it is known."""


_state = _State()
"""One for the process, as its signals are."""


def begin(word: Act, flush: Act) -> None:
    """Take both signals over until the process is gone; one that is ignored stays so.

    `word` tells that the process was interrupted, and is said when it ends on the spot. `flush`
    empties what else is left to write, at the very end; what it cannot, Python tells in its way.
    """
    _state.farewell, _state.flush = word, flush
    for number in _NUMBERS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _on_signal)
    # What is registered first runs last, when all threads have ended.
    atexit.register(_leave)


def first() -> int:
    """Return the number of the first signal that somebody listened to; 0 if there was none."""
    return _state.first


@contextlib.contextmanager
def listening(hear: Hear) -> Iterator[None]:
    """Tell `hear` of the first signal, and of the second; a third ends the process on the spot.

    What comes after the block is only noted, so that what was done can be told: see `first` and
    `resume`. Signals arrive in the main thread, so only that may listen.
    """
    _state.hear = hear
    try:
        yield
    finally:
        _state.hear = _note


def resume() -> None:
    """Let signals end the process on the spot again, unless one was heard: that is to end it."""
    # In this order: what comes in between is not forgotten.
    _state.hear = None
    if _state.first:
        _state.hear = _note


def part_with(word: Act) -> None:
    """Let this be the last word when the process ends on the spot; it must not use buffers."""
    _state.farewell = word


@contextlib.contextmanager
def tidying(tidy: Act) -> Iterator[None]:
    """Let `tidy` be done as well should the process end on the spot in this block."""
    _state.tidies.append(tidy)
    try:
        yield
    finally:
        _state.tidies.remove(tidy)


def over(code: int) -> int:
    """Return the code to leave with, now that all is said: signals change nothing any more.

    Only a third one still ends what hangs on its way out.
    """
    _state.hear, _state.farewell = _note, _nothing
    _state.code = code or (128 + _state.first if _state.first else 0)
    return _state.code


def _on_signal(number: int, _: FrameType | None) -> None:
    now = time.monotonic()
    if _state.count and now - _state.at < _APART[min(_state.count, len(_APART)) - 1]:
        return
    _state.count, _state.at = _state.count + 1, now
    _state.first = _state.first or number
    if _state.hear is None or _state.count > len(_APART):
        _end()
    else:
        _state.hear(number)


def _end() -> None:
    code = 128 + _state.first if _state.code is None else _state.code
    # Not once more, should the saying of it hang.
    again, _state.leaving = _state.leaving, True
    try:
        if not again:
            for tidy in reversed(_state.tidies):
                tidy()
            _state.farewell()
    finally:
        os._exit(code)


def _leave() -> None:
    """End the process while signals are still ours: Python gives them back before it is gone."""
    if _state.code is None:
        return
    try:
        _state.flush()
    except (OSError, ValueError):
        return
    os._exit(_state.code)
