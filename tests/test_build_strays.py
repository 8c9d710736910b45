"""Orders that no image asks for any more: paid for, so fetched; never sent, never bought."""

from __future__ import annotations

import time

import anyio
import pytest
import values
from desk import Studio, webp
from seller import JOB, Seller, job

from imagegen import digest
from imagegen.build import strays
from imagegen.build.ledger import Ledger
from imagegen.build.purchase import KEY_WINDOW_SECONDS, Intent, Purchase, State
from imagegen.build.survey import left_behind
from imagegen.errors import Problem
from imagegen.events import Warned
from imagegen.plan import Action
from imagegen.providers.provider import JobStatus, Unavailable

OLD = values.target(of=values.request("the old prompt"))
NEW = values.target(of=values.request("the new prompt"))
KEY = OLD.request.key
DONE = job(urls=("https://x/1.webp",), credits=4)
RUNNING = job(JobStatus.PROCESSING)
AWAY = Unavailable(Problem("the API did not answer"))


def stray(folder, seller, *, state=State.ACCEPTED, age=0.0):
    """Return a studio whose ledger has an order of `age` seconds for OLD."""
    studio = Studio(folder, seller)
    ledger = Ledger.open(studio.ledger.path.parent, clock=lambda: time.time() - age)
    intent = Intent(
        Purchase(KEY, 1, 1),
        image="mug",
        request=OLD.request.canonical,
        idempotency_key="key-1",
        body=b"{}",
        reserve=4,
        seed=7,
        run="earlier",
        project=str(folder),
    )
    ledger.intend(intent, lambda _: None)
    if state is not State.INTENT:
        ledger.note(intent.purchase, state, job_id=JOB)
    return studio


def left(studio, *targets):
    return left_behind(studio.ledger, studio.plan(*targets), str(studio.folder))


def settled(studio):
    """Settle what NEW leaves behind; returns the state of the old order."""
    desk = studio.desk(NEW)
    anyio.run(strays.settle, left(studio, NEW), desk, desk.shop)
    assert studio.seller.posted == [], "settling never buys"
    return studio.ledger.latest(KEY, 1).state


def told(studio):
    return [event.problem.summary for event in studio.events if isinstance(event, Warned)]


@pytest.mark.parametrize("state", [State.ACCEPTED, State.READY, State.ADOPTED])
def test_a_picture_that_nobody_asks_for_any_more_is_fetched_into_the_store(tmp_path, state):
    studio = stray(tmp_path, Seller(looks=[DONE], files=[webp()]), state=state)
    assert settled(studio) is State.STORED
    assert studio.store.get(digest.sha256_of(webp())) == webp()
    assert studio.store.answer(OLD.request, 1).job_id == JOB
    assert told(studio) == ["a picture that `mug` no longer asks for has arrived"]
    assert studio.plan(OLD).changes[0].action is Action.RESTORE
    assert left(studio, NEW) == ()


def test_what_an_image_still_asks_for_is_not_left_behind(tmp_path):
    assert left(stray(tmp_path, Seller()), OLD) == ()


def test_orders_of_other_projects_are_theirs(tmp_path):
    studio = stray(tmp_path, Seller())
    assert left_behind(studio.ledger, studio.plan(NEW), "/elsewhere") == ()


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED])
def test_a_failed_one_is_closed_and_costs_nothing(tmp_path, status):
    studio = stray(tmp_path, Seller(looks=[job(status)]))
    assert settled(studio) is State.FAILED
    assert studio.ledger.spent(0).total.credits == 0


@pytest.mark.parametrize("look", [RUNNING, job(), None, AWAY])
def test_what_is_not_to_be_had_yet_stays_for_the_next_build(tmp_path, look):
    studio = stray(tmp_path, Seller(looks=[look]))
    assert settled(studio) is State.ACCEPTED
    assert len(left(studio, NEW)) == 1
    assert told(studio) == ([AWAY.problem.summary] if look is AWAY else [])


def test_a_fresh_order_without_an_answer_is_left_alone(tmp_path):
    assert left(stray(tmp_path, Seller(), state=State.INTENT), NEW) == ()


@pytest.mark.parametrize(
    ("listed", "state"),
    [
        (frozenset(), State.REJECTED),
        (frozenset({JOB}), State.UNKNOWN),
        (None, State.UNKNOWN),
        (AWAY, State.INTENT),
    ],
)
def test_an_old_order_without_an_answer_is_closed_only_if_it_surely_never_arrived(
    tmp_path, listed, state
):
    seller = Seller(listed=listed)
    studio = stray(tmp_path, seller, state=State.INTENT, age=KEY_WINDOW_SECONDS + 60)
    assert settled(studio) is state
    assert len(told(studio)) == (state is not State.REJECTED)
