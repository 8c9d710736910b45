"""Owns the open jobs of one run: one look for all of them, and a wait for each.

Looking is free; nothing here submits. A hint hastens a look and changes nothing else: neither
what a job is taken for nor when a wait for it is given up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import anyio

from imagegen.build.pace import Pace
from imagegen.errors import Problem
from imagegen.events import Emit, Progressed, Waiting
from imagegen.providers.provider import Job, JobStatus, Provider, Refused, Unavailable

PATIENCE_SECONDS = 900.0
"""How long one run waits for a job before it leaves it to the next run."""

_HINTS = 3
"""So many looks at most are hastened for one job, however many hints come."""

_EMPTY_LOOKS = 5
_UNSEEN_LOOKS = 15


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a board looks; all in seconds."""

    shortest: float = 0.5
    """Between two looks while the youngest job is young."""
    longest: float = 3.0
    """The same once all are old."""
    apart: float = 0.5
    """Least between a look and one that a hint hastens."""


class StillOpen(Exception):
    """The job is not final and this run stops waiting; it stays in the ledger."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


@dataclass(slots=True)
class _Watch:
    name: str
    since: float
    patience: float
    done: anyio.Event = field(default_factory=anyio.Event)
    job: Job | None = None
    error: StillOpen | Refused | None = None
    percent: int | None = None
    empty_looks: int = 0
    unseen: int = 0
    hints_left: int = _HINTS


class JobBoard:
    """Waits for many jobs with one request at a time; `run` must be running meanwhile."""

    def __init__(
        self, provider: Provider, pace: Pace, emit: Emit, *, rhythm: Rhythm | None = None
    ) -> None:
        self._provider = provider
        self._rhythm = rhythm or Rhythm()
        self._pace = pace
        self._emit = emit
        self._watches: dict[str, _Watch] = {}
        self._ended: set[str] = set()
        self._arrival = anyio.Event()
        self._hint = anyio.Event()
        self._looked_at = -math.inf
        self._failures = 0

    async def wait(self, job_id: str, name: str, *, patience: float = PATIENCE_SECONDS) -> Job:
        """Return the job once it is final; StillOpen or Refused when that cannot be had now.

        `patience` is in seconds, from the first wait for this job.
        """
        watch = self._watches.get(job_id)
        if watch is None:
            watch = self._watches[job_id] = _Watch(name, anyio.current_time(), patience)
            self._arrival.set()
        await watch.done.wait()
        if watch.error is not None:
            raise watch.error
        if watch.job is None:
            raise RuntimeError("a watch ended without a job")
        return watch.job

    def hint(self, job_id: str) -> bool:
        """Look soon, for this job may have ended; returns whether this run knows the job.

        However many hints come, each job hastens few looks, and those stay apart.
        """
        watch = self._watches.get(job_id)
        if watch is None:
            return job_id in self._ended
        if watch.hints_left and not self._hint.is_set():
            watch.hints_left -= 1
            self._hint.set()
        return True

    async def run(self) -> None:
        """Look at the open jobs until cancelled; sleeps while there are none."""
        due: float | None = None
        while True:
            if not self._watches:
                self._arrival, due = anyio.Event(), None
                await self._arrival.wait()
            if due is None:
                due = anyio.current_time() + self._interval()
            hinted = await self._hinted_before(due)
            await self._look(hinted=hinted)
            self._looked_at = anyio.current_time()
            # A look that a hint hastened comes on top: the next one is not put off by it.
            due = due if hinted else None

    async def _hinted_before(self, due: float) -> bool:
        """Wait until a look is `due`, or until a hint asks for an earlier one."""
        with anyio.CancelScope(deadline=due):
            await self._hint.wait()
            await anyio.sleep_until(self._looked_at + self._rhythm.apart)
            return True
        return False

    def _interval(self) -> float:
        # Young jobs are looked at often, since drafts of small models finish in a second or
        # two; old ones seldom. One request serves all, so the youngest sets the pace.
        youngest = max(watch.since for watch in self._watches.values())
        age = anyio.current_time() - youngest
        return min(self._rhythm.longest, max(self._rhythm.shortest, age / 4))

    async def _look(self, *, hinted: bool) -> None:
        # Hints that come from now on may know more than the answer to this look.
        self._hint = anyio.Event()
        try:
            async with self._pace.request():
                jobs = await self._provider.look(list(self._watches))
        except Unavailable as error:
            await self._back_off(error)
            return
        except Refused as error:
            for job_id in list(self._watches):
                self._end(job_id, error=error)
            return
        self._failures = 0
        for job_id, watch in list(self._watches.items()):
            self._judge(job_id, watch, jobs.get(job_id), hinted=hinted)

    async def _back_off(self, error: Unavailable) -> None:
        self._failures += 1
        self._expire(error.problem)
        seconds = error.seconds or min(30.0, math.pow(2, self._failures - 1))
        self._emit(Waiting(error.problem.summary, seconds))
        await anyio.sleep(seconds)

    def _judge(self, job_id: str, watch: _Watch, job: Job | None, *, hinted: bool) -> None:
        # Patience is counted in looks of the usual pace; a hastened one uses none of it up.
        if job is None:
            watch.unseen += not hinted
            if watch.unseen >= _UNSEEN_LOOKS:
                self._end(job_id, error=StillOpen(_vanished(job_id)))
                return
        elif job.status is JobStatus.COMPLETED and not job.urls:
            # A job can be marked done a moment before its pictures are listed.
            watch.empty_looks += not hinted
            if watch.empty_looks >= _EMPTY_LOOKS:
                self._end(job_id, error=StillOpen(_without_pictures(job_id)))
                return
        elif job.status.final:
            self._end(job_id, job=job)
            return
        elif job.progress != watch.percent:
            watch.percent = job.progress
            self._emit(Progressed(watch.name, job.progress))
        self._expire(None, only=job_id)

    def _expire(self, cause: Problem | None, *, only: str | None = None) -> None:
        now = anyio.current_time()
        for job_id, watch in list(self._watches.items()):
            if only in (None, job_id) and now - watch.since > watch.patience:
                self._end(job_id, error=StillOpen(_overdue(job_id, watch, cause)))

    def _end(
        self, job_id: str, *, job: Job | None = None, error: StillOpen | Refused | None = None
    ) -> None:
        watch = self._watches.pop(job_id)
        self._ended.add(job_id)
        watch.job, watch.error = job, error
        watch.done.set()


def _without_pictures(job_id: str) -> Problem:
    return Problem(
        f"job {job_id} is completed but names no picture",
        "It was paid for and stays noted.",
        "build again later; looking is free",
    )


def _vanished(job_id: str) -> Problem:
    return Problem(
        f"the API does not know job {job_id} any more",
        "It was noted when the API gave it, and it is not bought again by itself.",
        "build again later; if it stays away, buy another one with --replace",
    )


def _overdue(job_id: str, watch: _Watch, cause: Problem | None) -> Problem:
    spent = f"{watch.patience / 60:.0f} minutes" if watch.patience > 60 else "some seconds"
    if cause is not None:
        why = f"The last answer was: {cause.summary}."
    else:
        why = "The API still calls it unfinished."
    return Problem(
        f"job {job_id} did not finish within {spent}",
        f"{why} It stays noted and is not bought again.",
        "build again later to pick it up for free",
    )
