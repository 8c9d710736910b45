"""Tests of the ledger's entries in memory."""

from __future__ import annotations

from buying import intent, purchase

from imagegen.build import ledger_record, line
from imagegen.build.book import Book
from imagegen.build.jobs import News
from imagegen.build.purchase import State


def book_of(*records: dict[str, object]) -> Book:
    book = Book()
    for record in records:
        book.take_in(ledger_record.read(record))
    return book


def test_the_latest_attempt_is_found() -> None:
    book = book_of(
        ledger_record.of_intent(intent(), 1.0),
        ledger_record.of_news(News(purchase(), State.FAILED, 2.0)),
        ledger_record.of_intent(intent(attempt=2), 3.0),
    )
    latest = book.latest(purchase().request_key, 1)
    assert latest is not None and latest.purchase.attempt == 2
    assert book.latest(purchase().request_key, 2) is None


def test_news_without_an_intent_is_kept_as_unknown_or_better() -> None:
    book = book_of(ledger_record.of_news(News(purchase(), State.ACCEPTED, 2.0, job_id="j")))
    entry = book.entries[purchase()]
    assert (entry.state, entry.job_id, entry.request) == (State.ACCEPTED, "j", {})
    book = book_of(ledger_record.of_news(News(purchase(), State.LOCKED, 2.0)))
    assert book.entries[purchase()].state is State.LOCKED
    book = book_of(ledger_record.of_news(News(purchase(), State.LOST, 2.0)))
    assert book.entries[purchase()].state.open


def test_damage_puts_every_open_purchase_in_doubt_and_no_other() -> None:
    book = book_of(
        ledger_record.of_intent(intent(1), 1.0),
        ledger_record.of_intent(intent(2), 1.0),
        ledger_record.of_news(News(purchase(2), State.STORED, 2.0)),
        ledger_record.of_intent(intent(3), 1.0),
        ledger_record.of_news(News(purchase(3), State.UNKNOWN, 2.0)),
    )
    doubts = list(book.doubts([b""], 9.0))
    assert [(news.purchase, news.state) for news in doubts] == [(purchase(1), State.UNKNOWN)]


def test_a_purchase_that_only_the_damaged_bytes_name_is_in_doubt() -> None:
    lost = News(purchase(5), State.ACCEPTED, 2.0, job_id="job-5")
    raw = line.encode(4, "x", ledger_record.of_news(lost)).replace(b"ACC", b"A\xffC")
    doubts = list(Book().doubts([b"rubbish\n" + raw + b"more"], 9.0))
    assert [(news.purchase, news.job_id) for news in doubts] == [(purchase(5), "job-5")]
