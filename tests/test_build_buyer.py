"""The paid path of one order: noted before it is sent, never sent when it could be paid twice."""

from __future__ import annotations

import errno
import os
import time
from dataclasses import replace

import anyio
import buying
import pytest
import values
from seller import JOB, Seller, job

from imagegen.build.allowance import Allowance
from imagegen.build.board import JobBoard
from imagegen.build.buyer import Account, Buyer, NotBought
from imagegen.build.ledger import Ledger
from imagegen.build.limits import Limits
from imagegen.build.pace import Pace, Stopped
from imagegen.build.purchase import KEY_WINDOW_SECONDS, Purchase, State
from imagegen.errors import NeedsAttention, Problem
from imagegen.events import Waiting
from imagegen.providers.provider import (
    Ambiguous,
    Busy,
    JobStatus,
    KeyReused,
    Order,
    Refused,
    Unavailable,
)

QUEUED = job(JobStatus.QUEUED)
DONE = job(urls=("https://x/1.png",), credits=4)
ORDER = Order("mug", values.request(), 1, 7, ())


def bought(seller, ledger, *, allowance=None, stopped=False, emit=lambda _: None):
    """Buy ORDER; returns the entry, or the exception that says why not."""

    async def scenario():
        pace = Pace(in_flight=9, requests_per_minute=9000)
        board = JobBoard(seller, pace, lambda _: None)
        limits = Limits(allowance or Allowance(), {})
        account = Account("account", "run-1", "shop")
        buyer = Buyer(seller, ledger, account, limits=limits, pace=pace)
        if stopped:
            pace.stop(None)
        async with anyio.create_task_group() as group:
            group.start_soon(board.run)
            try:
                entry, _ = await buyer.buy(ORDER, board, emit)
            except (NotBought, Stopped, NeedsAttention) as error:
                return error
            finally:
                group.cancel_scope.cancel()
        return entry

    return anyio.run(scenario)


@pytest.fixture
def ledger(tmp_path):
    return Ledger.open(tmp_path / "account")


def state(ledger):
    latest = ledger.latest(ORDER.request.key, 1)
    return latest.state if latest else None


def test_the_intent_is_noted_before_the_order_goes_out(ledger):
    seller = Seller(submits=[QUEUED], looks=[DONE])
    seen = []
    seller.on_submit = lambda: seen.append(state(ledger))
    entry = bought(seller, ledger)
    assert seen == [State.INTENT]
    assert (entry.state, entry.job_id, entry.credits) == (State.READY, JOB, 4)


def test_a_noted_job_is_collected_and_not_ordered_again(ledger):
    bought(Seller(submits=[QUEUED], looks=[DONE]), ledger)
    again = Seller(submits=[QUEUED], looks=[DONE])
    assert bought(again, ledger).job_id == JOB
    assert again.posted == []


def test_an_order_without_answer_is_repeated_with_the_same_key_and_bytes(ledger):
    seller = Seller(submits=[Ambiguous(Problem("lost")), QUEUED], looks=[DONE])
    bought(seller, ledger)
    first, second = seller.posted
    assert first == second


@pytest.fixture
def overdue(tmp_path):
    """A ledger with an order that got no answer, older than the API remembers its key."""
    old = Ledger.open(tmp_path, clock=lambda: time.time() - KEY_WINDOW_SECONDS - 60)
    key, canonical = ORDER.request.key, ORDER.request.canonical
    lost = replace(buying.intent(), purchase=Purchase(key, 1, 1), request=canonical)
    old.intend(lost, buying.allowed)
    return Ledger.open(tmp_path)


@pytest.mark.parametrize("listed", [None, frozenset({JOB})])
def test_an_overdue_order_that_may_have_arrived_is_never_repeated(overdue, listed):
    seller = Seller(submits=[QUEUED], looks=[DONE], listed=listed)
    assert bought(seller, overdue).unknown
    assert seller.posted == []
    assert state(overdue) is State.UNKNOWN


@pytest.mark.parametrize(("seconds_ago", "waits"), [(61, []), (59.75, [0.25])])
def test_an_overdue_order_that_two_lists_do_not_show_is_sent_again_as_it_was(
    overdue, seconds_ago, waits
):
    clock = buying.Clock(time.time() - seconds_ago)
    ledger = Ledger.open(overdue.path.parent, clock=clock)
    # A list of all jobs, so long ago, did not show the order.
    ledger.miss(Purchase(ORDER.request.key, 1, 1))
    clock.now += seconds_ago
    said = []

    def hear(event):
        if isinstance(event, Waiting):
            said.append(event.seconds)
            clock.now += event.seconds

    seller = Seller(submits=[QUEUED], looks=[DONE], listed=frozenset())
    assert bought(seller, ledger, emit=hear).state is State.READY
    assert said == pytest.approx(waits, abs=0.001)
    assert seller.posted == [(buying.intent().body, buying.intent().idempotency_key)]


def test_an_overdue_order_waits_for_an_api_that_cannot_be_asked(overdue):
    away = Unavailable(Problem("the API did not answer"))
    seller = Seller(submits=[QUEUED], looks=[DONE], listed=away)
    error = bought(seller, overdue)
    assert (error.unknown, error.problem) == (False, away.problem)
    assert (seller.posted, state(overdue)) == ([], State.INTENT)


def test_a_refusal_of_a_repeated_order_does_not_close_it(ledger):
    no = Refused(Problem("no credit"), status=402)
    bought(Seller(submits=[Ambiguous(Problem("lost")), no]), ledger)
    assert state(ledger) is State.INTENT
    again = Seller(submits=[QUEUED], looks=[DONE])
    assert bought(again, ledger).purchase.attempt == 1


def test_nothing_is_posted_while_the_ledger_cannot_note_what_comes_of_it(ledger, monkeypatch):
    def failing(_descriptor):
        raise OSError(errno.EIO, "Input/output error")

    ledger.intend(
        replace(
            buying.intent(),
            purchase=Purchase(ORDER.request.key, 1, 1),
            request=ORDER.request.canonical,
        ),
        buying.allowed,
    )
    buying.bought(ledger, 7)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", failing)
        with pytest.raises(NeedsAttention):
            ledger.note(buying.purchase(7), State.ACCEPTED, job_id="job-7")
    seller = Seller(submits=[QUEUED], looks=[DONE])
    error = bought(seller, ledger)
    assert isinstance(error, NeedsAttention)
    assert "job `job-7`" in error.problems[0].detail
    assert seller.posted == []


def test_a_reused_key_leaves_the_outcome_to_a_person(ledger):
    error = bought(Seller(submits=[KeyReused(Problem("seen before"))]), ledger)
    assert error.unknown
    assert "imagegen resolve" in error.problem.hint
    again = Seller(submits=[QUEUED])
    assert bought(again, ledger).unknown
    assert again.posted == []


def test_a_refused_order_is_closed_and_the_next_attempt_has_another_key(ledger):
    no = Seller(submits=[Refused(Problem("a bad prompt"), status=400)])
    assert bought(no, ledger).problem.summary == "a bad prompt"
    assert state(ledger) is State.REJECTED
    yes = Seller(submits=[QUEUED], looks=[DONE])
    assert bought(yes, ledger).state is State.READY
    assert yes.posted[0][1] != no.posted[0][1]


def test_an_api_that_is_busy_for_too_long_is_given_up_without_a_charge(ledger):
    seller = Seller(submits=[Busy(Problem("later"), seconds=3600)])
    assert bought(seller, ledger).problem.summary == "later"
    assert len(seller.posted) == 1
    assert state(ledger) is State.INTENT


@pytest.mark.parametrize(
    ("text", "moderated"),
    [("content policy violation", True), ("Image denied", True), ("Provider returned 500", False)],
)
def test_a_failed_job_is_free_and_moderation_is_remembered(ledger, text, moderated):
    failed = job(JobStatus.FAILED, error=text)
    error = bought(Seller(submits=[QUEUED], looks=[failed]), ledger)
    assert text in error.problem.summary
    latest = ledger.latest(ORDER.request.key, 1)
    assert (latest.state, latest.moderated) == (State.FAILED, moderated)


def test_a_limit_forbids_the_order_before_it_is_noted(ledger):
    seller = Seller(submits=[QUEUED])
    assert bought(seller, ledger, allowance=Allowance(images=0)).limit
    assert (seller.posted, state(ledger)) == ([], None)


def test_nothing_is_ordered_or_noted_after_a_stop(ledger):
    seller = Seller(submits=[QUEUED])
    assert isinstance(bought(seller, ledger, stopped=True), Stopped)
    assert (seller.posted, state(ledger)) == ([], None)
