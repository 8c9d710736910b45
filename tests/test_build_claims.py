"""Tests of the claim to place one order: one holder, freed by death, waited for aloud."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import anyio
import pytest
from buying import spawn

from imagegen.build.claims import Claims
from imagegen.build.pace import Pace, Stopped
from imagegen.errors import NeedsAttention
from imagegen.events import Event, Waiting

HOLD = """
import sys, anyio
from pathlib import Path
from imagegen.build.claims import Claims
from imagegen.build.pace import Pace
async def hold():
    pace = Pace(in_flight=1, requests_per_minute=60)
    claims = Claims(Path(sys.argv[1]), pace, "/work/shop")
    async with claims.held("ab", 1, image="hero", emit=print):
        print("held", flush=True)
        sys.stdin.readline()
anyio.run(hold)
"""


def pace() -> Pace:
    return Pace(in_flight=9, requests_per_minute=9000)


def claims(folder: Path, **options: float) -> Claims:
    return Claims(folder, pace(), "/work/site", **options)


def silent(event: Event) -> None:
    raise AssertionError(f"said {event}")


@pytest.fixture
def holder(tmp_path: Path):
    process = spawn(HOLD, tmp_path)
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    yield process
    process.communicate("\n")


def test_a_claim_that_is_free_is_held_at_once_and_leaves_no_file(tmp_path: Path) -> None:
    async def twice() -> None:
        for _ in range(2):
            folder = tmp_path / "account/claims"
            async with claims(folder).held("ab", 1, image="hero", emit=silent):
                assert len(list((tmp_path / "account/claims").iterdir())) == 1

    anyio.run(twice)
    assert list((tmp_path / "account/claims").iterdir()) == []
    assert (tmp_path / "account").stat().st_mode & 0o777 == 0o700


def test_tasks_shut_each_other_out_of_one_order_and_of_no_other(tmp_path: Path) -> None:
    inside = {"ab": 0, "cd": 0}
    together = []

    async def order(key: str) -> None:
        async with claims(tmp_path).held(key, 1, image="hero", emit=silent):
            inside[key] += 1
            assert inside[key] == 1
            await anyio.sleep(0.02)
            together.append(sum(inside.values()))
            inside[key] -= 1

    async def crowd() -> None:
        async with anyio.create_task_group() as group:
            for key in ("ab", "cd") * 3:
                group.start_soon(order, key)

    anyio.run(crowd)
    assert max(together) == 2
    assert list(tmp_path.iterdir()) == []


def test_who_waits_says_for_whom_and_goes_on_when_the_holder_is_killed(tmp_path, holder) -> None:
    said = list[Event]()

    def hear(event: Event) -> None:
        said.append(event)
        os.kill(holder.pid, signal.SIGKILL)

    async def wait() -> None:
        async with claims(tmp_path).held("ab", 1, image="hero", emit=hear):
            pass

    anyio.run(wait)
    who = f"(process {holder.pid}, in /work/shop)"
    assert said == [Waiting(f"for another build to order `hero` {who}")]


def test_waiting_has_an_end_that_says_what_to_do(tmp_path, holder) -> None:
    async def wait() -> None:
        async with claims(tmp_path, limit=0.1).held("ab", 1, image="hero", emit=silent):
            raise AssertionError("two holders")

    with pytest.raises(NeedsAttention, match="has been ordering `hero`") as caught:
        anyio.run(wait)
    assert f"process {holder.pid}" in caught.value.problems[0].detail
    assert "build again" in caught.value.problems[0].hint


def test_waiting_ends_when_nothing_may_be_ordered_any_more(tmp_path, holder) -> None:
    stopped = pace()

    async def wait() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(stop_later)
            async with Claims(tmp_path, stopped, "").held("ab", 1, image="hero", emit=silent):
                raise AssertionError("two holders")

    async def stop_later() -> None:
        await anyio.sleep(0.1)
        stopped.stop(None)

    with pytest.raises(BaseExceptionGroup) as caught:
        anyio.run(wait)
    assert caught.group_contains(Stopped)


def test_an_error_while_it_is_held_frees_the_claim(tmp_path: Path) -> None:
    async def fail() -> None:
        async with claims(tmp_path).held("ab", 1, image="hero", emit=silent):
            raise KeyError

    for _ in range(2):
        with pytest.raises(KeyError):
            anyio.run(fail)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "claims").write_text("a file")

    async def hold() -> None:
        async with claims(tmp_path / "claims").held("ab", 1, image="hero", emit=silent):
            raise AssertionError("held")

    with pytest.raises(NeedsAttention, match="cannot claim an order"):
        anyio.run(hold)
