"""Owns simulated time: a clock, and an event loop whose waiting costs nothing.

While it is idle the loop lets the clock jump to its next timer. Never looks at real time.
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import anyio.to_thread

_Answer = TypeVar("_Answer")
_TICK = 1e-6
"""Added to each jump, so that rounding cannot leave a timer just ahead of the clock."""


class Hang(Exception):
    """Everything waits and nothing can ever wake it."""


class Clock:
    """Unix seconds that pass only when somebody waits."""

    def __init__(self, start: float) -> None:
        self.start = start
        self.passed = 0.0

    def __call__(self) -> float:
        return self.start + self.passed

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.passed += seconds


class _Jumping(selectors.SelectSelector):
    """Waits by letting the clock jump."""

    clock: Clock

    def select(self, timeout: float | None = None) -> list[Any]:
        found = super().select(0)
        if found or timeout == 0:
            return found
        if timeout is None:
            raise Hang("every task waits and no timer is set")
        self.clock.wait(timeout + _TICK)
        return []


class Timeless:
    """An event loop on a clock; `run` may be called as often as wanted, also after a failure."""

    def __init__(self, clock: Clock) -> None:
        self._selector = _Jumping()
        self._loop = _Loop(self._selector)
        self.set(clock)

    def set(self, clock: Clock) -> None:
        """Go by another clock from now on."""
        self.clock = self._selector.clock = self._loop.clock = clock

    def run(self, work: Coroutine[Any, Any, _Answer]) -> _Answer:
        """Return what `work` comes to; tasks that it leaves behind are cancelled."""
        try:
            return self._loop.run_until_complete(work)
        finally:
            self._end_all()

    def close(self) -> None:
        """Let go of the loop."""
        self._loop.close()

    def _end_all(self) -> None:
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


class _Loop(asyncio.SelectorEventLoop):
    clock: Clock

    def time(self) -> float:
        return self.clock.passed if hasattr(self, "clock") else 0.0


@contextlib.contextmanager
def told_by(clock: Clock) -> Iterator[None]:
    """Let the process's own clock, its sleep and its worker threads cost no real time."""
    before = time.monotonic, time.sleep, anyio.to_thread.run_sync
    time.monotonic, time.sleep = (lambda: clock.passed), clock.wait
    anyio.to_thread.run_sync = _at_once
    try:
        yield
    finally:
        time.monotonic, time.sleep, anyio.to_thread.run_sync = before


async def _at_once(work: Callable[..., _Answer], *args: Any, **_: object) -> _Answer:
    """Do here what a worker thread would do: a thread would make the order of things a matter
    of chance."""
    return work(*args)
