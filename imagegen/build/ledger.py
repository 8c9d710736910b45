"""Owns the ledger of paid jobs: what was bought, written down before money is spent.

One file for each account, shared by every process on the machine. Never talks to a provider,
never forgets a purchase.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Unpack

from imagegen import atomic, digest, file_lock
from imagegen.build import jobs, ledger_fault, ledger_record
from imagegen.build.book import Book
from imagegen.build.journal import FOLDER_MODE, Foreign, Journal, Reading, Undurable
from imagegen.build.purchase import Entry, Facts, Intent, Purchase, Spent, State
from imagegen.errors import DiskFailed, LimitReached, NeedsAttention, Problem, WrongInput

Allow = Callable[[Spent], Problem | None]
"""Given what was spent today and by each run, says why no more may be; None allows it.

It is called with the ledger locked, so it must not use the ledger itself.
"""

COMPACT_FROM = 1 << 20
"""Bytes from which on the file is worth compacting."""

_KEEP_BODIES = 100 * 86400.0
_DONE = frozenset({State.LOCKED, State.FAILED, State.REJECTED})


class _Collision(NeedsAttention):
    """Two requests share one key; the ledger itself is well."""


class Ledger:
    """All purchases of one account; safe for several processes and threads at once.

    Methods raise DiskFailed when the disk fails, NeedsAttention when another process holds the
    ledger too long, and WrongInput when the file is no ledger or a newer version wrote it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], float] = time.time,
        waiting: file_lock.Waiting | None = None,
    ) -> None:
        self.path = folder / "ledger.jsonl"
        self.damage: tuple[Problem, ...] = ()
        """What was found unreadable; the purchases concerned are UNKNOWN now."""
        self.poisoned: Problem | None = None
        """Why nothing more is written: a record may or may not have reached the disk."""
        self.failing: Problem | None = None
        """Why the last record could not be written; None once one could be. While it is set
        nothing may be ordered: the answer could not be noted."""
        self.clock = clock
        self._waiting = waiting
        self._journal = Journal(self.path)
        self._book = Book()
        self._thread = threading.Lock()

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        clock: Callable[[], float] = time.time,
        waiting: file_lock.Waiting | None = None,
    ) -> Ledger:
        """Return the ledger in `folder`, read; creates nothing before the first intent.

        `clock` gives unix seconds; `waiting` is told when another process holds the lock.
        """
        ledger = cls(folder, clock=clock, waiting=waiting)
        ledger.entries()
        return ledger

    def entries(self) -> Mapping[Purchase, Entry]:
        """Return all that is known, including what other processes added; oldest first."""
        with self._reading():
            return dict(self._book.entries)

    def latest(self, request_key: str, take: int) -> Entry | None:
        """Return the entry of the highest attempt, or None if nothing was ever intended."""
        with self._reading():
            return self._book.latest(request_key, take)

    def next_attempt(self, request_key: str, take: int) -> int:
        """Return the attempt to intend: the latest one, or the one after it if that is closed."""
        latest = self.latest(request_key, take)
        return 1 if latest is None else latest.purchase.attempt + int(latest.state.closed)

    def spent(self, since: float) -> Spent:
        """Return what was spent since a time (unix seconds), and by each run."""
        return jobs.spent(self.entries().values(), since)

    def prices(self) -> Mapping[tuple[str, str], int]:
        """Return the credits last charged for each model and resolution ("" if it has none)."""
        return jobs.prices(self.entries().values())

    def intend(self, intent: Intent, allow: Allow) -> Entry:
        """Write down, durably, that `intent` is about to be bought; returns its entry.

        If this purchase was intended before, or an earlier attempt is not closed, or a later one
        exists, that entry is returned and nothing is written: its body and key are what counts.
        `allow` is asked while no other process can spend; raises LimitReached if it refuses.
        """
        wanted = intent.purchase
        record = ledger_record.of_intent(intent, self.clock())
        with self._telling(record), self._writing():
            latest = self._book.latest(wanted.request_key, wanted.take)
            if latest is not None:
                _check_same_request(latest, intent)
                if not latest.state.closed or latest.purchase.attempt >= wanted.attempt:
                    return latest
            due = 1 if latest is None else latest.purchase.attempt + 1
            if wanted.attempt != due:
                raise ValueError(f"attempt {wanted.attempt} is asked for, but {due} is due")
            since = start_of_day(self.clock())
            refusal = allow(jobs.spent(self._book.entries.values(), since))
            if refusal is not None:
                raise LimitReached(refusal)
            return self._append(record)

    def miss(self, purchase: Purchase) -> Entry:
        """Write down, durably, that a complete list of all jobs does not show this order.

        Returns the entry; the first time counts. Raises KeyError as `note` does.
        """
        with self._writing():
            entry = self._book.entries[purchase]
            if entry.missed_at is not None or not entry.unanswered:
                return entry
            return self._append(ledger_record.of_miss(entry, self.clock()))

    def expect_to_note(self) -> None:
        """Raise NeedsAttention if what comes next could not be noted; call before a POST.

        What is noted already is on stable storage afterwards, also what a killed process wrote.
        """
        problem = self.poisoned or self.failing
        if problem is not None:
            raise DiskFailed(problem)
        with self._writing():
            self._journal.make_durable()

    def note(self, purchase: Purchase, state: State, **facts: Unpack[Facts]) -> Entry:
        """Write down, durably, what became of `purchase`; returns the entry as it then is.

        What is known already is not written again. News that comes too late, because another
        process knows more, changes no state, but a further job id is always kept.
        Raises KeyError for a purchase that was never intended, and NeedsAttention that says what
        could not be written.
        """
        news = jobs.News(purchase, state, self.clock(), **facts)
        record = ledger_record.of_news(news)
        with self._telling(record), self._writing():
            before = self._book.entries[purchase]
            after = jobs.follow(before, news)
            if dataclasses.replace(after, updated_at=before.updated_at) == before:
                return before
            return self._append(record)

    def close(self, purchases: Iterable[Purchase]) -> None:
        """Note, durably and with one write, that the lock records these purchases.

        Raises as `note`; then none of them is noted, or nobody can tell.
        """
        told = [jobs.News(one, State.LOCKED, self.clock()) for one in purchases]
        if not told:
            return
        records = [ledger_record.of_news(news) for news in told]
        with self._telling(records[0]), self._writing():
            due = [
                record
                for record, news in zip(records, told, strict=True)
                if self._book.entries[news.purchase].state is not State.LOCKED
            ]
            if due:
                self._journal.append(*due)
            for record in due:
                self._book.take_in(ledger_record.read(record))

    def settle(self, seen: Entry, state: State, **facts: Unpack[Facts]) -> Entry:
        """Note what a person says of a purchase, unless it is no longer as they have seen it.

        Raises NeedsAttention when it has changed, so that nothing is decided twice.
        """
        news = jobs.News(seen.purchase, state, self.clock(), **facts)
        record = ledger_record.of_news(news)
        with self._writing():
            before = self._book.entries[seen.purchase]
            latest = self._book.latest(seen.purchase.request_key, seen.purchase.take)
            after = jobs.follow(before, news)
            if dataclasses.replace(after, updated_at=before.updated_at) == before:
                return before
            if before != seen or latest != before:
                raise NeedsAttention(ledger_fault.overtaken(seen.image))
            return self._append(record)

    def compact(self) -> bool:
        """Shrink the file: one record a purchase, no bodies of those done 100 days ago.

        Does nothing, and returns False, unless it is over 1 MiB and a quarter can be saved; nor
        where the disk refuses, since the ledger is whole without it.
        """
        with contextlib.suppress(NeedsAttention), self._writing():
            if self._journal.size <= COMPACT_FROM:
                return False
            limit = self.clock() - _KEEP_BODIES
            if not self._worth_a_look(limit):
                return False
            slim = [_slim(entry, limit) for entry in self._book.entries.values()]
            records = [ledger_record.of_entry(entry) for entry in slim]
            if sum(len(digest.canonical_json(one)) for one in records) > self._journal.size * 0.75:
                return False
            self._journal.rewrite(records)
            self._book.clear()
            for entry in slim:
                self._book.take_in(entry)
            return True
        return False

    def _worth_a_look(self, limit: float) -> bool:
        """Whether much could be saved, told without encoding the whole ledger once more."""
        entries = self._book.entries.values()
        bodies = sum(len(entry.body) for entry in entries if entry.body and _done(entry, limit))
        return self._journal.lines >= 2 * len(entries) or bodies * 4 > self._journal.size

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        with (
            self._thread,
            self._told(),
            self._locked() if self.path.exists() else contextlib.nullcontext(),
        ):
            yield

    @contextlib.contextmanager
    def _telling(self, record: Mapping[str, object]) -> Iterator[None]:
        """Say what `record` says, for the user to keep, when it cannot be written down."""
        was_sound = self.poisoned is None
        try:
            yield
        except _Collision:
            raise
        except (NeedsAttention, WrongInput) as error:
            about = self._book.entries.get(ledger_record.purchase_of(record))
            self.failing = ledger_fault.unwritten(error.problems[0], record, about)
            if was_sound and self.poisoned is not None:
                self.poisoned = self.failing
            raise type(error)(self.failing) from error
        self.failing = None

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        with self._thread, self._told():
            if self.poisoned is not None:
                raise DiskFailed(self.poisoned)
            atomic.make_folder(self.path.parent, mode=FOLDER_MODE)
            with self._locked():
                yield

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with file_lock.held(self.path.with_suffix(".lock"), waiting=self._waiting):
            self._read()
            yield

    def _read(self) -> None:
        reading = self._journal.read()
        if reading.afresh and not reading.records and self._book.entries:
            # Somebody deleted the file under a running build: what is known is not given up.
            self._journal.rewrite(map(ledger_record.of_entry, self._book.entries.values()))
            return
        if reading.afresh:
            self._book.clear()
        self._take_in(reading)
        if reading.damage:
            self._recover(reading)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turn faults of the file into errors that say what to do."""
        try:
            yield
        except Foreign as fault:
            raise WrongInput(ledger_fault.foreign(self.path, str(fault))) from None
        except Undurable as fault:
            self.poisoned = ledger_fault.failed(fault.error, self.path)
            raise DiskFailed(self.poisoned) from fault
        except OSError as error:
            raise DiskFailed(ledger_fault.failed(error, self.path)) from error

    def _take_in(self, reading: Reading) -> None:
        for fields in reading.records:
            try:
                self._book.take_in(ledger_record.read(fields))
            except ledger_record.Unreadable as fault:
                raise Foreign(
                    f"it holds a record that this version cannot read ({fault})"
                ) from None

    def _recover(self, reading: Reading) -> None:
        """Keep the damaged file aside and go on with what is readable, doubts written down."""
        copy = self._journal.keep_aside()
        doubts = list(self._book.doubts(reading.damage, self.clock()))
        self._journal.rewrite((*reading.records, *map(ledger_record.of_news, doubts)))
        for news in doubts:
            self._book.take_in(news)
        self.damage += (ledger_fault.damaged(self.path, copy, len(doubts)),)

    def _append(self, record: Mapping[str, object]) -> Entry:
        self._journal.append(record)
        return self._book.take_in(ledger_record.read(record))


def start_of_day(now: float) -> float:
    """Return the unix seconds of the last midnight, local time, before `now`."""
    midnight = datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.timestamp()


def _done(entry: Entry, limit: float) -> bool:
    return entry.state in _DONE and entry.updated_at < limit


def _slim(entry: Entry, limit: float) -> Entry:
    if _done(entry, limit):
        return dataclasses.replace(entry, body=b"", urls=())
    return entry


def _check_same_request(entry: Entry, intent: Intent) -> None:
    # Damage can have taken the request; then only the key is left to go by.
    if entry.request and _text(entry.request) != _text(intent.request):
        raise _Collision(ledger_fault.collision(intent.image, entry.image))


def _text(request: Mapping[str, object]) -> bytes:
    return digest.canonical_json(request)
