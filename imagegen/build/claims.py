"""Owns Claims: the right to place one order, held by one build of an account at a time.

A claim is a lock of the operating system, freed by the death of its holder. It saves waiting and
tells who waits for whom; against a second charge it helps where the provider's own idempotency
does not: with two requests that arrive at the same moment.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import anyio

from imagegen import atomic, disk_fault, file_lock
from imagegen.build.pace import Pace
from imagegen.errors import DiskFailed, NeedsAttention, Problem
from imagegen.events import Emit, Waiting

_PAUSE_SECONDS = 0.05
_LIMIT_SECONDS = 1200.0
"""Longer than any build in good health holds a claim, with every patience that it has."""


class Claims:
    """The claims of one account on this machine; safe for processes, threads and tasks.

    There is a file for each claim that is held; what a killed holder leaves is for
    `file_lock.sweep`. A process that is forked without exec keeps the claims of its parent for as
    long as it lives.
    """

    def __init__(
        self, folder: Path, pace: Pace, project: str, *, limit: float = _LIMIT_SECONDS
    ) -> None:
        self._folder = folder
        self._pace = pace
        self._project = project
        self._limit = limit

    @contextlib.asynccontextmanager
    async def held(
        self, request_key: str, take: int, *, image: str, emit: Emit
    ) -> AsyncIterator[None]:
        """Hold the claim to order this purchase, whichever attempt of it is due.

        Says so when it has to wait. Raises Stopped when nothing may be ordered any more,
        NeedsAttention when another build holds it too long, DiskFailed when the disk fails.
        """
        path = self._folder / f"{request_key}-{take}.lock"
        descriptor = await self._waited_for(path, image, emit)
        try:
            yield
        finally:
            file_lock.discard(descriptor, path)

    async def _waited_for(self, path: Path, image: str, emit: Emit) -> int:
        began, said = anyio.current_time(), False
        while True:
            self._pace.go_on()
            descriptor = self._attempt(path)
            if descriptor is not None:
                return descriptor
            waited = anyio.current_time() - began
            if waited > self._limit:
                raise NeedsAttention(_too_long(image, file_lock.holder(path), self._limit))
            if not said and waited > file_lock.SAY_AFTER:
                said = True
                emit(Waiting(f"for another build to order `{image}`{file_lock.holder(path)}"))
            await anyio.sleep(_PAUSE_SECONDS)

    def _attempt(self, path: Path) -> int | None:
        try:
            # The account's folder is as private as the ledger in it, whoever comes first.
            for folder in (self._folder.parent, self._folder):
                atomic.make_folder(folder, mode=0o700)
            return file_lock.attempt(path, note=f"in {self._project}")
        except OSError as error:
            problem = disk_fault.explain(error, doing="claim an order", path=path)
            raise DiskFailed(problem) from error


def _too_long(image: str, holder: str, limit: float) -> Problem:
    return Problem(
        f"another build has been ordering `{image}` for more than {limit / 60:.0f} minutes",
        f"It{holder} is still running and holds the claim to this order. "
        "This build has ordered nothing here.",
        "wait for that build or end it, then build again; it cannot be charged twice",
    )
