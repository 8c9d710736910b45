"""Waiting for jobs: what ends a wait, and what leaves the job to the next build."""

from __future__ import annotations

import anyio
import leaping
import pytest
from seller import JOB, Seller, job

from imagegen.build.board import JobBoard, Rhythm, StillOpen
from imagegen.build.pace import Pace
from imagegen.errors import Problem
from imagegen.events import Progressed, Waiting
from imagegen.providers.provider import JobStatus, Refused, Unavailable

DONE = job(urls=("https://x/1.png",), credits=4)
SELDOM = Rhythm(shortest=60, longest=60, apart=0)


def waited(seller, *, patience=900.0, waits=1, rhythm=None, meanwhile=None):
    """Wait for the job and return what came, with the events; `meanwhile` gets the board."""
    events = []
    found = []

    async def scenario():
        pace = Pace(in_flight=9, requests_per_minute=90_000)
        board = JobBoard(seller, pace, events.append, rhythm=rhythm)

        async def one():
            try:
                found.append(await board.wait(JOB, "mug", patience=patience))
            except (StillOpen, Refused) as error:
                found.append(error)

        async with anyio.create_task_group() as group:
            group.start_soon(board.run)
            if meanwhile is not None:
                group.start_soon(meanwhile, board)
            async with anyio.create_task_group() as waiting:
                for _ in range(waits):
                    waiting.start_soon(one)
            group.cancel_scope.cancel()

    leaping.run(scenario)
    return found, events


def test_a_finished_job_ends_every_wait_for_it_with_one_look():
    seller = Seller(looks=[DONE])
    found, _ = waited(seller, waits=3)
    assert found == [DONE, DONE, DONE]
    assert seller.looked == 1


def test_progress_is_told_when_it_changes():
    found, events = waited(Seller(looks=[job(JobStatus.PROCESSING, progress=40), DONE]))
    assert found == [DONE]
    assert events == [Progressed("mug", 40)]


@pytest.mark.parametrize("look", [job(JobStatus.PROCESSING), None])
def test_a_job_that_never_ends_is_left_to_the_next_build(look):
    (error,), _ = waited(Seller(looks=[look]), patience=0.1)
    assert isinstance(error, StillOpen)
    assert "stays noted and is not bought again" in error.problem.detail


@pytest.mark.slow
def test_a_finished_job_may_name_its_pictures_a_moment_later():
    found, _ = waited(Seller(looks=[job(), DONE]))
    assert found == [DONE]
    (error,), _ = waited(Seller(looks=[job()]))
    assert isinstance(error, StillOpen)
    assert "names no picture" in error.problem.summary


def test_an_api_that_does_not_answer_is_asked_again_after_what_it_says():
    away = Unavailable(Problem("the API asks for patience"), seconds=0.01)
    found, events = waited(Seller(looks=[away, DONE]))
    assert found == [DONE]
    assert events == [Waiting("the API asks for patience", 0.01)]


def test_a_refused_key_ends_every_wait():
    refused = Refused(Problem("no"), status=401, stops_all=True)
    found, _ = waited(Seller(looks=[refused]), waits=2)
    assert found == [refused, refused]


async def flood(board):
    """Hint for the job, again and again."""
    while True:
        board.hint(JOB)
        await anyio.sleep(0.001)


def test_a_hint_makes_the_look_come_at_once():
    async def hint(board):
        while not board.hint(JOB):
            await anyio.sleep(0.01)

    seller = Seller(looks=[DONE])
    found, _ = waited(seller, rhythm=SELDOM, meanwhile=hint)
    assert (found, seller.looked) == ([DONE], 1)


def test_a_hint_before_the_job_is_known_is_not_taken():
    async def scenario():
        board = JobBoard(Seller(), Pace(in_flight=9, requests_per_minute=9000), print)
        return board.hint(JOB)

    assert anyio.run(scenario) is False


def test_a_hint_for_a_job_that_has_ended_is_known_and_looks_no_more():
    boards = []

    async def remember(board):
        boards.append(board)

    seller = Seller(looks=[DONE])
    waited(seller, meanwhile=remember)
    assert boards[0].hint(JOB)
    assert seller.looked == 1


def timed(seller, rhythm, meanwhile, seconds=30):
    """Return how long the wait took, at most `seconds`."""

    async def scenario():
        pace = Pace(in_flight=9, requests_per_minute=90_000)
        board = JobBoard(seller, pace, lambda event: None, rhythm=rhythm)
        began = anyio.current_time()
        with anyio.move_on_after(seconds):
            async with anyio.create_task_group() as group:
                group.start_soon(board.run)
                group.start_soon(meanwhile, board)
                await board.wait(JOB, "mug")
                group.cancel_scope.cancel()
        return anyio.current_time() - began

    return leaping.run(scenario)


def test_a_flood_of_hints_hastens_few_looks():
    seller = Seller(looks=[job(JobStatus.PROCESSING)])
    timed(seller, SELDOM, flood, seconds=0.5)
    assert seller.looked == 3


def test_hastened_looks_stay_apart():
    seller = Seller(looks=[job(JobStatus.PROCESSING)] * 2 + [DONE])
    # The first look is hastened at once, the next two after a pause each.
    assert timed(seller, Rhythm(60, 60, apart=0.3), flood) == pytest.approx(0.6, abs=0.01)
    assert seller.looked == 3


def test_a_hastened_look_does_not_put_the_next_one_off():
    seller = Seller(looks=[job(JobStatus.PROCESSING), DONE])

    async def hint(board):
        await anyio.sleep(1)
        board.hint(JOB)

    assert timed(seller, Rhythm(1.2, 1.2, apart=0), hint) == pytest.approx(1.2)
    assert seller.looked == 2


@pytest.mark.parametrize(
    ("look", "words"), [(None, "does not know job"), (job(), "names no picture")]
)
def test_hints_never_make_a_wait_give_up_earlier(look, words):
    """What ends a wait is counted in looks of the usual pace, hints or none."""
    rhythm = Rhythm(shortest=0.01, longest=0.01, apart=0)
    alone = Seller(looks=[look])
    (error,), _ = waited(alone, rhythm=rhythm)
    assert words in error.problem.summary
    hinted = Seller(looks=[look])
    (error,), _ = waited(hinted, rhythm=rhythm, meanwhile=flood)
    assert words in error.problem.summary
    assert alone.looked < hinted.looked <= alone.looked + 3
