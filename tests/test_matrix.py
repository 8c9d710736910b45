"""Matrix: lists of plain values become every combination, counted before it is built."""

from __future__ import annotations

import datetime

from imagegen.project.matrix import axes, combinations, size


def test_values_are_texts_and_the_last_variable_changes_fastest() -> None:
    found, faults = axes({"n": [1, 0.5], "on": [True, "off"]}, ())
    assert (faults, size(found)) == ([], 4)
    assert [tuple(one.values()) for one in combinations(found)] == [
        ("1", "true"), ("1", "off"), ("0.5", "true"), ("0.5", "off"),
    ]  # fmt: skip


def test_what_is_no_plain_value_or_stands_twice_is_told_at_its_place() -> None:
    day = datetime.date(2026, 1, 2)
    values: list[object] = ["a", [], day, float("nan"), "a", "x" * 20_000, 2**70]
    _, faults = axes({"c": values}, ("images", "mug", "matrix"))
    assert [fault.loc[-1] for fault in faults] == [1, 2, 3, 4, 5, 6]
    assert faults[0].summary == "a value of a matrix cannot be a list"
    assert faults[1].summary == "a value of a matrix cannot be a date or time"
    assert faults[3].summary == "`a` is listed twice under `c`"


def test_an_explosion_is_counted_without_being_built() -> None:
    found, _ = axes({f"v{n}": list(range(1000)) for n in range(20)}, ())
    assert size(found) == 10**60
