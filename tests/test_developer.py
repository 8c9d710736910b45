"""The developer: tasks come in on one pipe and answers go out on the other, in turn."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import journey
from PIL import Image

from imagegen.build.task import Task, line

PROGRAM = (
    "import sys; from imagegen.build.developer import develop; "
    "develop(sys.stdin.buffer, sys.stdout.buffer)"
)


def encoded(size: tuple[int, int] = (24, 18)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, "png")
    return file.getvalue()


def developed(*tasks: tuple[Task, bytes]) -> bytes:
    """Return everything that a process answers to these tasks."""
    given = b"".join(line(task) + data for task, data in tasks)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=given,
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(journey.ROOT)},
    )
    return done.stdout


def test_it_says_that_it_is_ready_and_answers_each_order() -> None:
    data = encoded()
    look = Task(len(data), 9, pixels=1000)
    ready, first, second = developed((look, data), (look, data)).splitlines()
    assert json.loads(ready) == {"ready": True}
    told = {"format": "png", "width": 24, "height": 18, "bytes": 0}
    assert json.loads(first) == json.loads(second) == told


def test_a_converted_picture_follows_its_line() -> None:
    data = encoded()
    _, line, made = developed((Task(len(data), 9, format="jpeg"), data)).split(b"\n", 2)
    assert json.loads(line) == {"bytes": len(made)}
    assert made.startswith(b"\xff\xd8\xff")


def test_a_refusal_is_an_answer_like_any_other() -> None:
    data = encoded()
    _, first, second = developed(
        (Task(6, 9, pixels=1000), b"<html>"), (Task(len(data), 9, pixels=1000), data)
    ).splitlines()
    assert "HTML page" in json.loads(first)["problem"]["summary"]
    assert json.loads(second)["width"] == 24


def test_a_bomb_warning_counts_as_a_refusal() -> None:
    data = encoded()
    wide = data[:16] + (10_000).to_bytes(4, "big") * 2 + data[24:]
    _, first = developed((Task(len(wide), 9, pixels=None), wide)).splitlines()
    assert json.loads(first)["problem"]["summary"]
