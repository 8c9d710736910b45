"""Owns the step from faults to located problems, whichever text each fault is in.

Imported only when there is a fault: it brings parsers of its own, which `load` must not pay for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from imagegen.errors import Problem
from imagegen.project import positions
from imagegen.project.fault import Fault
from imagegen.project.front_matter import spots
from imagegen.project.text import Text


def located(faults: Sequence[Fault], text: str, shown: str) -> list[Problem]:
    """Return the faults as problems with their places: the project file's first, in reading order.

    `text` is the project file and `shown` its path as messages give it. The problems of other
    files follow, file by file, by name.
    """
    own = [fault for fault in faults if fault.where is None and fault.beside is None]
    problems = positions.locate(own, text, shown)
    return problems + sorted([*_ready(faults), *_looked_up(faults)], key=_order)


def _ready(faults: Sequence[Fault]) -> Iterator[Problem]:
    for fault in faults:
        if fault.where is not None:
            yield Problem(fault.summary, fault.detail, fault.hint, fault.where)


def _looked_up(faults: Sequence[Fault]) -> Iterator[Problem]:
    by_text: dict[Text, list[Fault]] = {}
    for fault in faults:
        if fault.where is None and fault.beside is not None:
            by_text.setdefault(fault.beside, []).append(fault)
    for text, found in by_text.items():
        yield from _toml(text, found) if text.form == "toml" else _yaml(text, found)


def _toml(text: Text, faults: Sequence[Fault]) -> Iterator[Problem]:
    for problem in positions.locate(faults, text.content, text.shown):
        where = problem.where
        if where is not None:
            where = replace(where, line=where.line + text.first_line - 1)
        yield replace(problem, where=where)


def _yaml(text: Text, faults: Sequence[Fault]) -> Iterator[Problem]:
    keys, values = spots(text)
    for fault in faults:
        place = values.get(fault.loc) if fault.at == "value" else None
        for length in range(len(fault.loc), 0, -1):
            if place is None:
                place = keys.get(fault.loc[:length], values.get(fault.loc[:length]))
        yield Problem(fault.summary, fault.detail, fault.hint, text.at(place or 0))


def _order(problem: Problem) -> tuple[str, int, int]:
    where = problem.where
    return (where.path, where.line, where.column) if where else ("", 0, 0)
