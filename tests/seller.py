"""Owns a provider in memory: it does what a test tells it, and remembers what was asked of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from imagegen.providers.provider import Job, JobStatus, Order

JOB = "4ffcb9da-0000-4000-8000-000000000001"


def job(status: JobStatus = JobStatus.COMPLETED, **facts: object) -> Job:
    return Job(JOB, status, **facts)  # type: ignore[arg-type]


class Seller:
    """Fulfils Provider; each answer is a value to return or an exception to raise."""

    name = "apiframe"
    paid = True

    def __init__(
        self,
        *,
        looks: Collection[Job | Exception | None] = (),
        submits: Collection[Job | Exception] = (),
        files: Collection[bytes | Exception] = (),
        listed: frozenset[str] | Exception | None = None,
    ) -> None:
        self._looks = list(looks)
        self._submits = list(submits)
        self._files = list(files)
        self._listed = [listed]
        self.posted: list[tuple[bytes, str]] = []
        self.looked = 0
        self.fetched = 0
        self.on_submit: Callable[[], None] = lambda: None

    async def prepare(self, order: Order) -> bytes:
        return order.request.prompt.encode()

    async def submit(self, body: bytes, idempotency_key: str) -> Job:
        self.posted.append((body, idempotency_key))
        self.on_submit()
        return _given(self._submits)

    async def look(self, job_ids: Collection[str]) -> Mapping[str, Job]:
        self.looked += 1
        found = _given(self._looks)
        return {found.id: found} if found and found.id in job_ids else {}

    async def ordered_since(self, model: str, since: float) -> frozenset[str] | None:
        return _given(self._listed)

    def notice(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """Take the whole body for the job's id, unless it is empty."""
        return body.decode() or None

    async def fetch(self, url: str, into: Path, *, limit: int) -> None:
        self.fetched += 1
        into.write_bytes(_given(self._files)[:limit])

    async def close(self) -> None:
        """Nothing to let go of."""


def _given(answers):
    """Take the next answer; the last one is given again and again."""
    answer = answers.pop(0) if len(answers) > 1 else answers[0]
    if isinstance(answer, Exception):
        raise answer
    return answer
