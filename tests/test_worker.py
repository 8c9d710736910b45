"""worker: a process that is asked one thing after another, and replaced when it makes no sense."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator

import deriving
import pytest

from imagegen.build.task import Task
from imagegen.build.worker import Late, Vanished, Worker
from imagegen.errors import NeedsAttention

PICTURE = deriving.encoded()
LOOK = Task(len(PICTURE), 9, pixels=10_000)


@pytest.fixture
def worker() -> Iterator[Worker]:
    with contextlib.ExitStack() as stack:
        worker = Worker(60)
        stack.callback(worker.end)
        yield worker


def test_it_answers_with_facts_and_with_bytes(worker: Worker) -> None:
    assert worker.ask(LOOK, [PICTURE], 60)[0]["width"] == 96
    recipe = deriving.recipe(letterings=(deriving.lettering(),))
    fonts = ((deriving.FONT_SHA256, len(deriving.FONT)),)
    task = Task(len(PICTURE), 9, recipes=(recipe, recipe), fonts=fonts)
    told, made = worker.ask(task, [PICTURE, deriving.FONT], 60)
    assert told["sizes"] == [len(made) // 2] * 2


def test_it_says_when_somebody_ended_it(worker: Worker) -> None:
    os.kill(worker._child.pid, signal.SIGKILL)
    with pytest.raises(Vanished, match=r"came to an end \(SIGKILL\)"):
        worker.ask(LOOK, [PICTURE], 60)


def test_it_says_when_time_is_up(worker: Worker) -> None:
    with pytest.raises(Late, match="did not come to an end in time"):
        # It waits for bytes that never come.
        worker.ask(Task(len(PICTURE) + 1, 9), [PICTURE], 0.2)


def test_a_task_that_makes_no_sense_to_it_is_its_end(worker: Worker) -> None:
    with pytest.raises(Vanished, match=r"exit code 1"):
        worker.ask(Task(len(PICTURE), 9, crop=(1, 2, 3)), [PICTURE], 60)  # type: ignore[arg-type]


def test_one_that_does_not_start_is_told_of() -> None:
    with pytest.raises(NeedsAttention, match="no process can be started"):
        Worker(0.0)
