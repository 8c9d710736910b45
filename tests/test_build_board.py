"""Waiting for jobs: what ends a wait, and what leaves the job to the next build."""

from __future__ import annotations

import anyio
import pytest
from seller import JOB, Seller, job

from imagegen.build.board import JobBoard, StillOpen
from imagegen.build.pace import Pace
from imagegen.errors import Problem
from imagegen.events import Progressed, Waiting
from imagegen.providers.provider import JobStatus, Refused, Unavailable

DONE = job(urls=("https://x/1.png",), credits=4)


def waited(seller, *, patience=900.0, waits=1):
    """Wait for the job and return what came, with the events."""
    events = []
    found = []

    async def scenario():
        board = JobBoard(seller, Pace(in_flight=9, requests_per_minute=9000), events.append)

        async def one():
            try:
                found.append(await board.wait(JOB, "mug", patience=patience))
            except (StillOpen, Refused) as error:
                found.append(error)

        async with anyio.create_task_group() as group:
            group.start_soon(board.run)
            async with anyio.create_task_group() as waiting:
                for _ in range(waits):
                    waiting.start_soon(one)
            group.cancel_scope.cancel()

    anyio.run(scenario)
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
