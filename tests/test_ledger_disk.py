"""Tests of the ledger on disks that fail, of what it syncs, and of its size."""

from __future__ import annotations

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
