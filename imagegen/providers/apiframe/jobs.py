"""Owns the look at many jobs: the list of jobs first, single questions for what it leaves open.

A hundred jobs cost one request. Never takes silence for an answer: only a 404 makes a job
unknown; a job that nobody could be asked about this time counts as still at work.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

import anyio

from imagegen.providers.apiframe import answers, refusals
from imagegen.providers.apiframe.api import Answer, Api, Lost, NotSent, Unreadable
from imagegen.providers.provider import Job, JobStatus, Refused, Unavailable

PAGE = 100
"""Jobs on one page of the list; the most that the API gives."""

FEW = 2
"""So many jobs are asked for singly rather than searched for on (more) pages."""

SINGLES = 10
"""Most single questions in one look; the others get their turn in the next looks."""

SINGLES_WITHOUT_LIST = 2
"""The same while the list is out of order: the rest of the API may be in trouble too."""

_SPARE_PAGES = 4
_SEARCH_PAGES = 50
_DOING = "the jobs were looked up"


class Jobs:
    """Looks at jobs. Safe to use from many tasks."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._lone: set[str] = set()
        """Jobs that the list did not hold: no reason to turn all its pages again."""
        self._turn = 0

    async def look(self, job_ids: Collection[str]) -> Mapping[str, Job]:
        """Return the jobs by id, without those that the API does not know.

        Raises Unavailable when nothing at all could be learned, Refused on a bad key.
        """
        wanted = {job_id for job_id in job_ids if answers.is_job_id(job_id)}
        found: dict[str, Job] = {}
        no_list = await self._turn_pages(wanted, found)
        missing = sorted(wanted - found.keys())
        turn = self._next(missing, SINGLES_WITHOUT_LIST if no_list else SINGLES)
        unknown, trouble = await self._ask_singly(turn, found)
        if trouble is not None and not found:
            raise trouble
        for job_id in wanted - found.keys() - unknown:
            found[job_id] = Job(job_id, JobStatus.PROCESSING)
        return found

    async def ordered_since(self, model: str, since: float) -> frozenset[str] | None:
        """Return the ids of all jobs for `model` from `since` (Unix seconds) on.

        None unless every page back to that time could be read in full.
        """
        found: set[str] = set()
        cursor: str | None = None
        for _ in range(_SEARCH_PAGES):
            page = await self._page(cursor, model)
            if page is None or not page.whole:
                return None
            for job in page.jobs:
                if job.created_at is None:
                    return None
                if job.created_at < since:
                    return frozenset(found)
                found.add(job.id)
            if page.cursor in (None, cursor):
                return frozenset(found)
            cursor = page.cursor
        return None

    async def _turn_pages(self, wanted: set[str], found: dict[str, Job]) -> bool:
        """Put what the list holds, newest first, into `found`; return True if it is broken."""
        cursor: str | None = None
        searched = wanted - self._lone
        if len(searched) <= FEW:
            return False
        for _ in range(math.ceil(len(searched) / PAGE) + _SPARE_PAGES):
            page = await self._page(cursor)
            if page is None:
                return True
            found.update((job.id, job) for job in page.jobs if job.id in wanted)
            if len(searched - found.keys()) <= FEW or page.cursor in (None, cursor):
                break
            cursor = page.cursor
        self._lone |= searched - found.keys()
        self._lone -= found.keys()
        return False

    async def _page(self, cursor: str | None, model: str | None = None) -> answers.Page | None:
        """Return a page, or None when the list is out of order though the API answers."""
        query = [("limit", str(PAGE))] + ([("cursor", cursor)] if cursor else [])
        query += [("model", model)] if model else []
        answer = await self._get("/v2/jobs", query)
        if answer.status == 200:
            try:
                return answers.page(answer)
            except Unreadable:
                return None
        fault = refusals.free(answer, _DOING)
        if answer.status == 429 or (isinstance(fault, Refused) and fault.stops_all):
            raise fault
        # The list is a convenience: that it fails says nothing about the jobs.
        return None

    async def _ask_singly(
        self, turn: Iterable[str], found: dict[str, Job]
    ) -> tuple[set[str], Unavailable | None]:
        """Ask for these jobs; return the ids that are unknown, and the gravest trouble."""
        unknown: set[str] = set()
        troubles: list[Unavailable] = []
        refusal: list[Refused] = []

        async def ask(job_id: str) -> None:
            try:
                job = await self._single(job_id)
            except Unavailable as trouble:
                troubles.append(trouble)
            except Refused as fault:
                refusal.append(fault)
            else:
                found.update({job_id: job} if job else {})
                unknown.update(set() if job else {job_id})

        async with anyio.create_task_group() as group:
            for job_id in turn:
                group.start_soon(ask, job_id)
        if refusal:
            raise refusal[0]
        return unknown, max(troubles, key=lambda one: one.seconds or 0, default=None)

    def _next(self, missing: list[str], most: int) -> list[str]:
        """Return the ids whose turn it is, so that none waits for ever."""
        if len(missing) <= most:
            return missing
        start = self._turn % len(missing)
        self._turn += most
        return (missing[start:] + missing[:start])[:most]

    async def _single(self, job_id: str) -> Job | None:
        answer = await self._get(f"/v2/jobs/{job_id}")
        if answer.status == 404:
            return None
        if answer.status != 200:
            fault = refusals.free(answer, _DOING)
            if isinstance(fault, Refused) and not fault.stops_all:
                raise Unavailable(fault.problem)
            raise fault
        try:
            return answers.job(answer, job_id)
        except Unreadable as why:
            raise refusals.lost_free(str(why), _DOING) from None

    async def _get(self, path: str, query: Iterable[tuple[str, str]] = ()) -> Answer:
        try:
            return await self._api.get(path, list(query))
        except NotSent as why:
            raise refusals.unreached_free(str(why)) from None
        except Lost as why:
            raise refusals.lost_free(str(why), _DOING) from None
