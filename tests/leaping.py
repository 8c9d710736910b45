"""Owns leaping time: an event loop whose clock stands still until nothing else is left to do.

Then it leaps to the next moment that somebody waits for, so that seconds cost nothing and are
always the same ones. Only for what happens in that loop alone: it waits for no thread or process.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from typing import Any

import anyio


class _Leaping(selectors.DefaultSelector):
    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(None if timeout is None else 0)
        if timeout and not ready:
            self.now += timeout
        return ready


class LeapingLoop(asyncio.SelectorEventLoop):
    """Lets no time pass while there is something to do."""

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.now


def run(scenario: Callable[[], Awaitable[Any]]) -> Any:
    """Carry out `scenario` in leaping time; returns what it does."""
    return anyio.run(scenario, backend_options={"loop_factory": LeapingLoop})
