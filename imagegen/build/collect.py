"""Owns the way from a finished job to stored originals: fetch, keep, then judge.

Everything here is free and may be repeated; a failed check means another download. Never takes
the word of a file server for the loss of a picture: only the API can say that it is gone.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread

from imagegen.build.darkroom import Darkroom
from imagegen.build.download import download
from imagegen.build.pace import Pace
from imagegen.errors import Problem
from imagegen.events import Emit, Waiting
from imagegen.original import Original
from imagegen.pictures.inspect import NotAPicture, inspect
from imagegen.providers.provider import Job, Provider, Refused, Unavailable
from imagegen.store.store import Store

BYTES_LIMIT = 64 * 2**20
"""No original is larger: a 4 MP picture is at most a third of it as PNG."""

_TRIES = 4
_MISSING = (404, 410)


class NotCollected(Exception):
    """The pictures of a paid job could not be had or are not pictures; the job stays noted."""

    def __init__(self, problem: Problem, *, gone: bool = False) -> None:
        super().__init__(problem.summary)
        self.problem = problem
        self.gone = gone
        """Whether the provider has thrown the picture away for good."""


class Collector:
    """Brings the pictures of finished jobs into the store."""

    def __init__(
        self, provider: Provider, store: Store, pace: Pace, emit: Emit, *, darkroom: Darkroom
    ) -> None:
        self._provider = provider
        self._store = store
        self._pace = pace
        self._emit = emit
        self._darkroom = darkroom

    async def collect(self, job: Job, *, pixels: int) -> tuple[Original, ...]:
        """Return the job's pictures, stored and verified, in its order; raises NotCollected.

        `pixels` is the number that was asked for; a picture much larger is refused.
        """
        return tuple([await self._one(url, job, pixels) for url in job.urls])

    async def _one(self, url: str, job: Job, pixels: int) -> Original:
        last: Problem | None = None
        unfit: dict[bytes, Problem] = {}
        for attempt in range(_TRIES):
            if attempt:
                await anyio.sleep(2 ** (attempt - 1))
            try:
                async with self._pace.request():
                    data = await download(self._provider, url, self._store, limit=BYTES_LIMIT)
                # What was paid for is safe before anyone judges it.
                self._store.put(data)
                if data in unfit:
                    continue
                return await self._judged(data, pixels)
            except Unavailable as error:
                last = error.problem
                if attempt < _TRIES - 1:
                    self._emit(Waiting(last.summary, error.seconds))
                    await anyio.sleep(min(error.seconds or 0, 300))
            except NotAPicture as error:
                kept = self._store.quarantine(data, error.problem.summary)
                last = unfit[data] = _unfit(error.problem, job.id, kept)
            except Refused as error:
                last = _gone(error.problem, job.id)
                if error.status not in _MISSING or job.expired:
                    gone = error.status in _MISSING
                    raise NotCollected(last, gone=gone) from None
                # A file may be listed before it can be had everywhere.
        raise NotCollected(last or Problem(f"the picture of job {job.id} could not be fetched"))

    async def _judged(self, data: bytes, pixels: int) -> Original:
        """Return what `data` shows; raises NotAPicture, or NotCollected when nobody can look."""
        if not self._provider.paid:
            # Painted by this very program a moment ago.
            return await anyio.to_thread.run_sync(partial(inspect, data, pixels=pixels))
        return await self._darkroom.inspected(data, pixels=pixels)


def _unfit(found: Problem, job_id: str, kept: Path) -> Problem:
    return Problem(
        f"what came for job {job_id} is no picture to use: {found.summary}",
        f"{found.detail} The bytes are kept in {kept}, and the job stays noted.".strip(),
        "build again to fetch it once more; it is paid for and is not bought again",
    )


def _gone(found: Problem, job_id: str) -> Problem:
    return Problem(
        f"the picture of job {job_id} cannot be fetched: {found.summary}",
        found.detail,
        found.hint or "build again later; to buy another one, name the image with --replace",
    )
