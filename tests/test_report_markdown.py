"""Markdown that texts from outside cannot break out of."""

from __future__ import annotations

import pytest

from imagegen.report.markdown import cell, code, prose, table


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a mug", "`a mug`"),
        ("@octocat <b> #12", "`@octocat <b> #12`"),
        ("a `b` c", "``a `b` c``"),
        ("``", "``` `` ```"),
        ("`", "`` ` ``"),
        ("a\n\n# b\n- c", "`a # b - c`"),
        (" \n", "(empty)"),
        ("a\u202eb\x1b[2J", "`a\\u202eb\\u001b[2J`"),
    ],
)
def test_a_text_is_one_code_span_on_one_line(text, expected):
    assert code(text) == expected


def test_a_bar_ends_no_cell():
    made = table(("a", "b"), [(cell("x|y\\|z"), "1")])
    assert made.splitlines()[:2] == ["| a | b |", "| --- | --- |"]
    assert made.splitlines()[2].count("|") == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the earlier file was not committed", "the earlier file was not committed"),
        ("it cannot be shown: truncated PNG", "it cannot be shown: truncated PNG"),
        ("see www.example.org", "`see www.example.org`"),
        ("a :mug: of @me", "`a :mug: of @me`"),
        ("a\n- b", "`a - b`"),
        ("", "(empty)"),
    ],
)
def test_a_sentence_stands_bare_only_when_nothing_in_it_is_markup(text, expected):
    assert prose(text) == expected
