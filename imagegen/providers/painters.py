"""Owns the painting of drafts side by side: a thread for one, processes for many.

Painting holds the interpreter's lock, so only processes paint at the same time.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import anyio
import anyio.to_thread

from imagegen import environment
from imagegen.errors import Problem
from imagegen.pictures.paint import Painting, paint
from imagegen.providers.painter import end_with_parent
from imagegen.providers.provider import Unavailable


class Painters:
    """As many painters as there are cores; use within one event loop, then close."""

    def __init__(self) -> None:
        self._room: anyio.CapacityLimiter | None = None
        self._pool: ProcessPoolExecutor | None = None
        self._at_work = False
        """Whether a thread of this process is painting."""

    async def paint(self, painting: Painting) -> bytes:
        """Return the painted picture's bytes; raises Unavailable when a painter died."""
        # A limiter belongs to the running event loop, so the first use makes it.
        self._room = self._room or anyio.CapacityLimiter(os.cpu_count() or 1)
        async with self._room:
            if self._at_work:
                return await self._apart(painting)
            # The first one is sooner done in a thread than a process is started.
            self._at_work = True
            try:
                return await anyio.to_thread.run_sync(paint, painting)
            finally:
                self._at_work = False

    def close(self) -> None:
        """Send the painters home; a picture that is being painted is finished first."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    async def _apart(self, painting: Painting) -> bytes:
        try:
            with _deaf_to_interrupts(), _without_key():
                if self._pool is None:
                    context = multiprocessing.get_context("spawn")
                    self._pool = ProcessPoolExecutor(
                        os.cpu_count() or 1, context, initializer=end_with_parent
                    )
                future: Future[bytes] = self._pool.submit(paint, painting)
            return await anyio.to_thread.run_sync(future.result, abandon_on_cancel=True)
        except BrokenProcessPool:
            self._pool = None
            problem = Problem("a painter was killed", "The draft costs nothing and is tried again.")
            raise Unavailable(problem) from None


@contextlib.contextmanager
def _without_key() -> Iterator[None]:
    """Keep the API key out of the environment of processes that are started now."""
    key = os.environ.pop(environment.KEY, None)
    try:
        yield
    finally:
        if key is not None:
            os.environ[environment.KEY] = key


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let processes that are started now ignore Ctrl-C, which a terminal sends to all of them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
