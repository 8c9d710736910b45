"""Owns how it is told that an order brought no picture, and whether it was charged."""

from __future__ import annotations

from imagegen.build.purchase import Entry
from imagegen.errors import Problem


def failed(text: str, job_id: str) -> Problem:
    """Return the problem of a job that the provider could not do."""
    return Problem(
        f"the provider failed: {text}",
        f"Job {job_id} was not charged: failed jobs are refunded in full.",
        "build again to try once more",
    )


def moderated(text: str, job_id: str) -> Problem:
    """Return the problem of a job that was refused for what it shows."""
    return Problem(
        f"refused by moderation: {text}",
        f"Job {job_id} was not charged. The refusal is remembered and not sent again.",
        "change the prompt, or name the image with --replace to try the same one again",
    )


def unanswered(found: Problem) -> Problem:
    """Return the problem of an order that may have arrived; `found` is what happened last."""
    return Problem(
        f"the order was sent and no answer came: {found.summary}",
        "A job may exist. It is noted, and sending it again has the same key and the same "
        "bytes, so it cannot be charged twice.",
        "build again within the day",
    )


def unknown(entry: Entry) -> Problem:
    """Return the problem of an order that only a person can settle."""
    return Problem(
        f"nobody can tell whether the order for `{entry.image}` was charged",
        f"{entry.error or 'Its answer was lost'}. The API no longer knows its key, so sending "
        "it again could be charged twice.",
        "settle it with:\n  imagegen resolve",
    )
