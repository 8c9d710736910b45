"""Owns State: what the page shows at one moment, rows with what a build is doing laid over them.

Pure. Never decides what is to be done: the rows come from the plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from imagegen.errors import Problem
from imagegen.preview.course import Course, Standing
from imagegen.preview.snapshot import Form, Row

FORMAT = 1

_SETTLED = ("current", "draft", "unpicked")
"""States of a row that show what a build has done for it."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything that the page shows, without its number."""

    head: Form = field(default_factory=dict)
    """What is not about one image, by its name in the contract."""
    images: Mapping[str, Form] = field(default_factory=dict)
    """By name, sorted."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an image could not be done, and what was tried."""

    problem: Problem
    purchase: tuple[str, int]


def compose(
    project: str,
    rows: Mapping[str, Row],
    course: Course,
    *,
    problems: Sequence[Problem],
    failures: Mapping[str, Failure],
    cost: Form,
    fresh: bool,
) -> State:
    """Return the state; `fresh` says whether `rows` are newer than the end of the build."""
    standings = {} if course.over and fresh else course.families()
    images = {
        name: _overlaid(row, standings.get(name), failures.get(name), over=course.over)
        for name, row in rows.items()
    }
    head: dict[str, object] = {
        "project": project,
        "problems": [problem_form(problem) for problem in problems],
        "running": _running(course),
        "cost": cost,
        "summary": dict(sorted(Counter(str(one["state"]) for one in images.values()).items())),
    }
    return State(head, images)


def problem_form(problem: Problem) -> Form:
    """Return a problem as the page gets it."""
    return asdict(problem) | {
        "where": None
        if problem.where is None
        else {
            "file": problem.where.path,
            "line": problem.where.line,
            "column": problem.where.column,
            "text": problem.where.text,
        }
    }


def still_failed(failures: Mapping[str, Failure], rows: Mapping[str, Row]) -> dict[str, Failure]:
    """Return the failures that are still about what the images ask for."""
    return {
        name: failure
        for name, failure in failures.items()
        if name in rows
        and rows[name].purchase == failure.purchase
        and rows[name].state not in _SETTLED
    }


def _running(course: Course) -> Form | None:
    if course.over or course.header is None:
        return None
    header = course.header
    return {
        "verb": header.verb,
        "done": min(course.done, header.total),
        "total": header.total,
        "waiting": course.waiting,
    }


def _overlaid(row: Row, standing: Standing | None, failure: Failure | None, *, over: bool) -> Form:
    if standing is not None and standing.problem is None and not _seen(row, standing, over=over):
        told: dict[str, object] = {"progress": standing.percent, "stage": standing.stage}
        if standing.making:
            told["state"] = "generating"
        return {**row.form, **told}
    if failure is not None:
        return {**row.form, "state": "failed", "error": problem_form(failure.problem)}
    return row.form


def _seen(row: Row, standing: Standing, *, over: bool) -> bool:
    """Whether the row shows already how it came out: the lock may lag behind the build."""
    if not standing.over:
        # What a build has not finished when it is over, it leaves.
        return over
    return row.state in _SETTLED
