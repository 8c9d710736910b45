"""The inquiry into an order that got no answer: when it surely never arrived, and who may know."""

from __future__ import annotations

import anyio
import pytest
from buying import Clock, allowed, intent, purchase
from seller import JOB, Seller, job

from imagegen.build.inquiry import Verdict, candidates, due_in, inquire, job_ids
from imagegen.build.ledger import Ledger
from imagegen.build.pace import Pace
from imagegen.build.purchase import State
from imagegen.errors import Problem
from imagegen.providers.provider import Unavailable

HOUR = 3600.0


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(tmp_path, clock):
    """A ledger with an order that got no answer thirty hours ago."""
    ledger = Ledger.open(tmp_path, clock=clock)
    ledger.intend(intent(), allowed)
    clock.now += 30 * HOUR
    return ledger


def verdict(ledger, listed=frozenset()):
    pace = Pace(in_flight=1, requests_per_minute=9000)
    entry = ledger.entries()[purchase()]
    return anyio.run(inquire, entry, Seller(listed=listed), ledger, pace)


def state(ledger):
    return ledger.entries()[purchase()].state


def test_only_the_second_list_a_minute_after_the_first_says_that_it_never_arrived(ledger, clock):
    assert verdict(ledger) is Verdict.LATER
    clock.now += 59
    assert verdict(ledger) is Verdict.LATER
    clock.now += 2
    assert verdict(Ledger.open(ledger.path.parent, clock=clock)) is Verdict.ABSENT
    assert state(ledger) is State.INTENT


def test_a_job_that_shows_up_in_the_second_list_makes_it_unknown(ledger, clock):
    assert verdict(ledger) is Verdict.LATER
    clock.now += 61
    assert verdict(ledger, frozenset({JOB})) is Verdict.UNKNOWN
    assert state(ledger) is State.UNKNOWN


def test_jobs_that_are_noted_belong_to_others(ledger):
    ledger.intend(intent(2), allowed)
    for job_id in (JOB, "another"):
        ledger.note(purchase(2), State.ACCEPTED, job_id=job_id)
    assert job_ids(ledger) == {JOB, "another"}
    assert verdict(ledger, frozenset({JOB, "another"})) is Verdict.LATER


def test_what_the_list_cannot_tell_is_unknown(ledger, clock):
    clock.now += 61 * 24 * HOUR
    assert verdict(ledger) is Verdict.UNKNOWN
    assert "too old" in ledger.entries()[purchase()].error


def test_a_list_that_is_not_whole_tells_nothing(ledger):
    assert verdict(ledger, None) is Verdict.UNKNOWN


def test_an_api_that_does_not_answer_changes_nothing(ledger):
    with pytest.raises(Unavailable):
        verdict(ledger, Unavailable(Problem("away")))
    assert state(ledger) is State.INTENT
    assert ledger.entries()[purchase()].missed_at is None


def test_a_clock_that_was_set_back_never_makes_a_look_due_at_once(ledger, clock):
    verdict(ledger)
    entry = ledger.entries()[purchase()]
    assert due_in(entry, clock.now + 60) == 0
    assert due_in(entry, clock.now + HOUR) == 0
    assert due_in(entry, clock.now - HOUR) == 60


def test_the_likeliest_job_of_an_order_comes_first(ledger):
    entry = ledger.entries()[purchase()]
    near = job(created_at=entry.intent_at + 5)
    seller = Seller(listed=frozenset({JOB, "noted"}), looks=[near])
    assert anyio.run(candidates, entry, seller, {"noted"}) == (near,)
    assert anyio.run(candidates, entry, Seller(listed=frozenset({"noted"})), {"noted"}) == ()
    assert anyio.run(candidates, entry, Seller(listed=None), set()) is None
