"""Owns how fast a run may go: jobs in flight, requests per minute, and the stop.

Keeps limits before they are hit. Never decides what is bought.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import anyio
from aiolimiter import AsyncLimiter

from imagegen.errors import Problem


class Stopped(Exception):
    """No new order is placed any more; `problem` says why, None after an interrupt."""

    def __init__(self, problem: Problem | None) -> None:
        super().__init__(problem.summary if problem else "interrupted")
        self.problem = problem


class Pace:
    """Limits shared by all images of one run."""

    def __init__(self, *, in_flight: int, requests_per_minute: int) -> None:
        self._jobs = anyio.CapacityLimiter(in_flight)
        self._requests = AsyncLimiter(requests_per_minute, 60)
        self._stopped: Stopped | None = None
        self._submits = 0
        self._quiet = anyio.Event()

    @contextlib.asynccontextmanager
    async def job(self) -> AsyncIterator[None]:
        """Hold one of the places for open jobs."""
        async with self._jobs:
            yield

    @contextlib.asynccontextmanager
    async def request(self) -> AsyncIterator[None]:
        """Wait until one more request may be sent."""
        async with self._requests:
            yield

    @contextlib.asynccontextmanager
    async def submit(self) -> AsyncIterator[None]:
        """Like `request`, for the one that costs money; raises Stopped after `stop`."""
        async with self._requests:
            self.go_on()
            self._submits += 1
            try:
                yield
            finally:
                self._submits -= 1
                if not self._submits:
                    self._quiet.set()
                    self._quiet = anyio.Event()

    def go_on(self) -> None:
        """Raise Stopped when no new order may be placed."""
        if self._stopped is not None:
            raise Stopped(self._stopped.problem)

    def stop(self, problem: Problem | None) -> None:
        """Let nothing new be submitted; what is running goes on."""
        if self._stopped is None:
            self._stopped = Stopped(problem)

    @property
    def submitting(self) -> bool:
        """Whether an order is on its way whose answer has not come."""
        return self._submits > 0

    async def no_submits(self) -> None:
        """Wait until no order is on its way, so that every answer is noted."""
        while self._submits:
            await self._quiet.wait()
