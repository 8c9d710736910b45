"""YAML that every parser reads alike."""

from __future__ import annotations

import exhibits
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imagegen.publish import yaml_text

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


def test_it_is_laid_out_as_blocks() -> None:
    value = {"a": {"b": [{"c": 1, "d": []}, {"c": None}], "e": {}}, "f": "x"}
    assert yaml_text.laid_out(value) == (
        'a:\n  b:\n    - c: 1\n      d: []\n    - c: null\n  e: {}\nf: "x"\n'
    )
    assert yaml.safe_load(yaml_text.laid_out(value)) == value
    assert yaml.safe_load(yaml_text.laid_out({})) == {}


@pytest.mark.parametrize("key", ["no", "Y", "1", "1.5", "null", "a-b", "2024-01-01", "ON"])
def test_no_name_becomes_something_else(key: str) -> None:
    assert yaml.safe_load(yaml_text.laid_out({key: {key: 1}})) == {key: {key: 1}}


@settings(max_examples=50)
@given(TEXT)
@example(exhibits.NASTY)
@example("\x7f\x85\ufeff\uffff\t\x00: - # \u2029")
def test_every_text_comes_back(text: str) -> None:
    value = {"a": text, "b": [{"c": text}]}
    assert yaml.safe_load(yaml_text.laid_out(value)) == value
