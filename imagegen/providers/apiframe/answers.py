"""Owns the reading of answers: JSON from the API to Job, Page, Upload and Account.

Never trusts a type: what does not fit is skipped or raises Unreadable, nothing else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from imagegen.providers.apiframe.api import Answer, Unreadable
from imagegen.providers.apiframe.foreign import shown
from imagegen.providers.provider import Job, JobStatus

URLS_LIMIT = 64
"""Most result URLs that are taken from one job."""

_URL_LENGTH = 8192
_JOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list of jobs."""

    jobs: tuple[Job, ...]
    cursor: str | None
    """Where the next page begins; None on the last one."""
    whole: bool
    """Whether every row made sense."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that the API now serves for a while."""

    url: str
    expires: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """Whose key it is; None where the API does not say."""

    credits: int | None
    """Whole credits left to the team."""
    plan: str | None
    max_concurrent_jobs: int | None


def is_job_id(text: object) -> bool:
    """Whether this is a job id that may stand in a path."""
    return isinstance(text, str) and _JOB_ID.fullmatch(text) is not None


def accepted(answer: Answer) -> Job:
    """Return the job that a POST was answered with; Unreadable when it names none."""
    form = _mapping(answer.json())
    job_id = form.get("jobId")
    if not isinstance(job_id, str) or not is_job_id(job_id):
        raise Unreadable("the answer names no job")
    return Job(job_id, _status(form.get("status"), JobStatus.QUEUED))


def job(answer: Answer, job_id: str) -> Job:
    """Return the job that was asked for; Unreadable when the answer tells of no or another one."""
    row = _job(answer.json())
    if row is None or row.id != job_id:
        raise Unreadable("the answer does not describe the job")
    return row


def page(answer: Answer) -> Page:
    """Return one page of the list; rows that make no sense are left out."""
    form = _mapping(answer.json())
    rows = form.get("jobs")
    if not isinstance(rows, list):
        raise Unreadable("the answer holds no list of jobs")
    cursor = form.get("nextCursor")
    more = isinstance(cursor, str) and cursor != "" and form.get("hasMore") is not False
    jobs = tuple(row for row in map(_job, rows) if row is not None)
    whole = len(jobs) == len(rows)
    return Page(jobs, cursor if more and isinstance(cursor, str) else None, whole)


def upload(answer: Answer) -> Upload:
    """Return where an uploaded file lies now."""
    form = _mapping(answer.json())
    url = form.get("url")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        raise Unreadable("the answer names no URL")
    if len(url) > _URL_LENGTH or not url.isascii() or not url.isprintable():
        raise Unreadable("the answer names a URL that cannot be one")
    return Upload(url, _moment(form.get("expiresAt")))


def account(answer: Answer) -> Account:
    """Return whose key it is."""
    team = _mapping(answer.json()).get("team")
    form = team if isinstance(team, dict) else {}
    plan = form.get("plan")
    return Account(
        _whole(form.get("credits")),
        shown(plan, 40) if isinstance(plan, str) else None,
        _whole(form.get("maxConcurrentJobs")),
    )


def said(answer: Answer) -> str:
    """Return what an error answer says, safe to show; empty when it says nothing readable."""
    form = error_form(answer)
    texts = [form.get("error") or form.get("message")]
    details = form.get("details")
    if isinstance(details, dict):
        for path, messages in list(details.items())[:8]:
            told = messages if isinstance(messages, list) else [messages]
            place = f"`{path}`: " if path else ""
            texts += [f"{place}{text}" for text in told[:4] if isinstance(text, str)]
    return "; ".join(shown(text) for text in texts[:12] if isinstance(text, str) and text)


def error_form(answer: Answer) -> Mapping[str, object]:
    """Return the JSON object of an error answer; empty when it is none, such as HTML."""
    try:
        return _mapping(answer.json())
    except Unreadable:
        return {}


def _job(row: object) -> Job | None:
    """Return the job of one row, or None when the row does not even say which job it is."""
    if not isinstance(row, dict):
        return None
    job_id, error = row.get("id"), row.get("error")
    if not isinstance(job_id, str) or not is_job_id(job_id):
        return None
    created = _moment(row.get("createdAt"))
    # A status that is unknown or broken is no reason to give a paid job up: keep looking.
    return Job(
        id=job_id,
        status=_status(row.get("status"), JobStatus.PROCESSING),
        progress=_progress(row.get("progress")),
        urls=_urls(row.get("result")),
        credits=_whole(row.get("creditCost")),
        error=shown(error) if isinstance(error, str) else None,
        expired=row.get("expired") is True,
        created_at=created.timestamp() if created else None,
    )


def _urls(result: object) -> tuple[str, ...]:
    """Take `{"images": [...]}`, and a bare string as older versions of the API sent it."""
    images = result.get("images") if isinstance(result, dict) else [result]
    if not isinstance(images, list):
        return ()
    # What is not printable is no URL, and half a character could not even be written down.
    texts = (
        url
        for url in images
        if isinstance(url, str) and 0 < len(url) <= _URL_LENGTH and url.isprintable()
    )
    return tuple(texts)[:URLS_LIMIT]


def _status(value: object, otherwise: JobStatus) -> JobStatus:
    known = {status.value: status for status in JobStatus}
    return known.get(value, otherwise) if isinstance(value, str) else otherwise


def _progress(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(min(100, max(0, value)))


def _whole(value: object) -> int | None:
    """Return a whole number of at least 0; a price that is anything else is not known."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < 10**12 else None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise Unreadable("the answer is not an object")
    return value
