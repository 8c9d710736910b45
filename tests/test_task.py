"""task: what goes into the pipe comes out of it, and nothing else does."""

from __future__ import annotations

import json

import deriving
import pytest

from imagegen.build.task import Task, line, parse

TASKS = [
    Task(12, 9, pixels=1000),
    Task(12, 9, format="webp"),
    Task(12, 9, fit=(30, 20)),
    Task(12, 9, crop=(0, 0, 3, 4)),
    Task(0, 9, recipes=tuple(deriving.every_recipe()), trial=True),
    Task(
        12,
        9,
        recipes=tuple(deriving.every_recipe()),
        fonts=((deriving.FONT_SHA256, len(deriving.FONT)),),
    ),
]


@pytest.mark.parametrize("task", TASKS)
def test_a_task_comes_out_as_it_went_in(task: Task) -> None:
    assert line(task).count(b"\n") == 1
    assert parse(line(task)) == task


def changed(*path: str | int, to: object) -> bytes:
    """Return the line of the last task with one value changed."""
    form = json.loads(line(TASKS[-1]))
    place = form
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return json.dumps(form).encode()


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("speed",), 9),
        (("recipes", 0, "speed"), 9),
        (("recipes", 0), None),
        (("recipes", 0, "crop"), [0, 0, 1]),
        (("recipes", 0, "crop"), [0, 0, 1, "2"]),
        (("recipes", 1, "letterings", 0, "box"), [0, 0, True, 1]),
        (("recipes", 1, "marks", "descriptions", 0), ["de"]),
        (("fit",), [1, 2.5]),
    ],
)
def test_what_is_no_task_is_refused(path: tuple[str | int, ...], to: object) -> None:
    with pytest.raises(ValueError, match="not"):
        parse(changed(*path, to=to))
