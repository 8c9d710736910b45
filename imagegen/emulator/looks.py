"""Owns the faults of looking: what a job or a list of jobs shows that is not so.

A look fault strikes for every job shown, alone (`/v2/jobs/<id>`) or in a list (`/v2/jobs`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from imagegen.emulator.rules import Options, OptionValue

Row = dict[str, object]
Rows = list[Row]


@dataclass(frozen=True, slots=True)
class LookFault:
    """One line of the table: what becomes of a job's row; None hides it."""

    act: Callable[[Options, Row], Row | None]
    defaults: Mapping[str, OptionValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListFault:
    """One line of the table: what becomes of the rows of a list."""

    act: Callable[[Options, Rows], Rows]
    defaults: Mapping[str, OptionValue] = field(default_factory=dict)


def _back(status: str, progress: int) -> Row:
    return {
        "status": status,
        "progress": progress,
        "result": None,
        "error": None,
        "completedAt": None,
    }


def _strangers(options: Options, rows: Rows) -> Rows:
    strange: Rows = [
        {
            "id": str(uuid.uuid4()),
            "status": "COMPLETED",
            "model": "flux-2-pro",
            "progress": 100,
            "result": {"images": ["https://pictures.example.com/images/stranger-1.png"]},
            "error": None,
            "creditCost": 6,
            "webhookStatus": None,
            "expired": False,
            "createdAt": "2026-08-01T12:00:00.000Z",
            "completedAt": "2026-08-01T12:00:15.000Z",
        }
        for _ in range(int(options.number("count")))
    ]
    return [*strange, *rows]


LOOKS: Mapping[str, LookFault] = {
    "job-missing": LookFault(lambda _, __: None),
    "job-back-to-queued": LookFault(lambda _, row: {**row, **_back("QUEUED", 0)}),
    "job-back-to-processing": LookFault(lambda _, row: {**row, **_back("PROCESSING", 50)}),
    "job-odd-status": LookFault(
        lambda options, row: {**row, **_back(options.text("status"), 50)}, {"status": "THROTTLED"}
    ),
    "job-odd-types": LookFault(
        lambda _, row: {**row, "status": 7, "progress": "half", "result": [1, {}], "error": {}}
    ),
    "job-expired": LookFault(lambda _, row: {**row, "expired": True}),
}

LISTS: Mapping[str, ListFault] = {
    "list-strangers": ListFault(_strangers, {"count": 3}),
    "list-empty": ListFault(lambda _, __: []),
    "list-odd-rows": ListFault(lambda _, rows: [{"id": 1}, {}, *rows]),
}
