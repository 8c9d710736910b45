"""Checking single values."""

import pytest

from imagegen.emulator.checks import Details, check_param, kind_of
from imagegen.emulator.rejection import Rejection
from imagegen.project.models import Param


def told(value, param):
    details = Details()
    check_param(details, ("p",), value, param)
    try:
        details.refuse()
    except Rejection as rejection:
        return rejection.extra["details"]["p"]
    return []


def test_good_values_are_let_through():
    assert told("16:9", Param("p", shape="ratio")) == []
    assert told(4.0, Param("p", kind="integer", minimum=1, maximum=4)) == []
    assert told(3, Param("p", kind="number")) == []
    assert told([1], Param("p", kind="list", max_items=1)) == []


@pytest.mark.parametrize(
    ("value", "param", "message"),
    [
        (True, Param("p", kind="integer"), "Invalid input: expected number, received boolean"),
        (None, Param("p"), "Invalid input: expected string, received null"),
        ([1, 2], Param("p", kind="list", max_items=1), "Too big: expected array to have <=1 items"),
        ("c", Param("p", choices=("a", "b")), 'Invalid option: expected one of "a"|"b"'),
        ([], Param("p", choices=("a",)), 'Invalid option: expected one of "a"'),
    ],
)
def test_bad_values_are_told(value, param, message):
    assert told(value, param) == [message]


def test_length_counts_as_the_vendor_counts():
    details = Details()
    details.text((), "prompt", "🙂" * 3, limit=5)
    with pytest.raises(Rejection):
        details.refuse()


def test_kinds_are_named_as_json_names_them():
    assert [kind_of(value) for value in (1, "", [], {}, None, True)] == [
        "number",
        "string",
        "array",
        "object",
        "null",
        "boolean",
    ]
