"""Branches: a value of several kinds has one error, at a place that is in the document."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from imagegen.project.branches import plain
from imagegen.project.schema import Document


def errors(image: dict[str, object]) -> list[tuple[object, ...]]:
    values = {"images": {"hero": {"prompt": "x", **image}}}
    with pytest.raises(ValidationError) as caught:
        Document.model_validate(values)
    found = plain(caught.value.errors(include_url=False), values)
    return [(*one["loc"][2:], one.get("ctx", {}).get("wanted", one["type"])) for one in found]


def test_a_value_of_no_kind_is_told_once_with_every_kind() -> None:
    assert errors({"derive": True, "alt": 3}) == [
        ("alt", "a string in quotes or a table"),
        ("derive", "a table or `false`"),
    ]
    assert errors({"derive": 0}) == [("derive", "a table or `false`")], "equal to false, and not it"


def test_a_table_is_judged_as_a_table() -> None:
    assert errors({"derive": {"widths": [0, 1], "width": 1}}) == [
        ("derive", "widths", 0, "greater_than_equal"),
        ("derive", "width", "extra_forbidden"),
    ]
    assert errors({"alt": {}}) == [("alt", "too_short")]
    assert errors({"alt": {"d e": "x"}}) == [("alt", "d e", "[key]", "string_pattern_mismatch")]


def test_a_value_of_the_right_kind_is_judged_as_such() -> None:
    text = {"text": "a", "font": "b"}
    found = errors({"text": [{**text, "box": [0, 0, 2, 1], "align": "middle", "size": 2}]})
    assert found == [
        ("text", 0, "box", 2, "less_than_equal"),
        ("text", 0, "size", "less_than_equal"),
        ("text", 0, "align", "literal_error"),
    ]
    found = errors({"text": [{**text, "box": 1, "align": 1, "size": "big"}]})
    assert found == [
        ("text", 0, "box", "a list or a table"),
        ("text", 0, "size", "a number or a table"),
        ("text", 0, "align", "`left`, `center`, `right`, `start` or `end` or a table"),
    ]
    found = errors({"text": [{**text, "box": {"en": [0, 0, 2, 1], "de": [1]}, "size": {"de": 2}}]})
    assert found == [
        ("text", 0, "box", "en", 2, "less_than_equal"),
        ("text", 0, "box", "de", "too_short"),
        ("text", 0, "size", "de", "less_than_equal"),
    ]


def test_places_lead_through_lists_and_to_what_is_missing() -> None:
    assert errors({"text": [{"text": {"de": 4}}]}) == [
        ("text", 0, "text", "de", "string_type"),
        ("text", 0, "font", "missing"),
    ]


def test_a_list_is_not_called_short_for_an_item_that_is_wrong() -> None:
    assert errors({"derive": {"formats": ["gif"]}}) == [("derive", "formats", 0, "literal_error")]
    assert errors({"derive": {"formats": []}}) == [("derive", "formats", "too_short")]
