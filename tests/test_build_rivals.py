"""Two builds that want the same picture at the same moment: one order, and its answer for both."""

from __future__ import annotations

import anyio
import values
from seller import JOB, Seller, job

from imagegen.build.allowance import Allowance
from imagegen.build.board import JobBoard
from imagegen.build.buyer import Account, Buyer, NotBought
from imagegen.build.ledger import Ledger
from imagegen.build.limits import Limits
from imagegen.build.pace import Pace
from imagegen.build.purchase import State
from imagegen.errors import Problem
from imagegen.providers.provider import Ambiguous, Busy, JobStatus, Order, Refused

ORDER = Order("mug", values.request(), 1, 7, ())
QUEUED = job(JobStatus.QUEUED)
DONE = job(urls=("https://x/1.png",), credits=4)


class Slow(Seller):
    """A provider whose answers take a while, so that two orders could be under way at once."""

    async def submit(self, body, idempotency_key):
        given = super().submit(body, idempotency_key)
        await anyio.sleep(0.3)
        return await given


def both(tmp_path, *sellers):
    """Let a build with each of these providers buy ORDER at once; return what each got."""
    ends: dict[int, object] = {}

    async def buy(number, seller):
        pace = Pace(in_flight=9, requests_per_minute=9000)
        board = JobBoard(seller, pace, lambda _: None)
        account = Account("account", f"run-{number}", f"/work/{number}")
        limits = Limits(Allowance(), {})
        buyer = Buyer(seller, Ledger.open(tmp_path), account, limits=limits, pace=pace)
        async with anyio.create_task_group() as group:
            group.start_soon(board.run)
            try:
                ends[number], _ = await buyer.buy(ORDER, board, lambda _: None)
            except NotBought as error:
                ends[number] = error
            group.cancel_scope.cancel()

    async def scenario():
        async with anyio.create_task_group() as group:
            for number, seller in enumerate(sellers):
                group.start_soon(buy, number, seller)

    anyio.run(scenario)
    return [ends[number] for number in range(len(sellers))]


def orders(sellers):
    return [key for seller in sellers for _, key in seller.posted]


def test_one_of_them_orders_and_both_get_its_job(tmp_path):
    sellers = [Slow(submits=[QUEUED], looks=[DONE]) for _ in range(2)]
    entries = both(tmp_path, *sellers)
    assert [entry.job_id for entry in entries] == [JOB, JOB]
    assert len(orders(sellers)) == 1


def test_what_one_of_them_is_refused_the_other_tries_as_a_new_attempt(tmp_path):
    refused = Slow(submits=[Refused(Problem("a bad day"), status=400)])
    lucky = Slow(submits=[QUEUED], looks=[DONE])
    error, entry = both(tmp_path, refused, lucky)
    assert error.problem.summary == "a bad day"
    assert (entry.state, entry.purchase.attempt) == (State.READY, 2)
    assert len(set(orders([refused, lucky]))) == 2


def test_an_order_that_one_of_them_may_have_placed_is_not_closed_by_the_other(tmp_path):
    away = Slow(submits=[Busy(Problem("nobody is there"), seconds=3600, reached=False)])
    lost = Slow(submits=[Ambiguous(Problem("lost")), Busy(Problem("later"), seconds=3600)])
    both(tmp_path, away, lost)
    (sent,) = set(orders([lost]))
    entries = Ledger.open(tmp_path).entries().values()
    assert [one.state for one in entries if one.idempotency_key == sent] == [State.INTENT]
