"""JSON that people read in diffs."""

from __future__ import annotations

import json

import exhibits
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imagegen.publish import json_text

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


def test_what_holds_nothing_large_stands_on_one_line() -> None:
    value = {"a": {"b": [{"c": 1, "d": None}, {"c": 2, "d": []}], "e": {}}, "f": True}
    assert json_text.laid_out(value) == (
        "{\n"
        '  "a": {\n'
        '    "b": [\n'
        '      {"c": 1, "d": null},\n'
        "      {\n"
        '        "c": 2,\n'
        '        "d": []\n'
        "      }\n"
        "    ],\n"
        '    "e": {}\n'
        "  },\n"
        '  "f": true\n'
        "}\n"
    )


@settings(max_examples=50)
@given(TEXT)
@example(exhibits.NASTY)
@example("{{{%{{#")
def test_every_text_comes_back_and_none_begins_anything(text: str) -> None:
    written = json_text.laid_out({"a": [text, {"b": text}]})
    assert json.loads(written) == {"a": [text, {"b": text}]}
    assert json.loads(json_text.inline(text)) == text
    assert not any(found in written for found in ("<", "{{", "{%", "{#", "\u2028", "\u2029"))
