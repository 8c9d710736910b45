"""Tests of which state may follow which, and of the sums."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest
from buying import intent
from hypothesis import given
from hypothesis import strategies as st

from imagegen.build import jobs, ledger_record
from imagegen.build.jobs import News
from imagegen.build.purchase import Entry, State, Sum


def entry(number: int = 1, *, at: float = 100.0, **changes: object) -> Entry:
    found = ledger_record.read(ledger_record.of_intent(intent(number), at))
    assert isinstance(found, Entry)
    return dataclasses.replace(found, **changes)  # type: ignore[arg-type]


def after(start: Entry, *news: tuple[State, Mapping[str, object]] | State) -> Entry:
    for one in news:
        state, facts = one if isinstance(one, tuple) else (one, {})
        start = jobs.follow(start, News(start.purchase, state, 200.0, **facts))  # type: ignore[arg-type]
    return start


def test_the_straight_way_ends_locked_with_all_facts() -> None:
    done = after(
        entry(),
        (State.ACCEPTED, {"job_id": "j"}),
        (State.READY, {"urls": ("u",), "credits": 7}),
        (State.STORED, {"originals": ("ab",)}),
        State.PLACED,
        State.LOCKED,
    )
    assert done.state is State.LOCKED
    assert (done.job_id, done.urls, done.credits, done.originals) == ("j", ("u",), 7, ("ab",))
    assert (done.intent_at, done.updated_at) == (100.0, 200.0)


def test_a_refused_post_does_not_undo_the_job_of_another_post() -> None:
    accepted = (State.ACCEPTED, {"job_id": "j"})
    refused = (State.REJECTED, {"error": "no credit"})
    assert after(entry(), accepted, refused) == after(entry(), accepted)
    found = after(entry(), refused, accepted)
    assert (found.state, found.job_id) == (State.ACCEPTED, "j")


def test_a_second_job_is_kept_beside_the_first() -> None:
    found = after(entry(), (State.ACCEPTED, {"job_id": "a"}), (State.ACCEPTED, {"job_id": "b"}))
    assert (found.job_id, found.other_job_ids) == ("a", ("b",))


def test_a_job_that_shows_up_after_a_failed_one_takes_over() -> None:
    failed = after(entry(), (State.ACCEPTED, {"job_id": "a"}), (State.FAILED, {"error": "x"}))
    assert after(failed, (State.ACCEPTED, {"job_id": "a"})) == failed
    found = after(failed, (State.ACCEPTED, {"job_id": "b"}))
    assert (found.state, found.job_id, found.other_job_ids) == (State.ACCEPTED, "b", ("a",))


def test_late_news_adds_facts_and_takes_nothing_back() -> None:
    locked = after(entry(), (State.STORED, {"originals": ("ab",)}), State.LOCKED)
    found = after(locked, (State.READY, {"urls": ("u",), "credits": 9, "error": "old"}))
    assert (found.state, found.urls, found.credits, found.error) == (State.LOCKED, ("u",), 9, None)
    assert after(locked, (State.FAILED, {"error": "x"})).state is State.LOCKED


@pytest.mark.parametrize("end", [State.LOST, State.UNKNOWN, State.INTENT])
def test_a_person_can_adopt_or_abandon_what_is_stuck(end: State) -> None:
    stuck = entry(state=end)
    adopted = after(stuck, (State.ADOPTED, {"job_id": "j"}))
    assert (adopted.state, adopted.job_id) == (State.ADOPTED, "j")
    assert after(adopted, State.READY).state is State.READY
    assert after(stuck, State.ABANDONED).state is State.ABANDONED


def test_a_picture_lost_from_store_and_provider_can_be_given_up_and_paid_again() -> None:
    lost = after(entry(), State.STORED, State.LOCKED, State.LOST)
    assert lost.state is State.LOST
    assert after(lost, State.ABANDONED).state.closed


@given(st.lists(st.sampled_from(list(State)), max_size=8))
def test_a_job_id_is_never_forgotten(states: list[State]) -> None:
    news = [(state, {"job_id": f"j{n}"}) for n, state in enumerate(states)]
    found = after(entry(), *news)
    assert {found.job_id, *found.other_job_ids} - {None} == {f"j{n}" for n in range(len(states))}


@given(st.lists(st.sampled_from([state for state in State if state is not State.LOST]), max_size=6))
def test_bytes_in_hand_are_never_unsaid_without_a_loss(states: list[State]) -> None:
    found = after(entry(job_id="j"), State.STORED, *states)
    assert found.state.in_hand


def test_only_without_a_job_can_what_was_in_hand_become_unknown() -> None:
    stored = after(entry(), State.STORED, State.LOCKED)
    assert after(stored, State.UNKNOWN).state is State.UNKNOWN
    adopted = after(stored, State.UNKNOWN, (State.ADOPTED, {"job_id": "j"}))
    assert (adopted.state, adopted.job_id) == (State.ADOPTED, "j")


def test_what_was_refused_or_refunded_costs_nothing() -> None:
    entries = [entry(state=State.REJECTED), entry(state=State.FAILED, credits=8)]
    assert jobs.spent(entries, 0).total == Sum()


def test_a_known_charge_replaces_the_reserve() -> None:
    assert jobs.spent([entry()], 0).total == Sum(reserved=8, pictures=1, unanswered=8)
    assert jobs.spent([entry(credits=5)], 0).total == Sum(charged=5, pictures=1)
    assert jobs.spent([entry(reserve=None)], 0).total == Sum(pictures=1, unpriced=1)


def test_what_was_abandoned_may_have_been_charged_and_counts() -> None:
    assert jobs.spent([entry(state=State.ABANDONED)], 0).total.credits == 8


def test_an_unsettled_purchase_counts_for_every_day() -> None:
    assert jobs.spent([entry(at=10)], since=50).total.credits == 8
    assert jobs.spent([entry(at=10, state=State.UNKNOWN)], since=50).total.credits == 8
    assert jobs.spent([entry(at=10, state=State.ACCEPTED)], since=50).total.credits == 0


def test_a_run_is_summed_whole_also_when_it_began_yesterday() -> None:
    entries = [entry(1, at=10, credits=8, state=State.LOCKED), entry(2, at=60), entry(3, run="b")]
    spent = jobs.spent(entries, since=50)
    assert spent.by("run-1") == Sum(charged=8, reserved=8, pictures=2, unanswered=8)
    assert spent.by("b").pictures == 1
    assert spent.total.pictures == 2


def test_the_price_is_the_last_one_charged() -> None:
    entries = [
        entry(1, updated_at=30, credits=9),
        entry(2, updated_at=20, credits=7),
        entry(3, updated_at=40, credits=1, state=State.FAILED),
        entry(4),
        entry(5, credits=14, request={"model": "flux-2-pro", "params": {"resolution": "2MP"}}),
        entry(6, credits=3, request={"model": "plain", "params": {}}),
    ]
    assert jobs.prices(entries) == {
        ("flux-2-pro", "1MP"): 9,
        ("flux-2-pro", "2MP"): 14,
        ("plain", ""): 3,
    }
