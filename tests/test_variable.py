"""Variables: which values are text in a template, and when a text is a number for a param."""

from __future__ import annotations

import datetime

import pytest

from imagegen.project.variable import TEXT_LIMIT, Filled, is_name, number, plain_text


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("a", "a"), ("", ""), (7, "7"), (-7, "-7"), (0.5, "0.5"), (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"), (True, "true"), (False, "false"),
        (float("nan"), None), (float("inf"), None), (2**64, None), ([], None), ({}, None),
        (None, None), (datetime.date(2026, 1, 2), None), ("x" * (TEXT_LIMIT + 1), None),
    ],
)  # fmt: skip
def test_a_plain_value_is_written_plainly(value: object, wanted: str | None) -> None:
    assert plain_text(value) == wanted


def test_a_filled_text_is_told_from_a_written_one_by_its_look_alone() -> None:
    assert Filled("3") == "3"
    assert repr(Filled("3")) != repr("3")


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("3", "integer", 3), ("-3", "number", -3), ("0.5", "number", 0.5),
        ("TRUE", "boolean", True),
        ("3", "string", None), ("", "integer", None), ("3 ", "integer", None),
        ("1e9", "number", None),
        ("9" * 5000, "integer", None), ("yes", "boolean", None), ("3", "list", None),
    ],
)  # fmt: skip
def test_the_kind_of_a_param_decides_whether_a_text_is_a_number(
    text: str, kind: str, wanted: object
) -> None:
    assert number(text, kind) == wanted


def test_a_template_can_name_letters_digits_and_underscores() -> None:
    assert is_name("sku_2")
    assert not any(map(is_name, ("", "2a", "a b", "ä", "a\n", "a" * 101)))
