"""Tests of the ledger's records as JSON."""

from __future__ import annotations

import dataclasses
import json

import pytest
from buying import intent, purchase
from hypothesis import given
from hypothesis import strategies as st

from imagegen import digest
from imagegen.build import ledger_record
from imagegen.build.jobs import News
from imagegen.build.purchase import Entry, State


def through_json(fields: dict[str, object]) -> dict[str, object]:
    found: dict[str, object] = json.loads(digest.canonical_json(fields))
    return found


@given(st.binary())
def test_the_exact_body_comes_back(body: bytes) -> None:
    found = ledger_record.read(through_json(ledger_record.of_intent(intent(body=body), 5.0)))
    assert isinstance(found, Entry)
    assert found.body == body


def test_an_intent_becomes_an_entry_with_all_it_says() -> None:
    noted = intent(7, reserve=None)
    found = ledger_record.read(through_json(ledger_record.of_intent(noted, 5.0)))
    assert isinstance(found, Entry)
    for name in (field.name for field in dataclasses.fields(noted)):
        assert getattr(found, name) == getattr(noted, name), name
    assert (found.state, found.intent_at, found.updated_at) == (State.INTENT, 5.0, 5.0)


def test_news_comes_back_as_it_was_and_says_only_what_is_known() -> None:
    short = News(purchase(), State.UNKNOWN, 1.0)
    full = News(
        purchase(), State.READY, 1.0, "j", ("u", "v"), 7, "x", moderated=True, originals=("ab",)
    )
    for news in (short, full):
        assert ledger_record.read(through_json(ledger_record.of_news(news))) == news
    assert set(ledger_record.of_news(short)) == {"ev", "key", "take", "attempt", "at"}


def test_an_entry_comes_back_whole() -> None:
    start = ledger_record.read(ledger_record.of_intent(intent(), 5.0))
    assert isinstance(start, Entry)
    full = dataclasses.replace(
        start,
        state=State.LOCKED,
        updated_at=9.0,
        job_id="j",
        other_job_ids=("k",),
        urls=("u",),
        credits=7,
        error="x",
        moderated=True,
        originals=("ab",),
    )
    for entry in (start, full):
        assert ledger_record.read(through_json(ledger_record.of_entry(entry))) == entry


@pytest.mark.parametrize(
    "change",
    [{"ev": "PAID"}, {"take": "1"}, {"ev": None}, {"at": "now"}, {"urls": "u"}, {"ev": "ENTRY"}],
)
def test_a_record_of_another_kind_is_refused(change: dict[str, object]) -> None:
    fields = ledger_record.of_intent(intent(), 5.0)
    if "urls" in change:
        fields["ev"] = "READY"
    with pytest.raises(ledger_record.Unreadable):
        ledger_record.read({**fields, **change})
