"""Owns what the records of the ledger add up to: which state may follow which, and the sums.

Pure: records in, entries out; never reads a file. A record that comes too late (another process
knew more) adds what it knows and changes no state.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from imagegen.build.purchase import Entry, Purchase, Spent, State, Sum

_GOING = frozenset({State.INTENT, State.ACCEPTED, State.READY, State.ADOPTED, State.UNKNOWN})
_IN_HAND = frozenset({State.STORED, State.PLACED, State.LOCKED})
_FREE = frozenset({State.REJECTED, State.FAILED})
_IN_DOUBT = frozenset({State.INTENT, State.UNKNOWN})

_COMES_FROM: Mapping[State, frozenset[State]] = {
    State.INTENT: frozenset(),
    # A refusal of one POST does not undo a job that the same key got from another one.
    State.ACCEPTED: frozenset(
        {State.INTENT, State.REJECTED, State.UNKNOWN, State.ABANDONED, State.LOST}
    ),
    State.REJECTED: frozenset({State.INTENT, State.UNKNOWN}),
    State.READY: (_GOING | {State.REJECTED, State.ABANDONED, State.LOST}) - {State.READY},
    State.FAILED: _GOING | {State.LOST},
    State.STORED: frozenset(State) - _IN_HAND,
    State.PLACED: frozenset(State) - {State.PLACED, State.LOCKED},
    State.LOCKED: frozenset(State) - {State.LOCKED},
    State.UNKNOWN: (_GOING | {State.LOST}) - {State.UNKNOWN},
    State.ADOPTED: frozenset(
        {State.INTENT, State.UNKNOWN, State.LOST, State.REJECTED, State.FAILED, State.ABANDONED}
    ),
    State.ABANDONED: _GOING | {State.LOST},
    # The store was deleted and the provider has thrown its copy away.
    State.LOST: _GOING | _IN_HAND,
}
_RANK = {
    state: rank
    for rank, state in enumerate(
        (State.INTENT, State.ACCEPTED, State.READY, State.STORED, State.PLACED, State.LOCKED)
    )
}


@dataclasses.dataclass(frozen=True, slots=True)
class News:
    """One record about a purchase after its intent; None or empty means "not said"."""

    purchase: Purchase
    state: State
    at: float
    """Unix seconds."""
    job_id: str | None = None
    urls: tuple[str, ...] = ()
    credits: int | None = None
    error: str | None = None
    moderated: bool | None = None
    originals: tuple[str, ...] = ()
    again: bool | None = None


def follow(entry: Entry, news: News) -> Entry:
    """Return the entry as it is after `news`."""
    moves = entry.state in _COMES_FROM[news.state] or _overturns(entry, news)
    late = _RANK.get(news.state, 9) < _RANK.get(entry.state, -1)
    entry = _with_job(entry, news.job_id, takes_over=moves)
    if not moves and not late and news.state is not entry.state:
        return entry
    return dataclasses.replace(
        entry,
        state=news.state if moves else entry.state,
        urls=news.urls or entry.urls,
        credits=entry.credits if news.credits is None else news.credits,
        error=entry.error if late or news.error is None else news.error,
        moderated=entry.moderated if late or news.moderated is None else news.moderated,
        originals=news.originals or entry.originals,
        again=entry.again if late or news.again is None else news.again,
        updated_at=news.at,
    )


def _overturns(entry: Entry, news: News) -> bool:
    """Whether `news` moves an entry that had come to an end."""
    if news.state is State.ACCEPTED and entry.state is State.FAILED:
        return news.job_id not in (None, entry.job_id, *entry.other_job_ids)
    # Its pictures were at hand and are not any more, and damage took the job that has them.
    return news.state is State.UNKNOWN and entry.state.in_hand and entry.job_id is None


def spent(entries: Iterable[Entry], since: float) -> Spent:
    """Return what `entries` cost since a time (unix seconds), and by run over all of them.

    What was refused or given back costs nothing. What was abandoned still counts, because it may
    have been charged, and what may yet be charged counts for every day until it is settled.
    """
    total, runs, unpriced = _Tally(), dict[str, _Tally](), list[tuple[str, str]]()
    for entry in entries:
        if entry.state in _FREE:
            continue
        if entry.intent_at >= since or entry.state in _IN_DOUBT:
            total.add(entry)
            if entry.credits is None and entry.reserve is None:
                unpriced.append((entry.model, entry.resolution))
        runs.setdefault(entry.run, _Tally()).add(entry)
    return Spent(total.sum(), {run: tally.sum() for run, tally in runs.items()}, tuple(unpriced))


class _Tally:
    """A Sum in the making; this is asked before each purchase, over the whole ledger."""

    __slots__ = ("charged", "pictures", "reserved", "unanswered", "unpriced")

    def __init__(self) -> None:
        self.charged = self.reserved = self.pictures = self.unpriced = self.unanswered = 0

    def add(self, entry: Entry) -> None:
        self.pictures += 1
        if entry.credits is not None:
            self.charged += entry.credits
        elif entry.reserve is not None:
            self.reserved += entry.reserve
            self.unanswered += entry.reserve if entry.unanswered else 0
        else:
            self.unpriced += 1

    def sum(self) -> Sum:
        return Sum(self.charged, self.reserved, self.pictures, self.unpriced, self.unanswered)


def prices(entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """Return the credits last charged for each model and resolution ("" where it has none)."""
    charged = sorted(
        (entry for entry in entries if entry.credits and entry.model and entry.state not in _FREE),
        key=lambda entry: entry.updated_at,
    )
    return {(entry.model, entry.resolution): entry.credits or 0 for entry in charged}


def _with_job(entry: Entry, job_id: str | None, *, takes_over: bool) -> Entry:
    if job_id is None or job_id == entry.job_id:
        return entry
    if entry.job_id is None:
        return dataclasses.replace(entry, job_id=job_id)
    known = dict.fromkeys((entry.job_id, *entry.other_job_ids, job_id))
    # A second job for one purchase is never dropped: somebody may have paid for both.
    first = job_id if takes_over else entry.job_id
    others = tuple(other for other in known if other != first)
    return dataclasses.replace(entry, job_id=first, other_job_ids=others)
