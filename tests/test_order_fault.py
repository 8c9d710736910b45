"""How it is told that an order brought no picture: each time, what was charged and what to do."""

from __future__ import annotations

from buying import intent

from imagegen.build import ledger_record, order_fault
from imagegen.build.purchase import Entry
from imagegen.errors import Problem


def test_what_was_refunded_is_called_free() -> None:
    for problem in (order_fault.failed("no GPU", "job-1"), order_fault.moderated("no", "job-1")):
        assert "Job job-1 was not charged" in problem.detail
        assert problem.hint


def test_an_order_without_an_answer_is_said_to_be_safe_to_send_again() -> None:
    problem = order_fault.unanswered(Problem("the line was cut"))
    assert "the line was cut" in problem.summary
    assert "cannot be charged twice" in problem.detail


def test_an_unknown_outcome_names_its_image_and_the_way_out() -> None:
    entry = ledger_record.read(ledger_record.of_intent(intent(), 1.0))
    assert isinstance(entry, Entry)
    problem = order_fault.unknown(entry)
    assert "`image-1`" in problem.summary
    assert "imagegen resolve" in problem.hint
