"""Tests of how faults of the ledger are told."""

from __future__ import annotations

import errno
from pathlib import Path

from buying import intent, purchase

from imagegen.build import ledger_fault, ledger_record
from imagegen.build.jobs import News
from imagegen.build.purchase import Entry, State

FULL = ledger_fault.failed(OSError(errno.ENOSPC, "No space left on device"), Path("l"))


def test_a_job_that_cannot_be_noted_is_named_in_full() -> None:
    entry = ledger_record.read(ledger_record.of_intent(intent(), 1.0))
    assert isinstance(entry, Entry)
    record = ledger_record.of_news(News(purchase(), State.ACCEPTED, 2.0, job_id="job-7"))
    problem = ledger_fault.unwritten(FULL, record, entry)
    assert problem.detail == (
        "`l`: No space left on device. Not written down: ACCEPTED of image `image-1`, "
        f"job `job-7`, idempotency key `{entry.idempotency_key}`, "
        f"request key `{purchase().request_key}`."
    )


def test_an_intent_that_cannot_be_noted_names_its_image() -> None:
    record = ledger_record.of_intent(intent(), 1.0)
    assert "INTENT of image `image-1`" in ledger_fault.unwritten(FULL, record, None).detail


def test_damage_names_the_copy_and_what_to_do() -> None:
    problem = ledger_fault.damaged(Path("l"), Path("l.damaged-1"), 3)
    assert "l.damaged-1" in problem.detail and "3 open" in problem.detail
    assert "imagegen resolve" in problem.hint


def test_a_foreign_file_and_a_collision_say_what_to_do() -> None:
    assert "left as it is" in ledger_fault.foreign(Path("l"), "it is a song").detail
    assert "`take`" in ledger_fault.collision("a", "b").hint
