"""Owns the paid path of one order: intent, POST, job, refusal; the only caller of `submit`.

The intent is durable before the POST, the job id before the first look. A repeated POST has the
same key and the same bytes; what cannot be settled that way is left for a person. From before the
intent until the job or the refusal is noted, no other build on this machine can place the order.
"""

from __future__ import annotations

from dataclasses import dataclass

import anyio

from imagegen import home
from imagegen.build import order_fault
from imagegen.build.board import JobBoard, StillOpen
from imagegen.build.claims import Claims
from imagegen.build.inquiry import Verdict, due_in, inquire
from imagegen.build.ledger import Ledger
from imagegen.build.limits import Limits
from imagegen.build.pace import Pace
from imagegen.build.purchase import (
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
        self,
        provider: Provider,
        ledger: Ledger,
        account: Account,
        *,
        limits: Limits,
        pace: Pace,
        sent: set[Purchase] | None = None,
    ) -> None:
        self._provider = provider
        self._ledger = ledger
        self.account = account
        self.sent: set[Purchase] = set() if sent is None else sent
        """What this run has ordered, also where an earlier run had noted the intent.

        Runs that share one allowance share it.
        """
        self._limits = limits
        self._pace = pace
        self._claims = Claims(home.claims_folder(ledger.path.parent), pace, account.project)

    async def collect(self, order: Order, board: JobBoard, emit: Emit) -> tuple[Entry, Job]:
        """Return the completed job of an order that is paid for already; raises NotBought.

        Never orders anew, whatever becomes of that job.
        """
        entry = await self._placed(order, emit, anew=False)
        try:
            return await self._settle(entry, order, board)
        except _NoCapacity as error:
            raise NotBought(error.problem) from None

    async def buy(self, order: Order, board: JobBoard, emit: Emit) -> tuple[Entry, Job]:
        """Return the completed job of `order` and its ledger entry; raises NotBought.

        An order that is noted already is taken up where it was left, not bought again.
        """
        for attempt in range(1, _CAPACITY_ATTEMPTS + 1):
            try:
                async with self._limits.turn(order.request):
                    entry = await self._placed(order, emit, anew=True)
                    return await self._settle(entry, order, board)
            except _NoCapacity as error:
                if attempt == _CAPACITY_ATTEMPTS:
                    raise NotBought(error.problem) from None
                seconds = 5.0 * 2 ** (attempt - 1)
                emit(Waiting(error.problem.summary, seconds))
                await anyio.sleep(seconds)
        raise RuntimeError("unreachable")

    async def doubt(self, order: Order, emit: Emit) -> None:
        """Note, sending nothing, that another key may have bought this order; raises NotBought.

        A person can then settle it as any other one.
        """
        key, take = order.request.key, order.take
        async with self._claims.held(key, take, image=order.name, emit=emit):
            entry = await self._noted(order, anew=True)
            if entry.unanswered:
                reason = "another key sent it and got no answer, and a job may be its own"
                entry = self._ledger.note(entry.purchase, State.UNKNOWN, error=reason)
                raise NotBought(order_fault.unknown(entry), unknown=True)

    async def write_off(self, entry: Entry, emit: Emit) -> None:
        """Note that an order whose key is too old never arrived; raises NotBought if it may have.

        Does nothing when another build has settled it meanwhile.
        """
        key, take = entry.purchase.request_key, entry.purchase.take
        async with self._claims.held(key, take, image=entry.image, emit=emit):
            entry = self._ledger.entries()[entry.purchase]
            if entry.state is State.INTENT and entry.job_id is None:
                verdict = await self._inquired(entry)
                if verdict is Verdict.ABSENT:
                    self._ledger.note(entry.purchase, State.REJECTED, error="it never arrived")

    async def _placed(self, order: Order, emit: Emit, *, anew: bool) -> Entry:
        """Return the entry of this order, which has a job; only with `anew` may it be a new one."""
        key, take = order.request.key, order.take
        noted = self._ledger.latest(key, take)
        if noted is not None and noted.job_id is not None and not noted.state.closed:
            return noted
        async with self._claims.held(key, take, image=order.name, emit=emit):
            # Read again: who had the claim before may have got a job, or a refusal.
            entry = await self._noted(order, anew=anew)
            if entry.job_id is not None:
                return entry
            if entry.state.in_hand:
                # Its pictures are gone from the store, and damage to the ledger took its job.
                reason = "its picture is gone, and so is the ledger's record of its job"
                entry = self._ledger.note(entry.purchase, State.UNKNOWN, error=reason)
            if entry.state is State.UNKNOWN:
                raise NotBought(order_fault.unknown(entry), unknown=True)
            # Only what surely never went out can be refused for good.
            sure = entry.run == self.account.run
            if not entry.key_holds(self._ledger.clock()):
                await self._surely_absent(entry, emit)
                sure = True
            self._take_up(entry)
            entry = await self._submitted(entry, emit, sure=sure)
        emit(Accepted(order.name, str(entry.job_id)))
        return entry

    async def _noted(self, order: Order, *, anew: bool) -> Entry:
        """Return the open entry of this order, or with `anew` a new one that is durable."""
        key, take = order.request.key, order.take
        latest = self._ledger.latest(key, take)
        if latest is not None and not latest.state.closed:
            return latest
        if not anew:
            raise NotBought(Problem("no paid job is noted for this picture", hint="build again"))
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
            images=order.images or (order.name,),
            replaced=order.replaced,
        )
        try:
            entry = self._limits.intend(self._ledger, intent)
        except LimitReached as error:
            self._pace.stop(error.problems[0])
            raise NotBought(error.problems[0], limit=True) from None
        if entry.state.closed:
            # Another build tried the same purchase a moment ago and was refused.
            raise NotBought(order_fault.failed(entry.error or "refused", entry.job_id or "none"))
        return entry

    def _take_up(self, entry: Entry) -> None:
        """Hold an order of an earlier run against the limits of this one; raises NotBought."""
        if entry.run == self.account.run:
            return
        refusal = self._limits.take_up(entry, self._ledger.spent(0).by(self.account.run))
        if refusal is not None:
            self._pace.stop(refusal)
            raise NotBought(refusal, limit=True)

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

    async def _settle(self, entry: Entry, order: Order, board: JobBoard) -> tuple[Entry, Job]:
        try:
            job = await board.wait(str(entry.job_id), order.name)
        except StillOpen as error:
            raise NotBought(error.problem) from None
        except Refused as error:
            self._stop_if_hopeless(error)
            raise NotBought(error.problem) from None
        return self._judged(entry, job)

    async def _inquired(self, entry: Entry) -> Verdict:
        """Return whether an order whose key is too old arrived; raises NotBought if it may have."""
        try:
            verdict = await inquire(entry, self._provider, self._ledger, self._pace)
        except (Refused, Unavailable) as error:
            raise NotBought(error.problem) from None
        if verdict is Verdict.UNKNOWN:
            raise NotBought(
                order_fault.unknown(self._ledger.entries()[entry.purchase]), unknown=True
            )
        return verdict

    async def _surely_absent(self, entry: Entry, emit: Emit) -> None:
        """Return once an order whose key is too old surely never arrived; raises NotBought."""
        while await self._inquired(entry) is not Verdict.ABSENT:
            entry = self._ledger.entries()[entry.purchase]
            seconds = due_in(entry, self._ledger.clock())
            emit(Waiting(f"the lost order for `{entry.image}` is looked for twice", seconds))
            await anyio.sleep(seconds)

    async def _submitted(self, entry: Entry, emit: Emit, *, sure: bool) -> Entry:
        """POST the order until it is answered; `sure` if no earlier POST of it can have arrived."""
        tries, began = 0, anyio.current_time()
        # An intent of another run may have been sent. One of this run was not, so far: the claim
        # has been held since it was noted.
        unsent = entry.run == self.account.run
        while True:
            try:
                async with self._pace.submit():
                    self._ledger.expect_to_note()
                    self.sent.add(entry.purchase)
                    job = await self._provider.submit(entry.body, entry.idempotency_key)
                    return self._ledger.note(entry.purchase, State.ACCEPTED, job_id=job.id)
            except (Refused, KeyReused) as error:
                return self._turned_away(entry, error, sure=sure)
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
                unsent, sure, tries = False, False, tries + 1
                if tries >= _AMBIGUOUS_TRIES:
                    raise NotBought(order_fault.unanswered(error.problem)) from None
                problem, seconds = error.problem, float(2 ** (tries - 1))
            emit(Waiting(problem.summary, seconds))
            await anyio.sleep(seconds)

    def _turned_away(self, entry: Entry, error: Refused | KeyReused, *, sure: bool) -> Entry:
        """Note the refusal and raise NotBought, unless another build got a job meanwhile.

        Unless it is `sure` that no earlier POST arrived, a refusal of this one proves nothing
        about that one: the order stays as it is, and is sent again with the same key.
        """
        state = State.REJECTED if isinstance(error, Refused) else State.UNKNOWN
        latest = self._ledger.entries()[entry.purchase]
        if latest.job_id is None and (sure or state is State.UNKNOWN):
            latest = self._ledger.note(entry.purchase, state, error=error.problem.summary)
        if latest.job_id is not None:
            return latest
        if isinstance(error, KeyReused):
            raise NotBought(order_fault.unknown(latest), unknown=True)
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
            raise _NoCapacity(order_fault.failed(text, job.id))
        raise NotBought(
            order_fault.moderated(text, job.id) if moderated else order_fault.failed(text, job.id)
        )

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
