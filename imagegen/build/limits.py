"""Owns the spending limits of a run: pictures, credits of this run, credits of this day.

A limit is checked with the intent, inside the ledger's lock, so that it holds across processes.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import AsyncIterator
from dataclasses import replace

import anyio

from imagegen.build import jobs
from imagegen.build.allowance import Allowance
from imagegen.build.ledger import Ledger
from imagegen.build.purchase import Entry, Intent, Purchase, Spent, Sum
from imagegen.errors import LimitReached, Problem
from imagegen.plan import Plan, Prices, price_of, price_of_kind
from imagegen.request import Request


class Limits:
    """Holds an allowance against a plan, and against the ledger before each purchase."""

    def __init__(self, allowance: Allowance, prices: Prices) -> None:
        self._allowance = allowance
        self._prices = dict(prices)
        self._scout = anyio.Lock()
        self._taken_up: dict[Purchase, Entry] = {}

    def price(self, request: Request) -> int | None:
        """Return what one picture of this kind cost last; None when nobody knows."""
        return price_of(request, self._prices)

    def take_up(self, entry: Entry, own: Sum) -> Problem | None:
        """Count an order that an earlier run had noted and this one sends; says why not to.

        `own` is what this run has ordered itself.
        """
        taken, most = self._taken(), self._allowance.credits
        price = self._prices.get((entry.model, entry.resolution), entry.reserve)
        if most is not None and (own.unpriced or taken.unpriced):
            return _unpriced(most)
        total = own.credits + taken.credits + (price or 0)
        if most is not None and total > most:
            return _too_dear(total, most, "--max-cost", "this run")
        self._taken_up[entry.purchase] = replace(entry, reserve=price)
        return None

    def _taken(self) -> Sum:
        return jobs.spent(self._taken_up.values(), 0).total

    def learn(self, entry: Entry) -> None:
        """Take the price of a purchase as that of the next ones of its kind."""
        if entry.purchase in self._taken_up:
            self._taken_up[entry.purchase] = entry
        if entry.credits is not None:
            self._prices[(entry.model, entry.resolution)] = entry.credits

    def admit(self, plan: Plan, today: Sum) -> None:
        """Raise LimitReached before anything is spent, when `plan` as a whole is too much.

        `today` is what was charged and reserved so far today.
        """
        wanted = len(plan.paid)
        if wanted > self._allowance.images:
            raise LimitReached(_too_many(wanted, self._allowance.images))
        known, _ = plan.price()
        most = self._allowance.credits
        if most is not None and known > most:
            raise LimitReached(_too_dear(known, most, "--max-cost", "this run"))
        # What is sent again was reserved when it was first sent, so `today` has it.
        fresh, _ = Plan(tuple(change for change in plan.paid if not change.resumes)).price()
        daily = self._allowance.credits_per_day
        if daily is not None and fresh and today.credits + fresh > daily:
            raise LimitReached(_too_dear_today(today, fresh, daily))

    @contextlib.asynccontextmanager
    async def turn(self, request: Request) -> AsyncIterator[None]:
        """Let one picture of an unknown price go first when credits are limited.

        Its price then holds for the others of its kind, and no two such pictures are under way
        at once, so a limit is passed by one at most.
        """
        limited = self._allowance.credits is not None or self._allowance.credits_per_day is not None
        if not limited or self.price(request) is not None:
            yield
            return
        async with self._scout:
            if self.price(request) is None:
                yield
                return
        yield

    def intend(self, ledger: Ledger, intent: Intent) -> Entry:
        """Write the intent down if the limits allow it; raises LimitReached."""
        return ledger.intend(intent, lambda spent: self._refusal(intent, spent))

    def _refusal(self, intent: Intent, spent: Spent) -> Problem | None:
        reserve = intent.reserve or 0
        own, taken = spent.by(intent.run), self._taken()
        pictures, total = own.pictures + taken.pictures + 1, own.credits + taken.credits + reserve
        if pictures > self._allowance.images:
            return _too_many(pictures, self._allowance.images)
        most = self._allowance.credits
        # What a killed run had ordered at an unknown price may have got one since.
        later = [price_of_kind(kind, self._prices) for kind in spent.unpriced]
        doubtful = intent.reserve is None and None in later
        if most is not None and (own.unpriced or taken.unpriced or doubtful):
            return _unpriced(most)
        if most is not None and total > most:
            return _too_dear(total, most, "--max-cost", "this run")
        daily = self._allowance.credits_per_day
        if daily is None:
            return None
        if None in later:
            return _unpriced(daily, "today")
        reserved = spent.total.reserved + sum(price or 0 for price in later)
        today = replace(spent.total, reserved=reserved)
        return _too_dear_today(today, reserve, daily) if today.credits + reserve > daily else None


def _too_many(wanted: int, most: int) -> Problem:
    return Problem(
        f"this run would buy {wanted} picture{'' if wanted == 1 else 's'} and may buy {most}",
        "The limit is `images_per_run` in [budget], or --max-images. Nothing was bought beyond it.",
        f"look at the plan, then raise the limit or name fewer images:\n"
        f"  imagegen plan\n  imagegen build --max-images {wanted}",
    )


def _too_dear(wanted: int, most: int, limit: str, span: str) -> Problem:
    return Problem(
        f"{span} would cost {wanted} credits and may cost {most}",
        f"The limit is `{limit}`. Nothing was bought beyond it.",
        "look at the plan, then raise the limit or name fewer images:\n  imagegen plan",
    )


def _unpriced(most: int, span: str = "this run") -> Problem:
    return Problem(
        f"{span} may cost {most} credits, and nobody knows yet what the first picture costs",
        "That order is still open. Nothing else was bought.",
        "build again later, or say the price of the model under [prices]",
    )


def _too_dear_today(today: Sum, more: int, most: int) -> Problem:
    problem = _too_dear(today.credits + more, most, "credits_per_day", "today")
    if not today.unanswered:
        return problem
    held = (
        f"{today.unanswered} of them are held back for orders that got no answer and may have "
        "been charged; `imagegen jobs` lists them, and a build settles what it can."
    )
    return dataclasses.replace(problem, detail=f"{problem.detail} {held}")
