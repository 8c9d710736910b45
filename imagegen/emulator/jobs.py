"""Owns the job: a value fixed at submission, whose status follows from it and the clock alone.

So nothing runs while a job runs, and a restarted emulator goes on where the old one was killed.
"""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from imagegen.providers.provider import JobStatus

QUEUED_SHARE = 0.1
"""Part of the latency that a job spends QUEUED although a slot is free (invented)."""


@dataclass(frozen=True, slots=True)
class Fate:
    """How a job ends; the usual one is COMPLETED with its pictures."""

    status: JobStatus = JobStatus.COMPLETED
    """QUEUED or PROCESSING means that it never ends."""
    error: str | None = None
    result: str = "images"
    """Shape of the result: images, null, empty, list, odd, string or foreign."""
    url: str = ""
    """The result of a foreign one."""

    @property
    def free(self) -> bool:
        """Whether the credits are given back at the end."""
        return self.status in (JobStatus.FAILED, JobStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Job:
    """One paid job; times in seconds since 1970."""

    id: str
    ordinal: int
    owner: str
    """The caller's id."""
    model: str
    input: Mapping[str, object]
    pictures: int
    extension: str
    """Of the result files."""
    credits: int
    created: float
    starts: float
    """Leaves QUEUED."""
    ends: float
    fate: Fate
    salt: str
    """Varies the pictures of a request without a seed."""
    hook_url: str | None = None
    hook_events: tuple[str, ...] = ()

    @property
    def prompt(self) -> str:
        """The prompt as received."""
        return str(self.input.get("prompt", ""))

    @property
    def sort_key(self) -> tuple[float, str]:
        """Newest last when sorted by it."""
        return (self.created, self.id)

    def status(self, now: float) -> JobStatus:
        """Return the status at `now`."""
        if self.fate.status is JobStatus.QUEUED or now < self.starts:
            return JobStatus.QUEUED
        if self.fate.status is JobStatus.PROCESSING or now < self.ends:
            return JobStatus.PROCESSING
        return self.fate.status

    def progress(self, now: float) -> int:
        """Return the percentage at `now`; 0 for a failed job."""
        status = self.status(now)
        if status is JobStatus.COMPLETED:
            return 100
        if status is not JobStatus.PROCESSING:
            return 0
        share = (now - self.starts) / max(self.ends - self.starts, 1e-9)
        return max(1, min(99, int(share * 100)))

    def expired(self, now: float, retention: float) -> bool:
        """Whether it is COMPLETED and its files are gone."""
        return self.status(now) is JobStatus.COMPLETED and now >= self.ends + retention

    def file_names(self) -> tuple[str, ...]:
        """Return the names of its pictures under /cdn/images/."""
        return tuple(f"{self.id}-{n}.{self.extension}" for n in range(1, self.pictures + 1))


class Shelf:
    """All jobs, findable by id and in order of creation."""

    def __init__(self, jobs: Iterable[Job] = ()) -> None:
        self._by_id: dict[str, Job] = {}
        self._ordered: list[Job] = []
        for job in jobs:
            self.put(job)

    def __len__(self) -> int:
        return len(self._ordered)

    def put(self, job: Job) -> None:
        """Keep one more job."""
        self._by_id[job.id] = job
        bisect.insort(self._ordered, job, key=lambda kept: kept.sort_key)

    def get(self, job_id: str) -> Job | None:
        """Return the job of this id, or None; letter case does not count."""
        return self._by_id.get(job_id.lower())

    def newest_first(self, before: tuple[float, str] | None = None) -> Iterator[Job]:
        """Yield the jobs from the newest on, or from the first one older than `before`."""
        end = len(self._ordered)
        if before is not None:
            end = bisect.bisect_left(self._ordered, before, key=lambda job: job.sort_key)
        yield from (self._ordered[index] for index in range(end - 1, -1, -1))


class Slots:
    """Says when a new job can start, so that never more than so many run at once."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._ends: list[float] = []

    def peek(self, now: float, latency: float) -> tuple[float, float]:
        """Return when a job submitted `now` would start and end; `hold` its end to keep it."""
        starts = now + latency * QUEUED_SHARE
        if len(self._ends) >= self._count:
            starts = max(starts, self._ends[0])
        return starts, starts + latency * (1 - QUEUED_SHARE)

    def hold(self, until: float) -> None:
        """Count a slot as taken until then; the latest ends count."""
        heapq.heappush(self._ends, until)
        while len(self._ends) > self._count:
            heapq.heappop(self._ends)
