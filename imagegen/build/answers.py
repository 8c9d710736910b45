"""Owns where the picture of each purchase comes from: the store, a noted job, or a new order.

Each purchase is settled once however many images show it, and bought only if the plan says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import anyio

from imagegen import digest
from imagegen.build.board import JobBoard, StillOpen
from imagegen.build.buyer import Buyer, NotBought
from imagegen.build.collect import Collector, NotCollected
from imagegen.build.ledger import Ledger
from imagegen.build.pace import Pace, Stopped
from imagegen.build.purchase import State
from imagegen.errors import ImagegenError, Problem
from imagegen.events import Charged, Emit, Warned
from imagegen.lock import Lock, Locked
from imagegen.original import Original
from imagegen.plan import Action, Change, Plan, Purchase
from imagegen.project.models import Catalogue, size
from imagegen.providers.provider import Job, JobStatus, Order, Provider, Refused, Unavailable
from imagegen.request import DRAFT, Target
from imagegen.store.store import Answer, Store

LEAST_PIXELS = 12_000_000
"""No picture is refused for its size below this: how large a model paints is partly a guess."""

_RATIO_SLACK = 0.06
_REFETCH_SECONDS = 20.0


@dataclass(slots=True)
class _Slot:
    done: anyio.Event = field(default_factory=anyio.Event)
    answer: Answer | None = None
    error: NotBought | NotCollected | Stopped | ImagegenError | None = None


@dataclass(frozen=True, slots=True)
class Shop:
    """The paid side of a run; absent without a key."""

    provider: Provider
    ledger: Ledger
    buyer: Buyer
    board: JobBoard


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a run works with."""

    root: Path
    store: Store
    catalogue: Catalogue
    lock: Lock
    painter: Provider
    """The free one."""
    shop: Shop | None
    pace: Pace
    emit: Emit


class Answers:
    """Gives the answer of each purchase, once."""

    def __init__(self, plan: Plan, desk: Desk) -> None:
        self._buying = {c.purchase for c in plan.changes if c.action is Action.GENERATE}
        self._desk = desk
        self._slots: dict[Purchase, _Slot] = {}

    async def settle(self, change: Change, target: Target) -> Answer:
        """Return the answer that `change` shows.

        Raises NotBought, NotCollected, Stopped, or NeedsAttention when the disk fails.
        """
        purchase = (target.request.key, change.take)
        slot = self._slots.get(purchase)
        if slot is None:
            slot = self._slots[purchase] = _Slot()
            try:
                slot.answer = await self._find(change, target)
            except (NotBought, NotCollected, Stopped, ImagegenError) as error:
                slot.error = error
            finally:
                slot.done.set()
        await slot.done.wait()
        if slot.answer is None:
            raise slot.error or Stopped(None)
        return slot.answer

    async def _find(self, change: Change, target: Target) -> Answer:
        desk, request, take = self._desk, target.request, change.take
        answer = desk.store.answer(request, take) or self._locked(target, take)
        if answer is not None:
            return answer
        buying = (request.key, take) in self._buying
        if request.provider == DRAFT:
            return await self._drawn(change, target)
        if desk.shop is None:
            raise NotBought(_keyless(buying=buying))
        noted = desk.shop.ledger.latest(request.key, take)
        if buying or (noted is not None and not noted.state.closed):
            return await self._bought(change, target, desk.shop)
        for one in desk.lock.images.values():
            if one.take == take and one.job_id and one.answers(request):
                return await self._fetched_again(one, target, desk.shop)
        raise NotBought(_nowhere())

    def _locked(self, target: Target, take: int) -> Answer | None:
        """What the lock says was bought, if the store has its bytes."""
        for one in self._desk.lock.images.values():
            if one.take != take or not one.answers(target.request):
                continue
            if self._desk.store.has(one.original.sha256):
                originals = (one.original,)
                answer = Answer(one.request, take, one.seed, one.job_id, one.credits, originals)
                self._desk.store.remember(target.request, answer)
                return answer
        return None

    async def _drawn(self, change: Change, target: Target) -> Answer:
        painter = self._desk.painter
        order = self._order(change, target, ())
        try:
            body = await painter.prepare(order)
            job = await painter.submit(body, f"{target.request.key}-{change.take}")
        except Refused as error:
            raise NotBought(error.problem) from None
        originals = await self._collected(painter, job, target)
        return self._remembered(target, change.take, job, originals)

    async def _bought(self, change: Change, target: Target, shop: Shop) -> Answer:
        order = self._order(change, target, self._references(target))
        entry, job = await shop.buyer.buy(order, shop.board, self._desk.emit)
        originals = await self._collected(shop.provider, job, target)
        answer = self._remembered(target, change.take, job, originals)
        shas = tuple(one.sha256 for one in originals)
        shop.ledger.note(entry.purchase, State.STORED, originals=shas)
        self._desk.emit(Charged(change.name, job.credits))
        self._warn_of_mismatch(change.name, target, originals[0])
        return answer

    async def _fetched_again(self, one: Locked, target: Target, shop: Shop) -> Answer:
        """A picture that was paid for long ago, on another machine: its job still names it."""
        job_id = str(one.job_id)
        try:
            job = await shop.board.wait(job_id, one.name, patience=_REFETCH_SECONDS)
        except (StillOpen, Refused, Unavailable) as error:
            raise NotBought(_gone(job_id, error.problem)) from None
        if job.status is not JobStatus.COMPLETED:
            raise NotBought(_gone(job_id, Problem(f"the API says {job.status}")))
        originals = await self._collected(shop.provider, job, target)
        return self._remembered(target, one.take, job, originals)

    async def _collected(
        self, provider: Provider, job: Job, target: Target
    ) -> tuple[Original, ...]:
        desk = self._desk
        collector = Collector(provider, desk.store, desk.pace, desk.emit)
        return await collector.collect(job, pixels=self._pixels(target))

    def _remembered(
        self, target: Target, take: int, job: Job, originals: tuple[Original, ...]
    ) -> Answer:
        request = target.request
        model = self._desk.catalogue.get(request.model)
        draft = request.provider == DRAFT
        answer = Answer(
            request=request.canonical,
            take=take,
            seed=request.seed_for(take) if model and model.takes_seed else None,
            job_id=None if draft else job.id,
            credits=None if draft else job.credits,
            originals=originals,
        )
        self._desk.store.remember(request, answer)
        return answer

    def _order(self, change: Change, target: Target, references: tuple[Path, ...]) -> Order:
        seed = target.request.seed_for(change.take)
        return Order(change.name, target.request, change.take, seed, references)

    def _references(self, target: Target) -> tuple[Path, ...]:
        """Freeze the reference pictures: what was hashed is what is sent."""
        files = []
        for source in target.sources:
            wanted = str(source.sha256)
            if not self._desk.store.has(wanted) and not source.text.startswith("https:"):
                try:
                    data = (self._desk.root / source.text).read_bytes()
                except OSError:
                    raise NotBought(_moved_on(source.text)) from None
                if digest.sha256_of(data) != wanted:
                    raise NotBought(_moved_on(source.text))
                self._desk.store.put(data)
            file = self._desk.store.path(wanted)
            if file is None:
                raise NotBought(_moved_on(source.text))
            files.append(file)
        return tuple(files)

    def _pixels(self, target: Target) -> int:
        width, height = self._size(target)
        return max(width * height, LEAST_PIXELS)

    def _size(self, target: Target) -> tuple[int, int]:
        model = self._desk.catalogue.get(target.request.model)
        return size(model, dict(target.request.params)) if model else (1024, 1024)

    def _warn_of_mismatch(self, name: str, target: Target, original: Original) -> None:
        params: Mapping[str, object] = dict(target.request.params)
        if "aspect_ratio" not in params or target.request.references:
            return
        width, height = self._size(target)
        asked, got = width / height, original.width / original.height
        if abs(asked - got) > asked * _RATIO_SLACK:
            text = f"`{name}` came as {original.width} x {original.height} pixels"
            detail = f"{params['aspect_ratio']} was asked for. It is kept: it is paid for."
            self._desk.emit(Warned(Problem(text, detail, "look at it before you publish it")))


def _keyless(*, buying: bool) -> Problem:
    what = "to buy this picture" if buying else "to fetch this picture, which is paid for"
    return Problem(
        f"an API key is needed {what}",
        "APIFRAME_API_KEY is neither in the environment nor in `.env` beside the project file.",
        "set it, or look at free drafts first:\n  imagegen build --draft",
    )


def _nowhere() -> Problem:
    return Problem(
        "the picture is neither in the store nor known to the API",
        hint="to buy it, name the image:\n  imagegen build --replace NAME",
    )


def _gone(job_id: str, cause: Problem) -> Problem:
    return Problem(
        f"the picture was paid for as job {job_id} and cannot be had: {cause.summary}",
        cause.detail,
        "bring its store (IMAGEGEN_HOME) from the machine that bought it, or buy another one:\n"
        "  imagegen build --replace NAME",
    )


def _moved_on(text: str) -> Problem:
    return Problem(
        f"the reference `{text}` has changed since it was read",
        "Nothing was bought: the request would no longer be the one in the plan.",
        "build again",
    )
