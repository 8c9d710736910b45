"""Tests of what a ledger makes of crashes, damage and foreign files."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from buying import (
    allowed,
    bought,
    finish,
    intent,
    purchase,
    spawn,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from imagegen.build.ledger import Ledger
from imagegen.build.purchase import State
from imagegen.errors import WrongInput

KILLED = """
import os, sys
from pathlib import Path
from buying import intent
from imagegen.build.ledger import Ledger
def die(spent):
    os.kill(os.getpid(), 9)
Ledger.open(Path(sys.argv[1])).intend(intent(2), die)
"""


def test_a_kill_while_holding_the_lock_leaves_the_ledger_free(tmp_path: Path) -> None:
    bought(Ledger.open(tmp_path), 1)
    killed = spawn(KILLED, tmp_path)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    ledger = Ledger.open(tmp_path)
    bought(ledger, 3)
    assert set(ledger.entries()) == {purchase(1), purchase(3)}


@settings(max_examples=50, deadline=None)
@given(cut=st.integers(0, 100_000), tail=st.binary(max_size=30))
def test_any_prefix_with_any_tail_can_be_used(
    tmp_path_factory: pytest.TempPathFactory, cut: int, tail: bytes
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    ledger = Ledger.open(folder)
    finish(ledger, 1)
    bought(ledger, 2)
    path = folder / "ledger.jsonl"
    whole = path.read_bytes()
    header = whole.find(b"\n") + 1
    path.write_bytes(whole[: header + cut % (len(whole) - header)] + tail)
    again = Ledger.open(folder)
    bought(again, 1, 2, 3)
    assert set(again.entries()) == {purchase(1), purchase(2), purchase(3)}
    assert Ledger.open(folder).entries() == again.entries()


def damage(folder: Path, number: int) -> bytes:
    path = folder / "ledger.jsonl"
    raw = path.read_bytes().splitlines(keepends=True)
    raw[number] = raw[number][:-3] + b"#" + raw[number][-2:]
    path.write_bytes(b"".join(raw))
    return path.read_bytes()


def test_damage_in_the_middle_is_told_kept_aside_and_makes_open_purchases_unknown(
    tmp_path: Path,
) -> None:
    ledger = Ledger.open(tmp_path)
    finish(ledger, 1)
    bought(ledger, 2, 3)
    ledger.note(purchase(2), State.ACCEPTED, job_id="job-2")
    ledger.note(purchase(3), State.REJECTED, error="no")
    hurt = damage(tmp_path, 7)
    again = Ledger.open(tmp_path)
    states = [again.entries()[purchase(number)].state for number in (1, 2, 3)]
    assert states == [State.LOCKED, State.UNKNOWN, State.REJECTED]
    assert again.entries()[purchase(2)].job_id == "job-2"
    assert (tmp_path / "ledger.damaged-1.jsonl").read_bytes() == hurt
    assert "1 open" in again.damage[0].detail
    third = Ledger.open(tmp_path)
    assert third.entries() == again.entries()
    assert third.damage == ()


def test_a_running_ledger_notices_damage_in_what_others_added(tmp_path: Path) -> None:
    one, two = Ledger.open(tmp_path), Ledger.open(tmp_path)
    bought(one, 1)
    assert len(two.entries()) == 1
    bought(one, 2, 3)
    damage(tmp_path, 2)
    states = [entry.state for entry in two.entries().values()]
    assert states == [State.UNKNOWN] * 3
    assert one.entries() == two.entries()
    assert two.damage != ()


def test_a_purchase_whose_intent_is_damaged_is_not_bought_again(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    bought(ledger, 1, 2)
    damage(tmp_path, 1)
    again = Ledger.open(tmp_path)
    entry = again.intend(intent(1), allowed)
    assert (entry.state, entry.request, entry.body) == (State.UNKNOWN, {}, b"")
    again.note(purchase(1), State.ABANDONED)
    assert again.intend(intent(1, attempt=2), allowed).state is State.INTENT


@pytest.mark.parametrize("content", [b"not a ledger\n", b'{"a": 1}\n{"b": 2}\n'])
def test_a_foreign_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(content)
    with pytest.raises(WrongInput) as caught:
        Ledger.open(tmp_path)
    assert str(path) in caught.value.problems[0].detail
    with pytest.raises(WrongInput):
        Ledger(tmp_path).intend(intent(), allowed)
    assert path.read_bytes() == content


def test_a_file_deleted_under_a_running_build_is_written_anew(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    bought(ledger, 1)
    (tmp_path / "ledger.jsonl").unlink()
    ledger.note(purchase(1), State.ACCEPTED, job_id="j")
    bought(ledger, 2)
    assert Ledger.open(tmp_path).entries() == ledger.entries()
    assert ledger.entries()[purchase(1)].job_id == "j"
