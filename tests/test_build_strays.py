"""Orders that no image asks for any more: paid for, so fetched; never sent, never bought."""

from __future__ import annotations

import time
from dataclasses import replace

import anyio
import pytest
import values
from desk import Studio, webp
from seller import JOB, Seller, job

from imagegen import digest
from imagegen.build import strays
from imagegen.build.ledger import Ledger
from imagegen.build.purchase import KEY_WINDOW_SECONDS, Intent, Purchase, State
from imagegen.build.survey import is_gone, left_behind
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


def settled(studio, root=None):
    """Settle what NEW, in `root`, leaves behind; returns the state of the old order."""
    desk = replace(studio.desk(NEW), root=root or studio.folder)
    anyio.run(strays.settle, left(studio, NEW), desk, desk.shop)
    desk.darkroom.close()
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


@pytest.mark.parametrize("mark", ["imagegen.toml", "imagegen.lock", ".imagegen"])
def test_orders_of_other_projects_are_theirs_until_those_are_gone(tmp_path, mark):
    studio = stray(tmp_path, Seller())
    (tmp_path / mark).mkdir()
    assert left_behind(studio.ledger, studio.plan(NEW), "/elsewhere") == ()
    (tmp_path / mark).rmdir()
    assert len(left_behind(studio.ledger, studio.plan(NEW), "/elsewhere")) == 1


def test_a_folder_that_may_not_be_looked_at_is_not_gone(tmp_path):
    assert is_gone(str(tmp_path / "nowhere"))
    long = tmp_path / ("x" * 300)
    assert not is_gone(str(long)), "the system does not say that it is not there"


def test_a_picture_of_a_project_that_is_gone_is_fetched_by_any_other(tmp_path):
    studio = stray(tmp_path, Seller(looks=[DONE], files=[webp()]))
    assert settled(studio, tmp_path / "elsewhere") is State.STORED
    assert told(studio) == [
        "a picture that `mug` of a project that is gone had ordered has arrived"
    ]


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
        (frozenset({JOB}), State.UNKNOWN),
        (None, State.UNKNOWN),
        (AWAY, State.INTENT),
    ],
)
def test_an_old_order_without_an_answer_is_not_closed_if_it_may_have_arrived(
    tmp_path, listed, state
):
    seller = Seller(listed=listed)
    studio = stray(tmp_path, seller, state=State.INTENT, age=KEY_WINDOW_SECONDS + 60)
    assert settled(studio) is state
    assert len(told(studio)) == 1


def test_an_old_order_without_an_answer_is_closed_by_a_second_list_a_minute_later(tmp_path):
    seller = Seller(listed=frozenset())
    studio = stray(tmp_path, seller, state=State.INTENT, age=KEY_WINDOW_SECONDS + 60)
    assert (settled(studio), settled(studio)) == (State.INTENT, State.INTENT)
    other = stray(tmp_path / "b", seller, state=State.INTENT, age=KEY_WINDOW_SECONDS + 60)
    folder = other.ledger.path.parent
    Ledger.open(folder, clock=lambda: time.time() - 61).miss(Purchase(KEY, 1, 1))
    assert settled(other) is State.REJECTED
    assert told(studio) == told(other) == []
