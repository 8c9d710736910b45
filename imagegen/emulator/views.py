"""Owns how a job looks to a client: the JSON of one job, of a list row and of a webhook.

Fact: the keys, their types, progress 0 and creditCost 0 of a failed job, `input` only in the
single view. Guess: `webhookStatus` is null without a webhook, the extension of a result file
follows its format, and `input` echoes the body without the webhook fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from imagegen.emulator.jobs import Job
from imagegen.emulator.settings import Settings
from imagegen.emulator.studio import grid_name
from imagegen.providers.provider import JobStatus

Row = dict[str, object]

ODD_RESULTS: Mapping[str, object] = {
    "empty": {"images": []},
    "list": [],
    "odd": {"images": [17, None, {"url": 1}]},
}
"""Results that a COMPLETED job should not have, by the name in its fate."""


@dataclass(frozen=True, slots=True)
class View:
    """From where and when a job is looked at."""

    settings: Settings
    base: str
    """Scheme, host and port as the client wrote them; result URLs start with it."""
    now: float

    def row(self, job: Job, webhook_status: str | None) -> Row:
        """Return a job as a list row: everything but its input."""
        status = job.status(self.now)
        return {
            "id": job.id,
            "status": status.value,
            "model": job.model,
            "progress": job.progress(self.now),
            "result": self.result(job),
            "error": job.fate.error if status.final else None,
            "creditCost": 0 if status is job.fate.status and job.fate.free else job.credits,
            "webhookStatus": webhook_status,
            "expired": job.expired(self.now, self.settings.retention),
            "createdAt": timestamp(job.created),
            "completedAt": timestamp(job.ends) if status.final else None,
        }

    def result(self, job: Job) -> object:
        """Return the result of a COMPLETED job in the shape its fate wants, or None."""
        if job.status(self.now) is not JobStatus.COMPLETED or job.fate.result == "null":
            return None
        if job.fate.result == "foreign":
            return {"images": [job.fate.url]}
        if job.fate.result in ODD_RESULTS:
            return ODD_RESULTS[job.fate.result]
        urls = [self.file_url(name) for name in job.file_names()]
        if job.fate.result == "string" or self.settings.bare_result:
            return urls[0]
        grid = grid_name(job)
        return {"images": urls, "gridUrl": self.file_url(grid)} if grid else {"images": urls}

    def file_url(self, file_name: str) -> str:
        """Return the URL of a result file."""
        return f"{self.base}/cdn/images/{file_name}"

    def event(self, job: Job, event: str) -> Row:
        """Return the body of a webhook."""
        if event == "progress":
            return {
                "event": event,
                "jobId": job.id,
                "status": JobStatus.PROCESSING.value,
                "progress": job.progress(self.now),
                "model": job.model,
            }
        if event == "failed":
            return {
                "event": event,
                "jobId": job.id,
                "status": JobStatus.FAILED.value,
                "error": job.fate.error,
                "model": job.model,
            }
        return {
            "event": event,
            "jobId": job.id,
            "status": JobStatus.COMPLETED.value,
            "progress": 100,
            "result": self.result(job),
            "model": job.model,
            "creditCost": job.credits,
            "completedAt": timestamp(job.ends),
        }


def timestamp(seconds: float) -> str:
    """Return an instant as the API writes it, to the millisecond, in UTC."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
