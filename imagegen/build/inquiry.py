"""Owns the inquiry into an order that got no answer and whose key the API may have forgotten.

Only a list of all jobs can tell that it never arrived, and only the second such list, a while
after the first: a job can be charged a moment before it is listed. Never sends an order.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from imagegen.build.ledger import Ledger
from imagegen.build.pace import Pace
from imagegen.build.purchase import Entry, State
from imagegen.providers.provider import Job, Provider

BETWEEN_LOOKS_SECONDS = 60.0

# A wrong time zone or a clock that nobody set is off by less than a day.
_CLOCK_SLACK_SECONDS = 86400.0
_LISTED_SECONDS = 60 * 86400.0
"""Older orders are not looked for: the API does not promise to list their jobs."""


class Verdict(StrEnum):
    """What is known of the order after one look."""

    ABSENT = "absent"
    """It surely never arrived: it may be sent, or given up as free."""
    LATER = "later"
    """It is not in the list, and it is too soon to look again."""
    UNKNOWN = "unknown"
    """Only a person can tell."""


async def inquire(entry: Entry, provider: Provider, ledger: Ledger, pace: Pace) -> Verdict:
    """Look for the job of `entry` among all of the account's, and note what came of it.

    Raises Unavailable or Refused when the API gives no list; nothing is noted then.
    """
    if ledger.clock() - entry.intent_at > _LISTED_SECONDS:
        return _doubted(entry, ledger, "it is too old for the list of the account's jobs")
    async with pace.request():
        listed = await provider.ordered_since(entry.model, entry.intent_at - _CLOCK_SLACK_SECONDS)
    if listed is None:
        return _doubted(entry, ledger, "the account's jobs cannot be listed in full")
    if listed - job_ids(ledger):
        return _doubted(entry, ledger, "a job that nobody noted may be its own")
    if entry.missed_at is None:
        ledger.miss(entry.purchase)
        return Verdict.LATER
    return Verdict.ABSENT if due_in(entry, ledger.clock()) <= 0 else Verdict.LATER


def due_in(entry: Entry, now: float) -> float:
    """Return in how many seconds from `now` (unix seconds) the second look is due; 0 is now."""
    since = now - (now if entry.missed_at is None else entry.missed_at)
    # A first look in the future was noted by a clock that has been set back.
    return max(0.0, BETWEEN_LOOKS_SECONDS - max(since, 0.0))


def job_ids(ledger: Ledger) -> set[str]:
    """Return the id of every job that is noted."""
    entries = ledger.entries().values()
    first = {one.job_id for one in entries if one.job_id is not None}
    return first.union(*(one.other_job_ids for one in entries))


def _doubted(entry: Entry, ledger: Ledger, reason: str) -> Verdict:
    ledger.note(entry.purchase, State.UNKNOWN, error=f"its answer was lost, and {reason}")
    return Verdict.UNKNOWN


async def candidates(
    entry: Entry, provider: Provider, noted: Collection[str]
) -> tuple[Job, ...] | None:
    """Return the jobs that may be that of `entry`, likeliest first; None when nobody can tell.

    They are of its model, of its day or later, and their ids are not among `noted`. Raises
    Unavailable or Refused.
    """
    listed = await provider.ordered_since(entry.model, entry.intent_at - _CLOCK_SLACK_SECONDS)
    if listed is None:
        return None
    strange = listed.difference(noted)
    jobs = await provider.look(strange) if strange else {}
    return tuple(sorted(jobs.values(), key=lambda job: (_distance(job, entry), job.id)))


def _distance(job: Job, entry: Entry) -> float:
    return abs((job.created_at or 0.0) - entry.intent_at)
