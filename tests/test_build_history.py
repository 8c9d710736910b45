"""The history of an image: purchases of the ledger and the entry of the lock, newest first."""

from __future__ import annotations

from dataclasses import replace

import buying
import pytest
import values

from imagegen.build.history import histories, history
from imagegen.build.ledger import Ledger
from imagegen.build.purchase import State
from imagegen.lock import Lock
from imagegen.request import DRAFT
from imagegen.store.disk import DiskStore

MUG = values.target()


@pytest.fixture
def clock():
    return buying.Clock(100.0)


@pytest.fixture
def ledger(tmp_path, clock):
    return Ledger.open(tmp_path / "account", clock=clock)


@pytest.fixture
def store(tmp_path):
    return DiskStore(tmp_path / "store")


def bought(ledger, number, *, image="mug", project="shop", data=b"", store=None, **purchase):
    """Note a purchase that came to its end, and return it."""
    intent = buying.intent(number)
    what = replace(intent.purchase, **purchase)
    ledger.intend(
        replace(intent, purchase=what, image=image, images=(image,), project=project),
        buying.allowed,
    )
    ledger.note(what, State.ACCEPTED, job_id=f"job-{number}")
    originals = (store.put(data),) if store else ()
    return ledger.note(what, State.STORED, credits=8, originals=originals).purchase


def jobs(found):
    return [past.job for past in found]


def test_earlier_purchases_stand_newest_first(ledger, clock, store):
    bought(ledger, 1, data=b"first", store=store)
    clock.now = 200.0
    bought(ledger, 2)
    newest, oldest = history("mug", ledger, store, Lock(), "shop")
    assert (newest.when, newest.job, newest.credits) == (200.0, "job-2", 8)
    assert (newest.original, newest.stored) == (None, False)
    assert (oldest.when, oldest.take, oldest.stored) == (100.0, 1, True)
    assert store.get(oldest.original) == b"first"
    assert oldest.request["prompt"] == "mug 1"


def test_other_images_and_other_projects_are_left_out(ledger, store):
    bought(ledger, 1, image="plate")
    bought(ledger, 2, project="another shop")
    assert history("mug", ledger, store, Lock(), "shop") == ()


def test_candidates_belong_to_their_image(ledger, store):
    bought(ledger, 1, image="mug#1")
    bought(ledger, 2, image="mug#2")
    assert set(jobs(history("mug", ledger, store, Lock(), "shop"))) == {"job-1", "job-2"}


def test_what_cost_nothing_for_certain_was_not_bought(ledger, store):
    for number, state in ((1, State.REJECTED), (2, State.FAILED)):
        what = ledger.intend(replace(buying.intent(number), images=("mug",)), buying.allowed)
        ledger.note(what.purchase, state, error="no")
    ledger.intend(replace(buying.intent(3), images=("mug",)), buying.allowed)
    assert history("mug", ledger, store, Lock(), "shop") == ()


def test_all_takes_of_the_present_request_belong_to_it_under_any_name(ledger, clock, store):
    lock = values.lock_of(values.locked(take=2))
    key = lock.images["mug"].request_key
    bought(ledger, 1, image="cup", request_key=key)
    clock.now = 200.0
    bought(ledger, 2, image="cup", request_key=key, take=2)
    found = history("mug", ledger, store, lock, "shop")
    assert [(past.take, past.shown) for past in found] == [(2, True), (1, False)]
    assert found[0].original == lock.images["mug"].original.sha256


@pytest.mark.parametrize("has_key", [True, False])
def test_a_picture_that_only_the_lock_knows_has_no_time_and_stands_first(has_key, ledger, store):
    bought(ledger, 1)
    one = values.locked(sha256=store.put(b"bytes"))
    found = history("mug", ledger if has_key else None, store, values.lock_of(one), "shop")
    assert (found[0].when, found[0].job, found[0].shown) == (None, one.job_id, True)
    assert (found[0].original, found[0].stored) == (one.original.sha256, True)
    assert jobs(found[1:]) == (["job-1"] if has_key else [])


def test_a_draft_was_not_bought(ledger, store):
    one = values.locked()
    draft = replace(one, request={**one.request, "provider": DRAFT})
    assert history("mug", ledger, store, values.lock_of(draft), "shop") == ()


def test_many_images_are_told_at_once(ledger, store):
    bought(ledger, 1)
    bought(ledger, 2, image="plate")
    found = histories(["mug", "plate", "cup"], ledger, store, Lock(), "shop")
    assert {name: jobs(past) for name, past in found.items()} == {
        "mug": ["job-1"],
        "plate": ["job-2"],
        "cup": [],
    }
