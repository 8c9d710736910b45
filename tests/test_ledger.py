"""Tests of the ledger of paid jobs."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest
from buying import (
    Clock,
    allowed,
    bought,
    finish,
    intent,
    lines,
    purchase,
    spawn,
    synced,
)

from imagegen.build.ledger import Allow, Ledger, start_of_day
from imagegen.build.purchase import Spent, State, Sum
from imagegen.errors import LimitReached, NeedsAttention, Problem

DAY = 86400.0


def test_opening_and_asking_creates_nothing(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "home" / "account")
    assert ledger.entries() == {}
    assert ledger.latest("0" * 32, 1) is None
    assert ledger.prices() == {}
    assert ledger.spent(0) == Spent()
    assert list(tmp_path.iterdir()) == []


def test_an_intent_is_in_the_file_before_it_is_returned(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, clock=Clock(5.0))
    entry = ledger.intend(intent(), allowed)
    assert (entry.state, entry.intent_at, entry.body) == (State.INTENT, 5.0, intent().body)
    assert Ledger.open(tmp_path).entries() == {purchase(): entry}
    assert (tmp_path / "ledger.jsonl").stat().st_mode & 0o777 == 0o600


def test_intending_twice_writes_once_and_gives_the_first_body_and_key(tmp_path: Path) -> None:
    first = Ledger.open(tmp_path).intend(intent(body=b"one"), allowed)
    again = Ledger.open(tmp_path).intend(intent(body=b"two", run="run-2"), allowed)
    assert again == first
    assert [line["ev"] for line in lines(tmp_path)] == ["LEDGER", "INTENT"]


def test_a_new_attempt_is_due_only_when_the_last_one_is_closed(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    key = purchase().request_key
    assert ledger.next_attempt(key, 1) == 1
    bought(ledger, 1)
    assert ledger.next_attempt(key, 1) == 1
    assert ledger.intend(intent(attempt=2), allowed).purchase.attempt == 1
    ledger.note(purchase(), State.FAILED, error="no capacity")
    assert ledger.next_attempt(key, 1) == 2
    with pytest.raises(ValueError):
        ledger.intend(intent(attempt=3), allowed)
    assert ledger.intend(intent(attempt=1), allowed).state is State.FAILED
    second = ledger.intend(intent(attempt=2), allowed)
    assert second.state is State.INTENT
    assert ledger.latest(key, 1) == second


def test_another_request_under_the_same_key_is_refused(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    bought(ledger, 1)
    with pytest.raises(NeedsAttention) as caught:
        ledger.intend(intent(resolution="2MP"), allowed)
    assert "request key" in caught.value.problems[0].summary


def test_a_replay_gives_what_the_writer_knew(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    finish(ledger, 1)
    bought(ledger, 2)
    ledger.note(purchase(2), State.REJECTED, error="moderation", moderated=True)
    assert Ledger.open(tmp_path).entries() == ledger.entries()
    entry = ledger.entries()[purchase(1)]
    assert (entry.state, entry.job_id, entry.credits) == (State.LOCKED, "job-1", 8)


def test_what_is_known_is_not_written_again(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    finish(ledger, 1)
    before = (tmp_path / "ledger.jsonl").read_bytes()
    ledger.note(purchase(), State.ACCEPTED, job_id="job-1")
    ledger.note(purchase(), State.LOCKED)
    assert (tmp_path / "ledger.jsonl").read_bytes() == before
    with pytest.raises(KeyError):
        ledger.note(purchase(9), State.ACCEPTED, job_id="x")


def test_two_ledgers_see_what_the_other_wrote(tmp_path: Path) -> None:
    one, two = Ledger.open(tmp_path), Ledger.open(tmp_path)
    bought(one, 1)
    assert two.latest(purchase(1).request_key, 1) is not None
    two.note(purchase(1), State.ACCEPTED, job_id="j")
    assert one.entries()[purchase(1)].job_id == "j"
    assert one.entries() == two.entries()


# Limits


def at_most(most: int) -> Allow:
    def allow(spent: Spent) -> Problem | None:
        too_much = spent.total.credits + 8 > most
        return Problem("the day's credits are used up") if too_much else None

    return allow


def test_a_refusal_writes_nothing(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    with pytest.raises(LimitReached):
        ledger.intend(intent(), at_most(7))
    assert ledger.entries() == {}
    assert not (tmp_path / "ledger.jsonl").exists()


def test_a_limit_sees_today_and_the_whole_run(tmp_path: Path) -> None:
    clock, seen = Clock(), list[Spent]()
    ledger = Ledger.open(tmp_path, clock=clock)
    finish(ledger, 1, charged=9)
    clock.now += DAY
    finish(ledger, 2, charged=5)
    clock.now += 60
    ledger.intend(intent(3, run="run-2"), lambda spent: seen.append(spent))
    assert seen[0].total == Sum(charged=5, pictures=1)
    assert seen[0].by("run-1") == Sum(charged=14, pictures=2)
    assert ledger.spent(start_of_day(clock.now)).total == Sum(
        charged=5, reserved=8, pictures=2, unanswered=8
    )
    assert ledger.prices() == {("flux-2-pro", "1MP"): 5}


SPEND = """
import sys
from pathlib import Path
from buying import allowed, intent
from imagegen.build.ledger import Ledger
from imagegen.errors import LimitReached, Problem
ledger = Ledger.open(Path(sys.argv[1]))
start = int(sys.argv[2])
sys.stdin.readline()
def allow(spent):
    return Problem("enough") if spent.total.credits + 8 > 80 else None
for number in range(start, start + 20):
    try:
        ledger.intend(intent(number), allow)
    except LimitReached:
        pass
"""


def test_a_limit_holds_across_processes(tmp_path: Path) -> None:
    spenders = [spawn(SPEND, tmp_path, start) for start in (0, 100, 200)]
    for spender in spenders:
        assert spender.stdin is not None
        spender.stdin.write("\n")
        spender.stdin.flush()
    for spender in spenders:
        spender.communicate()
        assert spender.returncode == 0
    assert Ledger.open(tmp_path).spent(0).total == Sum(reserved=80, pictures=10, unanswered=80)


INTEND = """
import sys
from pathlib import Path
from buying import allowed, intent
from imagegen.build.ledger import Ledger
ledger = Ledger.open(Path(sys.argv[1]))
print("here", flush=True)
for line in sys.stdin:
    ledger.intend(intent(int(line), run=sys.argv[2]), allowed)
    print("done", flush=True)
"""


def test_two_processes_that_intend_the_same_write_it_once(tmp_path: Path) -> None:
    both = [spawn(INTEND, tmp_path, name) for name in ("a", "b")]
    for one in both:
        assert one.stdout is not None and one.stdout.readline() == "here\n"
    for number in range(20):
        for one in both:
            assert one.stdin is not None
            one.stdin.write(f"{number}\n")
            one.stdin.flush()
        for one in both:
            assert one.stdout is not None and one.stdout.readline() == "done\n"
    for one in both:
        one.communicate()
    keys = [line["key"] for line in lines(tmp_path)[1:]]
    assert len(keys) == len(set(keys)) == 20


def test_threads_share_one_ledger(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    threads = [threading.Thread(target=bought, args=(ledger, *range(n, 40))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lines(tmp_path)) == 41
    assert Ledger.open(tmp_path).damage == ()


# Ledgers of older releases


OLD = Path(__file__).parent / "golden" / "ledger-1.jsonl"
"""What the first release wrote: records without `images`, `replaced`, `again` and `missed`."""


def test_a_ledger_of_the_first_release_is_read_and_left_as_it_is(tmp_path: Path) -> None:
    shutil.copy(OLD, tmp_path / "ledger.jsonl")
    ledger = Ledger.open(tmp_path)
    entries = ledger.entries()
    assert (tmp_path / "ledger.jsonl").read_bytes() == OLD.read_bytes()
    assert ledger.damage == ()
    found = [(one.state.value, one.job_id) for one in entries.values()]
    assert found == [
        ("LOCKED", "job-1"),
        ("ACCEPTED", "job-2"),
        ("INTENT", None),
        ("FAILED", None),
        ("ABANDONED", None),
        ("LOCKED", "job-6"),
    ]
    for number, one in enumerate(list(entries.values())[:5], start=1):
        wanted = intent(number)
        assert (one.body, one.idempotency_key) == (wanted.body, wanted.idempotency_key)
        assert one.images == one.replaced == (f"image-{number}",)
        assert (one.again, one.missed_at) == (False, None)
    assert entries[purchase(6)].other_job_ids == ("job-7",)


def test_a_ledger_of_the_first_release_is_carried_on(tmp_path: Path) -> None:
    shutil.copy(OLD, tmp_path / "ledger.jsonl")
    ledger = Ledger.open(tmp_path, clock=Clock())
    assert ledger.next_attempt(purchase(4).request_key, 1) == 2
    ledger.settle(ledger.entries()[purchase(5)], State.ABANDONED, again=True)
    ledger.miss(purchase(3))
    ledger.note(purchase(2), State.READY, urls=("u",), credits=8)
    again = Ledger.open(tmp_path).entries()
    assert again == ledger.entries()
    assert again[purchase(5)].again
    assert again[purchase(3)].missed_at == Clock().now
    assert again[purchase(3)].body == intent(3).body


# What a person says, and what a list did not show


def test_a_persons_word_is_noted_once_and_not_over_what_has_changed(tmp_path: Path) -> None:
    ledger, other = Ledger.open(tmp_path), Ledger.open(tmp_path)
    bought(ledger, 1)
    seen = ledger.note(purchase(), State.UNKNOWN, error="lost")
    for _ in range(2):
        assert other.settle(seen, State.ABANDONED, again=True).again
    assert [line["ev"] for line in lines(tmp_path)] == ["LEDGER", "INTENT", "UNKNOWN", "ABANDONED"]
    with pytest.raises(NeedsAttention) as caught:
        ledger.settle(seen, State.ADOPTED, job_id="job-1")
    assert "has changed meanwhile" in caught.value.problems[0].summary
    assert ledger.entries()[purchase()].job_id is None


def test_a_persons_word_comes_too_late_for_an_order_that_was_placed_again(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    bought(ledger, 1)
    seen = ledger.note(purchase(), State.ABANDONED, again=True)
    ledger.intend(intent(attempt=2), allowed)
    with pytest.raises(NeedsAttention):
        ledger.settle(seen, State.ADOPTED, job_id="job-1")
    assert ledger.next_attempt(purchase().request_key, 1) == 2


def test_the_first_list_that_does_not_show_an_order_counts(tmp_path: Path) -> None:
    clock = Clock()
    ledger = Ledger.open(tmp_path, clock=clock)
    bought(ledger, 1, 2)
    ledger.note(purchase(2), State.ACCEPTED, job_id="job-2")
    first = clock.now
    for number in (1, 1, 2):
        ledger.miss(purchase(number))
        clock.now += 10
    again = Ledger.open(tmp_path).entries()
    assert (again[purchase(1)].missed_at, again[purchase(2)].missed_at) == (first, None)
    assert again[purchase(1)].state is State.INTENT
    assert len(lines(tmp_path)) == 5


def test_many_purchases_are_closed_with_one_sync_and_each_of_them_once(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    bought(ledger, 1, 2, 3)
    with synced() as paths:
        ledger.close(purchase(number) for number in (1, 2, 3))
        ledger.close([purchase(2)])
        ledger.close([])
    assert paths == [ledger.path]
    assert [one["ev"] for one in lines(tmp_path)[4:]] == ["LOCKED"] * 3
    states = {one.state for one in Ledger.open(tmp_path).entries().values()}
    assert states == {State.LOCKED}


def test_of_records_that_a_killed_process_wrote_in_part_the_first_ones_count(
    tmp_path: Path,
) -> None:
    ledger = Ledger.open(tmp_path)
    bought(ledger, 1, 2)
    ledger.close([purchase(1), purchase(2)])
    os.truncate(ledger.path, ledger.path.stat().st_size - 5)
    again = Ledger.open(tmp_path)
    assert [one.state for one in again.entries().values()] == [State.LOCKED, State.INTENT]
    assert again.damage == ()
