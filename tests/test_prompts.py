"""Prompts: variables are replaced once, braces can be written, sizes are known beforehand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen.project.prompts import BadTemplate, filled, template

VARS = {"brand": "Nordlicht", "inner": "{brand}", "empty": ""}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("  as written \n ", "  as written \n "),
        ("A {brand} mug", "A Nordlicht mug"),
        ("{{brand}} {{ }}", "{brand} { }"),
        ("{{{brand}}}", "{Nordlicht}"),
        ("{inner}", "{brand}"),
        ("{empty}", ""),
    ],
)
def test_names_are_replaced_once(text: str, result: str) -> None:
    assert filled(text, VARS, 100) == result


@pytest.mark.parametrize("text", ["{", "}", "a {b", "{}", "{a b}", "{1}", "{brand.x}", "{brand!r}"])
def test_a_brace_alone_is_told(text: str) -> None:
    with pytest.raises(BadTemplate):
        filled(text, VARS, 100)


def test_a_style_takes_the_prompt_and_does_not_expand_it_again() -> None:
    assert filled("{prompt}, {brand}", VARS, 99, prompt="{brand}") == "{brand}, Nordlicht"


def test_an_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(BadTemplate) as caught:
        filled("{brnad}", VARS, 100)
    assert caught.value.hint == "did you mean `brand`?"


def test_length_is_judged_before_anything_is_built() -> None:
    assert len(filled("{x}", {"x": "y" * 100}, 100)) == 100
    with pytest.raises(BadTemplate):
        filled("{x}" * 200, {"x": "y" * 10**6}, 2000)
    with pytest.raises(BadTemplate):
        filled("{x}" * 201, {"x": ""}, 2000)


@given(text=st.text())
def test_any_text_can_be_written(text: str) -> None:
    escaped = text.replace("{", "{{").replace("}", "}}")
    assert filled(escaped, {}, 10**6) == text
    assert template(escaped).variables == ()
