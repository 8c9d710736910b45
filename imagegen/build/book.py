"""Owns the ledger's entries in memory: takes records in, finds the latest attempt, doubts.

Pure: never reads or writes a file, never asks the clock.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator

from imagegen.build import jobs
from imagegen.build.jobs import News
from imagegen.build.purchase import Entry, Purchase, State

_DOUBT = "the ledger was damaged, and what it said of this purchase may be missing"

# Read from bytes that failed their checksum: good enough to raise a doubt, never to act on.
_KEY = re.compile(rb'"key":"([0-9a-f]{32})"')
_TAKE = re.compile(rb'"take":([1-9][0-9]{0,5})(?![0-9])')
_ATTEMPT = re.compile(rb'"attempt":([1-9][0-9]{0,5})(?![0-9])')
_JOB_ID = re.compile(rb'"job_id":"([A-Za-z0-9_-]{1,200})"')


class Book:
    """All entries, oldest first, and which attempt is the latest for each request and take."""

    def __init__(self) -> None:
        self.entries: dict[Purchase, Entry] = {}
        self._latest: dict[tuple[str, int], int] = {}

    def clear(self) -> None:
        """Forget everything."""
        self.entries.clear()
        self._latest.clear()

    def take_in(self, record: Entry | News) -> Entry:
        """Add one record; returns the entry as it then is."""
        purchase = record.purchase
        known = self.entries.get(purchase)
        if isinstance(record, News):
            entry = jobs.follow(known or _orphan(record), record)
        else:
            entry = _missed(known, record) if known else record
        self.entries[purchase] = entry
        slot = (purchase.request_key, purchase.take)
        self._latest[slot] = max(purchase.attempt, self._latest.get(slot, 0))
        return entry

    def latest(self, request_key: str, take: int) -> Entry | None:
        """Return the entry of the highest attempt."""
        attempt = self._latest.get((request_key, take))
        return None if attempt is None else self.entries[Purchase(request_key, take, attempt)]

    def doubts(self, damage: Iterable[bytes], at: float) -> Iterator[News]:
        """Yield the news that damage makes of purchases: those still open, and those it names."""
        for entry in self.entries.values():
            if entry.state.open and entry.state is not State.UNKNOWN:
                yield News(entry.purchase, State.UNKNOWN, at, error=_DOUBT)
        named = dict(
            found for chunk in damage for raw in chunk.split(b"\n") if (found := _named(raw))
        )
        for purchase, job_id in named.items():
            if purchase not in self.entries:
                yield News(purchase, State.UNKNOWN, at, job_id=job_id, error=_DOUBT)


def _missed(known: Entry, record: Entry) -> Entry:
    """A known intent can only be said again to add that a list of all jobs did not show it.

    What an intent says is void where news stands without it, which only damage can bring about.
    """
    if known.missed_at is None and record.missed_at is not None and known.unanswered:
        return dataclasses.replace(known, missed_at=record.missed_at)
    return known


def _orphan(news: News) -> Entry:
    return Entry(
        news.purchase,
        State.UNKNOWN,
        image="",
        request={},
        idempotency_key="",
        body=b"",
        reserve=None,
        seed=None,
        run="",
        project="",
        intent_at=news.at,
        updated_at=news.at,
        error=_DOUBT,
    )


def _named(raw: bytes) -> tuple[Purchase, str | None] | None:
    key = _KEY.search(raw)
    if key is None:
        return None
    # The first take and attempt are by far the most likely ones where the number is illegible.
    take, attempt = (
        int(found[1]) if (found := one.search(raw)) else 1 for one in (_TAKE, _ATTEMPT)
    )
    job = _JOB_ID.search(raw)
    return Purchase(key[1].decode(), take, attempt), job[1].decode() if job else None
