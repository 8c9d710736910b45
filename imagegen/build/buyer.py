"""Owns the paid path of one order: intent, POST, job, refusal; the only caller of `submit`.

The intent is durable before the POST, the job id before the first look. A repeated POST has the
same key and the same bytes; what cannot be settled that way is left for a person.
"""

from __future__ import annotations

from dataclasses import dataclass

import anyio

from imagegen.build.board import JobBoard, StillOpen
from imagegen.build.ledger import Ledger
from imagegen.build.limits import Limits
from imagegen.build.pace import Pace
from imagegen.build.purchase import (
    KEY_WINDOW_SECONDS,
    Entry,
    Facts,
    Intent,
    Purchase,
    State,
    idempotency_key,
)
from imagegen.errors import LimitReached, Problem
from imagegen.events import Accepted, Emit, Waiting
from imagegen.providers.provider import (
    Ambiguous,
    Busy,
    Job,
    JobStatus,
    KeyReused,
    Order,
    Provider,
    Refused,
    Unavailable,
)

_CLOCK_SLACK_SECONDS = 600.0
_LISTED_SECONDS = 60 * 86400.0
_AMBIGUOUS_TRIES = 5
_UPLOAD_TRIES = 4
_BUSY_SECONDS = 600.0
_UNREACHED_SECONDS = 15.0
_CAPACITY_ATTEMPTS = 3

_MODERATION = ("moderat", "content policy", "image denied", "safety", "nsfw", "flagged")
_CAPACITY = ("no available capacity", "retry shortly")


class NotBought(Exception):
    """This order brought no picture; the problem says why and what was charged."""

    def __init__(self, problem: Problem, *, unknown: bool = False, limit: bool = False) -> None:
        super().__init__(problem.summary)
        self.problem = problem
        self.unknown = unknown
        """Whether a paid job may exist that only `imagegen resolve` can settle."""
        self.limit = limit
        """Whether a spending limit forbade it."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who pays, and on whose behalf."""

    fingerprint: str
    run: str
    project: str


class Buyer:
    """Buys pictures one order at a time; safe to call concurrently."""

    def __init__(
        self, provider: Provider, ledger: Ledger, account: Account, *, limits: Limits, pace: Pace
    ) -> None:
        self._provider = provider
        self._ledger = ledger
        self.account = account
        self.sent: set[Purchase] = set()
        """What this run has ordered, also where an earlier run had noted the intent."""
        self._limits = limits
        self._pace = pace

    async def collect(self, order: Order, board: JobBoard, emit: Emit) -> tuple[Entry, Job]:
        """Return the completed job of an order that is paid for already; raises NotBought.

        Never orders anew, whatever becomes of that job.
        """
        entry = self._ledger.latest(order.request.key, order.take)
        if entry is None or entry.state.closed:
            raise NotBought(Problem("no paid job is noted for this picture", hint="build again"))
        try:
            return await self._settle(entry, order, board, emit)
        except _NoCapacity as error:
            raise NotBought(error.problem) from None

    async def buy(self, order: Order, board: JobBoard, emit: Emit) -> tuple[Entry, Job]:
        """Return the completed job of `order` and its ledger entry; raises NotBought.

        An order that is noted already is taken up where it was left, not bought again.
        """
        for attempt in range(1, _CAPACITY_ATTEMPTS + 1):
            try:
                async with self._limits.turn(order.request):
                    entry = await self._noted(order)
                    return await self._settle(entry, order, board, emit)
            except _NoCapacity as error:
                if attempt == _CAPACITY_ATTEMPTS:
                    raise NotBought(error.problem) from None
                seconds = 5.0 * 2 ** (attempt - 1)
                emit(Waiting(error.problem.summary, seconds))
                await anyio.sleep(seconds)
        raise RuntimeError("unreachable")

    async def _noted(self, order: Order) -> Entry:
        """Return the open entry of this order, or a new one that is durable."""
        key, take = order.request.key, order.take
        latest = self._ledger.latest(key, take)
        if latest is not None and not latest.state.closed:
            return latest
        attempt = self._ledger.next_attempt(key, take)
        self._pace.go_on()
        body = await self._prepared(order)
        intent = Intent(
            purchase=Purchase(key, take, attempt),
            image=order.name,
            request=order.request.canonical,
            idempotency_key=idempotency_key(self.account.fingerprint, key, take, attempt),
            body=body,
            reserve=self._limits.price(order.request),
            seed=order.seed,
            run=self.account.run,
            project=self.account.project,
        )
        try:
            entry = self._limits.intend(self._ledger, intent)
        except LimitReached as error:
            self._pace.stop(error.problems[0])
            raise NotBought(error.problems[0], limit=True) from None
        if entry.state.closed:
            # Another build tried the same purchase a moment ago and was refused.
            raise NotBought(_failed(entry.error or "refused", entry.job_id or "none"))
        return entry

    async def _prepared(self, order: Order) -> bytes:
        for attempt in range(_UPLOAD_TRIES):
            try:
                return await self._provider.prepare(order)
            except Refused as error:
                self._stop_if_hopeless(error)
                raise NotBought(error.problem) from None
            except Unavailable as error:
                if attempt == _UPLOAD_TRIES - 1:
                    raise NotBought(error.problem) from None
                await anyio.sleep(min(error.seconds or 2.0**attempt, 300))
        raise RuntimeError("unreachable")

    async def _settle(
        self, entry: Entry, order: Order, board: JobBoard, emit: Emit
    ) -> tuple[Entry, Job]:
        if entry.job_id is None:
            if entry.state is State.UNKNOWN:
                raise NotBought(_unknown(entry), unknown=True)
            if self._ledger.clock() - entry.intent_at > KEY_WINDOW_SECONDS:
                await self.reconcile(entry)
            entry = await self._submitted(entry, emit)
            emit(Accepted(order.name, str(entry.job_id)))
        try:
            job = await board.wait(str(entry.job_id), order.name)
        except StillOpen as error:
            raise NotBought(error.problem) from None
        except Refused as error:
            self._stop_if_hopeless(error)
            raise NotBought(error.problem) from None
        return self._judged(entry, job)

    async def reconcile(self, entry: Entry) -> None:
        """Return only if an order whose key is too old surely never arrived; raises NotBought."""
        since = entry.intent_at - _CLOCK_SLACK_SECONDS
        try:
            async with self._pace.request():
                listed = await self._provider.ordered_since(entry.model, since)
        except (Refused, Unavailable) as error:
            raise NotBought(error.problem) from None
        noted = set[str | None]()
        for one in self._ledger.entries().values():
            noted |= {one.job_id, *one.other_job_ids}
        too_old = self._ledger.clock() - entry.intent_at > _LISTED_SECONDS
        if listed is None or listed - noted or too_old:
            reason = "its answer was lost, and a job that nobody noted may be its own"
            entry = self._ledger.note(entry.purchase, State.UNKNOWN, error=reason)
            raise NotBought(_unknown(entry), unknown=True)

    async def _submitted(self, entry: Entry, emit: Emit) -> Entry:
        tries, began = 0, anyio.current_time()
        # An intent of an earlier run may have been sent; one of this run was not, so far.
        unsent = entry.run == self.account.run
        while True:
            try:
                async with self._pace.submit():
                    self.sent.add(entry.purchase)
                    job = await self._provider.submit(entry.body, entry.idempotency_key)
                    return self._ledger.note(entry.purchase, State.ACCEPTED, job_id=job.id)
            except (Refused, KeyReused) as error:
                return self._turned_away(entry, error)
            except Busy as error:
                unsent = unsent and not error.reached
                longest = _BUSY_SECONDS if error.reached else _UNREACHED_SECONDS
                if anyio.current_time() - began + error.seconds > longest:
                    if unsent:
                        reason = error.problem.summary
                        self._ledger.note(entry.purchase, State.REJECTED, error=reason)
                    raise NotBought(error.problem) from None
                problem, seconds = error.problem, error.seconds
            except Ambiguous as error:
                unsent, tries = False, tries + 1
                if tries >= _AMBIGUOUS_TRIES:
                    raise NotBought(_unanswered(error.problem)) from None
                problem, seconds = error.problem, float(2 ** (tries - 1))
            emit(Waiting(problem.summary, seconds))
            await anyio.sleep(seconds)

    def _turned_away(self, entry: Entry, error: Refused | KeyReused) -> Entry:
        """Note the refusal and raise NotBought, unless another build got a job meanwhile."""
        state = State.REJECTED if isinstance(error, Refused) else State.UNKNOWN
        latest = self._ledger.entries()[entry.purchase]
        if latest.job_id is None:
            latest = self._ledger.note(entry.purchase, state, error=error.problem.summary)
        if latest.job_id is not None:
            return latest
        if isinstance(error, KeyReused):
            raise NotBought(_unknown(latest), unknown=True)
        self._stop_if_hopeless(error)
        raise NotBought(error.problem)

    def _judged(self, entry: Entry, job: Job) -> tuple[Entry, Job]:
        purchase = entry.purchase
        if job.status is JobStatus.COMPLETED:
            facts = Facts(urls=job.urls)
            if job.credits is not None:
                facts["credits"] = job.credits
            entry = self._ledger.note(purchase, State.READY, **facts)
            self._limits.learn(entry)
            return entry, job
        text = job.error or f"the job ended as {job.status}"
        words, moderated = text.lower(), is_moderation(text)
        self._ledger.note(purchase, State.FAILED, error=text, moderated=moderated)
        if any(word in words for word in _CAPACITY):
            raise _NoCapacity(_failed(text, job.id))
        raise NotBought(_moderated(text, job.id) if moderated else _failed(text, job.id))

    def _stop_if_hopeless(self, error: Refused) -> None:
        if error.stops_all:
            self._pace.stop(error.problem)


def is_moderation(text: str) -> bool:
    """Whether a failed job's words say that it was refused for what it asked for."""
    words = text.lower()
    return any(word in words for word in _MODERATION)


class _NoCapacity(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


def _failed(text: str, job_id: str) -> Problem:
    return Problem(
        f"the provider failed: {text}",
        f"Job {job_id} was not charged: failed jobs are refunded in full.",
        "build again to try once more",
    )


def _moderated(text: str, job_id: str) -> Problem:
    return Problem(
        f"refused by moderation: {text}",
        f"Job {job_id} was not charged. The refusal is remembered and not sent again.",
        "change the prompt, or name the image with --replace to try the same one again",
    )


def _unanswered(found: Problem) -> Problem:
    return Problem(
        f"the order was sent and no answer came: {found.summary}",
        "A job may exist. It is noted, and sending it again has the same key and the same "
        "bytes, so it cannot be charged twice.",
        "build again within the day",
    )


def _unknown(entry: Entry) -> Problem:
    return Problem(
        f"nobody can tell whether the order for `{entry.image}` was charged",
        f"{entry.error or 'Its answer was lost'}. The API no longer knows its key, so sending "
        "it again could be charged twice.",
        "settle it with:\n  imagegen resolve",
    )
