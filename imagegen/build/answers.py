"""Owns where the picture of each purchase comes from: the store, a noted job, or a new order.

Each purchase is settled once however many images show it, and bought only if the plan says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import anyio

from imagegen.build import absence_fault, orders, referred
from imagegen.build.board import StillOpen
from imagegen.build.buyer import NotBought
from imagegen.build.collect import Collector, NotCollected
from imagegen.build.desk import Desk, Shop
from imagegen.build.inquiry import candidates, job_ids
from imagegen.build.pace import Stopped
from imagegen.build.purchase import Entry, State
from imagegen.build.rescue import answer_of
from imagegen.build.survey import kept
from imagegen.errors import ImagegenError, Problem
from imagegen.events import Charged, Warned
from imagegen.original import Original
from imagegen.pictures.inspect import NotAPicture
from imagegen.plan import Action, Change, Plan, PurchaseKey
from imagegen.providers.provider import Job, JobStatus, Order, Provider, Refused, Unavailable
from imagegen.request import DRAFT, Target
from imagegen.store.store import Answer

_REFETCH_SECONDS = 20.0


@dataclass(slots=True)
class _Slot:
    done: anyio.Event = field(default_factory=anyio.Event)
    answer: Answer | None = None
    error: Exception | None = None


class Answers:
    """Gives the answer of each purchase, once, with its originals in the store."""

    def __init__(self, plan: Plan, desk: Desk) -> None:
        self._plan = plan
        self._buying = {c.purchase for c in plan.changes if c.action is Action.GENERATE}
        self._desk = desk
        self._slots: dict[PurchaseKey, _Slot] = {}
        self._final: dict[PurchaseKey | None, PurchaseKey | None] = {}
        """What the purchases of the plan became whose requests were not final."""

    async def settle(self, change: Change, target: Target) -> Answer:
        """Return the answer that `change` shows, its bytes in the store unless it has no output.

        Raises NotBought, NotCollected, Stopped, or NeedsAttention when the disk fails.
        """
        if change.adopted is not None:
            return answer_of(change.adopted)
        if not target.output:
            known = self._known(target, change.take)
            if known is not None:
                # A candidate needs no bytes before it is picked.
                return known
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

    def buys(self, change: Change) -> bool:
        """Whether `settle` may place an order for `change`, and none is on its way yet."""
        draft = change.target is not None and change.target.request.provider == DRAFT
        return change.purchase in self._buying and not change.resumes and not draft

    def settled(self, planned: Change, change: Change) -> Change:
        """Take `change` for `planned`, whose request was not final; returns what to carry out.

        Of several images of one request any may come first: its purchase is on the plan.
        """
        self._final[planned.purchase] = change.purchase
        if change.action is not Action.GENERATE:
            return change
        if planned.purchase in self._buying:
            self._buying.add(change.purchase)
        # Where another image is to buy it, this one costs nothing more.
        return (
            change
            if planned.action is Action.GENERATE
            else replace(change, action=planned.action, price=0)
        )

    def forget(self, change: Change, target: Target) -> None:
        """Settle this purchase anew next time: its bytes turned out to be damaged."""
        self._slots.pop((target.request.key, change.take), None)

    async def _find(self, change: Change, target: Target) -> Answer:
        desk, request, take = self._desk, target.request, change.take
        known = self._known(target, take)
        if known is not None and all(desk.store.has(one.sha256) for one in known.originals):
            for one in known.originals:
                desk.store.secure(one.sha256)
            return known
        if request.provider == DRAFT:
            return await self._drawn(change, target)
        buying = (request.key, take) in self._buying
        if desk.shop is None:
            raise NotBought(absence_fault.keyless(change, desk.root, buying=buying))
        noted = desk.shop.ledger.latest(request.key, take)
        if noted is not None and kept(noted, request, desk.store):
            answer = await self._recorded_anew(noted, target)
            if answer is not None:
                return answer
        if buying and (noted is None or noted.state is State.INTENT):
            await self._doubt(change, target, desk.shop)
        # What is not bought is never ordered: an order without a job waits for a build that buys.
        if noted is not None and not noted.state.closed and (buying or noted.job_id is not None):
            take_up = self._bought if buying else self._paid_for
            return await take_up(change, target, desk.shop)
        if known is not None and known.job_id is not None:
            return await self._fetched_again(known, change, target, desk.shop)
        if buying:
            elsewhere = await self._ordered_with_another_key(change, target, desk.shop)
            if elsewhere is not None:
                return elsewhere
            return await self._bought(change, target, desk.shop)
        raise NotBought(absence_fault.nowhere(target.candidate_of or target.name))

    def _known(self, target: Target, take: int) -> Answer | None:
        """What store or lock say was bought, wherever its bytes are."""
        known = self._desk.store.answer(target.request, take)
        if known is not None:
            return known
        for one in self._desk.lock.images.values():
            if one.take == take and one.answers(target.request):
                answer = answer_of(one)
                self._desk.store.remember(answer)
                return answer
        return None

    async def _recorded_anew(self, entry: Entry, target: Target) -> Answer | None:
        """Record anew what the store has lost of pictures that it has; None if they are damaged."""
        desk = self._desk
        pixels = orders.pixels(target, desk.catalogue)
        originals: list[Original] = []
        for sha256 in entry.originals:
            data = desk.store.get(sha256)
            if data is None:
                return None
            desk.store.secure(sha256)
            try:
                originals.append(await desk.darkroom.inspected(data, pixels=pixels))
            except NotAPicture:
                return None
        answer = Answer(
            target.request.canonical,
            entry.purchase.take,
            entry.seed,
            entry.job_id,
            entry.credits,
            tuple(originals),
        )
        desk.store.remember(answer)
        return answer

    async def _drawn(self, change: Change, target: Target) -> Answer:
        painter = self._desk.painter
        try:
            body = await painter.prepare(orders.order(change, target, self._desk))
            job = await painter.submit(body, f"{target.request.key}-{change.take}")
        except Refused as error:
            raise NotBought(error.problem) from None
        return await self._kept(painter, job, target, change.take)

    async def _bought(self, change: Change, target: Target, shop: Shop) -> Answer:
        await referred.bring(target, self._desk, shop)
        order = self._for_all(orders.order(change, target, self._desk), change)
        entry, job = await shop.buyer.buy(order, shop.board, self._desk.emit)
        return await self._stored(entry, job, change, target, shop)

    def _for_all(self, order: Order, change: Change) -> Order:
        """Say in the order which images are to show its picture, for a run that takes it up."""
        same = [
            one
            for one in self._plan.changes
            if self._final.get(one.purchase, one.purchase) == change.purchase and one.block is None
        ]
        return replace(
            order,
            images=tuple(one.name for one in same),
            replaced=tuple(one.name for one in same if one.replaces),
        )

    async def _paid_for(self, change: Change, target: Target, shop: Shop) -> Answer:
        request = target.request
        order = Order(change.name, request, change.take, request.seed_for(change.take), ())
        entry, job = await shop.buyer.collect(order, shop.board, self._desk.emit)
        return await self._stored(entry, job, change, target, shop)

    async def _stored(
        self, entry: Entry, job: Job, change: Change, target: Target, shop: Shop
    ) -> Answer:
        try:
            answer = await self._kept(shop.provider, job, target, change.take)
        except NotCollected as error:
            if error.gone:
                shop.ledger.note(entry.purchase, State.LOST, error=error.problem.summary)
            raise
        shas = tuple(one.sha256 for one in answer.originals)
        shop.ledger.note(entry.purchase, State.STORED, originals=shas)
        self._desk.emit(Charged(change.name, job.credits))
        problem = orders.mismatch(target, answer.originals[0], self._desk.catalogue)
        if problem is not None:
            self._desk.emit(Warned(problem))
        return answer

    async def _fetched_again(
        self, known: Answer, change: Change, target: Target, shop: Shop
    ) -> Answer:
        """A picture that was paid for before, perhaps elsewhere: its job still names it."""
        job_id, root = str(known.job_id), self._desk.root
        try:
            job = await shop.board.wait(job_id, target.name, patience=_REFETCH_SECONDS)
        except (StillOpen, Refused, Unavailable) as error:
            raise NotBought(absence_fault.gone(change, job_id, error.problem, root)) from None
        if job.status is not JobStatus.COMPLETED:
            cause = Problem(f"the API says {job.status}")
            raise NotBought(absence_fault.gone(change, job_id, cause, root))
        return await self._kept(shop.provider, job, target, known.take)

    async def _ordered_with_another_key(
        self, change: Change, target: Target, shop: Shop
    ) -> Answer | None:
        """The same order may be open under a key that has been changed since."""
        for ledger in shop.others:
            entry = ledger.latest(target.request.key, change.take)
            if entry is None or entry.state.closed or entry.job_id is None:
                continue
            try:
                known = await shop.provider.look([entry.job_id])
            except (Refused, Unavailable) as error:
                raise NotBought(error.problem) from None
            if entry.job_id not in known:
                continue
            try:
                job = await shop.board.wait(entry.job_id, target.name)
            except (StillOpen, Refused) as error:
                raise NotBought(error.problem) from None
            if job.status is JobStatus.COMPLETED:
                answer = await self._kept(shop.provider, job, target, change.take)
                shas = tuple(one.sha256 for one in answer.originals)
                ledger.note(entry.purchase, State.STORED, originals=shas)
                return answer
        return None

    async def _doubt(self, change: Change, target: Target, shop: Shop) -> None:
        """Raise NotBought if an order that another key sent, without an answer, may have arrived.

        An account that this key cannot see has no job for it to find: that one pays for itself.
        """
        sent = [ledger.latest(target.request.key, change.take) for ledger in shop.others]
        unanswered = [entry for entry in sent if entry is not None and entry.unanswered]
        if not unanswered:
            return
        noted = job_ids(shop.ledger).union(*(job_ids(ledger) for ledger in shop.others))
        noted |= {one.job_id for one in self._desk.lock.images.values() if one.job_id}
        try:
            found = [await candidates(entry, shop.provider, noted) for entry in unanswered]
        except (Refused, Unavailable) as error:
            raise NotBought(error.problem) from None
        if any(jobs != () for jobs in found):
            await referred.bring(target, self._desk, shop)
            order = self._for_all(orders.order(change, target, self._desk), change)
            await shop.buyer.doubt(order, self._desk.emit)

    async def _kept(self, provider: Provider, job: Job, target: Target, take: int) -> Answer:
        desk, request = self._desk, target.request
        collector = Collector(provider, desk.store, desk.pace, desk.emit, darkroom=desk.darkroom)
        originals: tuple[Original, ...] = await collector.collect(
            job, pixels=orders.pixels(target, desk.catalogue)
        )
        model = desk.catalogue.get(request.model)
        draft = request.provider == DRAFT
        answer = Answer(
            request=request.canonical,
            take=take,
            seed=request.seed_for(take) if model and model.takes_seed else None,
            job_id=None if draft else job.id,
            credits=None if draft else job.credits,
            originals=originals,
        )
        desk.store.remember(answer)
        return answer
