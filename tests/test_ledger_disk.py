"""Tests of the ledger on disks that fail, of what it syncs, and of its size."""

from __future__ import annotations

import dataclasses
import errno
import os
from pathlib import Path

import pytest
from buying import (
    Clock,
    allowed,
    bought,
    finish,
    intent,
    purchase,
    small_disk,
    spawn,
    synced,
)

from imagegen.build.ledger import COMPACT_FROM, Ledger
from imagegen.build.purchase import State
from imagegen.errors import NeedsAttention

DAY = 86400.0

# Durability


def test_an_intent_is_durable_by_its_bytes_and_by_every_name_above(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "accounts" / "account"
    # Made by somebody else: whether these names are durable is not known.
    folder.mkdir(parents=True)
    bought(Ledger.open(folder), 1)
    with synced() as paths:
        bought(Ledger.open(folder), 2)
    names = {folder, folder.parent, folder.parent.parent, tmp_path}
    assert names <= set(paths[:-1])
    assert paths[-1] == folder / "ledger.jsonl"


def test_each_record_is_synced_and_costs_one_sync(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    bought(ledger, 1)
    with synced() as paths:
        ledger.note(purchase(1), State.ACCEPTED, job_id="j")
        ledger.note(purchase(1), State.READY)
    assert paths == [tmp_path / "ledger.jsonl"] * 2


# Disks that fail


def test_a_full_disk_is_told_with_the_job_and_nothing_is_half_written(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as folder:
        ledger = Ledger.open(folder)
        bought(ledger, 1)
        before = (folder / "ledger.jsonl").read_bytes()
        filler = folder / "filler"
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError):
            while True:
                file.write(bytes(1024))
        with pytest.raises(NeedsAttention) as caught:
            ledger.note(purchase(1), State.ACCEPTED, job_id="job-1", error="x" * 8000)
        assert "job `job-1`" in caught.value.problems[0].detail
        assert "Free some space" in caught.value.problems[0].hint
        assert (folder / "ledger.jsonl").read_bytes() == before
        filler.unlink()
        assert ledger.note(purchase(1), State.ACCEPTED, job_id="job-1").job_id == "job-1"
        assert Ledger.open(folder).entries() == ledger.entries()


def test_after_a_failed_fsync_nothing_more_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger.open(tmp_path)
    bought(ledger, 1)

    def failing(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", failing)
        with pytest.raises(NeedsAttention) as caught:
            ledger.note(purchase(1), State.ACCEPTED, job_id="job-1")
        assert "job `job-1`" in caught.value.problems[0].detail
    size = (tmp_path / "ledger.jsonl").stat().st_size
    for _ in range(2):
        with pytest.raises(NeedsAttention) as caught:
            ledger.intend(intent(2), allowed)
        assert "job `job-1`" in caught.value.problems[0].detail
    assert (tmp_path / "ledger.jsonl").stat().st_size == size
    assert purchase(1) in ledger.entries()


def test_after_a_failed_fsync_every_job_that_comes_in_is_told_by_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger.open(tmp_path)
    bought(ledger, 1, 2)

    def failing(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", failing)
        with pytest.raises(NeedsAttention):
            ledger.note(purchase(1), State.ACCEPTED, job_id="job-1")
    with pytest.raises(NeedsAttention) as caught:
        ledger.note(purchase(2), State.ACCEPTED, job_id="job-2")
    told = caught.value.problems[0].detail
    assert "ACCEPTED of image `image-2`, job `job-2`" in told
    assert f"idempotency key `{intent(2).idempotency_key}`" in told
    for _ in range(2):
        with pytest.raises(NeedsAttention):
            ledger.expect_to_note()
    assert not ledger.compact()


def test_nothing_may_be_ordered_while_the_disk_is_full(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as folder:
        ledger = Ledger.open(folder)
        bought(ledger, 1)
        filler = folder / "filler"
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError):
            while True:
                file.write(bytes(1024))
        with pytest.raises(NeedsAttention):
            ledger.note(purchase(1), State.ACCEPTED, job_id="job-1", error="x" * 8000)
        with pytest.raises(NeedsAttention) as caught:
            ledger.expect_to_note()
        assert "job `job-1`" in caught.value.problems[0].detail
        filler.unlink()
        ledger.note(purchase(1), State.ACCEPTED, job_id="job-1")
        ledger.expect_to_note()


def test_a_collision_of_keys_is_no_fault_of_the_disk(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    bought(ledger, 1)
    with pytest.raises(NeedsAttention):
        ledger.intend(intent(1, resolution="2MP"), allowed)
    ledger.expect_to_note()


def test_the_first_intent_is_not_given_when_the_file_cannot_be_made_durable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    ledger = Ledger.open(tmp_path)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", failing)
        with pytest.raises(NeedsAttention):
            bought(ledger, 1)
    with pytest.raises(NeedsAttention):
        bought(ledger, 1)
    assert ledger.poisoned is not None
    bought(Ledger.open(tmp_path), 1)


def test_a_read_only_disk_is_told(tmp_path: Path) -> None:
    with (
        small_disk(tmp_path / "disk", "size=64k,ro") as folder,
        pytest.raises(NeedsAttention) as caught,
    ):
        Ledger.open(folder).intend(intent(), allowed)
    assert "IMAGEGEN_HOME" in caught.value.problems[0].hint


# Size


def old_and_big(folder: Path, clock: Clock) -> Ledger:
    ledger = Ledger.open(folder, clock=clock)
    for number in range(1, 7):
        ledger.intend(intent(number, body=b"x" * 200_000), allowed)
        ledger.note(purchase(number), State.ACCEPTED, job_id=f"job-{number}")
        ledger.note(purchase(number), State.READY, urls=("u",), credits=number)
        if number < 6:
            ledger.note(purchase(number), State.LOCKED)
    return ledger


def test_compaction_keeps_sums_prices_and_what_is_open(tmp_path: Path) -> None:
    clock = Clock()
    ledger = old_and_big(tmp_path, clock)
    clock.now += 101 * DAY
    before, other = ledger.entries(), Ledger.open(tmp_path, clock=clock)
    spent, prices = ledger.spent(0), ledger.prices()
    assert (tmp_path / "ledger.jsonl").stat().st_size > COMPACT_FROM
    assert ledger.compact()
    assert (tmp_path / "ledger.jsonl").stat().st_size < 250_000
    for known in (ledger, other, Ledger.open(tmp_path)):
        assert (known.spent(0), known.prices()) == (spent, prices)
        assert known.entries()[purchase(6)] == before[purchase(6)]
        assert known.entries()[purchase(1)].body == b""
        assert known.entries()[purchase(1)].job_id == "job-1"
    other.note(purchase(6), State.LOCKED)
    assert ledger.entries() == other.entries()
    assert not ledger.compact()


def test_compaction_keeps_all_that_money_needs(tmp_path: Path) -> None:
    clock = Clock()
    ledger = old_and_big(tmp_path, clock)
    failed, twice, given_up, missed = 11, 12, 13, 14
    bought(ledger, failed, twice, given_up, missed)
    ledger.note(purchase(failed), State.FAILED, error="no capacity", moderated=True)
    ledger.intend(intent(failed, attempt=2), allowed)
    for job_id in ("first", "second"):
        ledger.note(purchase(twice), State.ACCEPTED, job_id=job_id)
    ledger.note(purchase(given_up), State.UNKNOWN, error="lost")
    ledger.note(purchase(given_up), State.ABANDONED, again=True)
    ledger.miss(purchase(missed))
    clock.now += 101 * DAY
    before = ledger.entries()
    assert ledger.compact()
    after = Ledger.open(tmp_path, clock=clock)
    for key in (*(purchase(n) for n in (failed, twice, given_up, missed)), purchase(failed, 2)):
        kept = dataclasses.replace(after.entries()[key], body=before[key].body)
        assert kept == before[key]
    assert after.entries()[purchase(missed)].body, "it may have to be sent again"
    assert list(after.entries()) == list(before)
    assert after.next_attempt(purchase(given_up).request_key, 1) == 2


def test_a_compaction_that_fails_changes_nothing_and_fails_no_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    ledger = old_and_big(tmp_path, clock)
    clock.now += 101 * DAY
    before = (tmp_path / "ledger.jsonl").read_bytes()

    def failing(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", failing)
        assert not ledger.compact()
    assert (tmp_path / "ledger.jsonl").read_bytes() == before
    with pytest.raises(NeedsAttention):
        ledger.note(purchase(6), State.LOCKED)
    assert Ledger.open(tmp_path).entries()[purchase(6)].job_id == "job-6"


READ = """
import sys
from pathlib import Path
from imagegen.build.ledger import Ledger
ledger = Ledger.open(Path(sys.argv[1]))
known = dict.fromkeys(ledger.entries())
print("here", flush=True)
sys.stdin.readline()
while len(ledger.entries()) < 60:
    assert known.keys() <= ledger.entries().keys()
print(sum(one.job_id is not None for one in ledger.entries().values()))
"""


def test_a_reader_sees_all_of_a_ledger_that_is_compacted_again_and_again(tmp_path: Path) -> None:
    clock = Clock()
    ledger = old_and_big(tmp_path, clock)
    reader = spawn(READ, tmp_path)
    assert reader.stdout is not None and reader.stdout.readline() == "here\n"
    assert reader.stdin is not None
    reader.stdin.write("\n")
    reader.stdin.flush()
    for number in range(7, 61):
        ledger.intend(intent(number, body=b"x" * 100_000), allowed)
        for state in (State.ACCEPTED, State.LOCKED):
            ledger.note(purchase(number), state, job_id=f"job-{number}")
        clock.now += 101 * DAY
        ledger.compact()
    printed, _ = reader.communicate(timeout=60)
    assert (reader.returncode, printed) == (0, "60\n")
    assert Ledger.open(tmp_path).damage == ()


def test_a_young_or_small_ledger_is_not_compacted(tmp_path: Path) -> None:
    clock = Clock()
    ledger = old_and_big(tmp_path / "young", clock)
    before = (tmp_path / "young" / "ledger.jsonl").read_bytes()
    assert not ledger.compact()
    assert (tmp_path / "young" / "ledger.jsonl").read_bytes() == before
    small = Ledger.open(tmp_path / "small", clock=clock)
    finish(small, 1)
    clock.now += 101 * DAY
    assert not small.compact()
