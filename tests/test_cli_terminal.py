"""What reaches a terminal: one place and pointer for each problem, and no control characters."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from imagegen.cli import terminal
from imagegen.errors import NeedsAttention, Problem, Where

FULL = Path("/dev/full")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a mug", "a mug"),
        ("ü 漢字 🙂", "ü 漢字 🙂"),
        ("a\x1b[2J", "a\\x1b[2J"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u2028b\x00", "a\\u2028b\\x00"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_hidden_characters_are_shown_as_escapes(text, shown):
    assert terminal.safe(text) == shown


def test_one_line_stays_one_line():
    assert terminal.line("two\nlines") == "two\\nlines"


def test_a_problem_is_told_with_place_pointer_reason_and_remedy():
    where = Where("imagegen.toml", 2, 8, "seed = x")
    problem = Problem("`x` is no number", "A seed is a number.", "write one:\n  seed = 7", where)
    assert terminal.worded(problem).splitlines() == [
        "\x1b[31m\x1b[1merror: \x1b[0mimagegen.toml:2:8: `x` is no number",
        "    seed = x",
        "           ^",
        "  A seed is a number.",
        "  write one:",
        "    seed = 7",
    ]


def test_the_pointer_stands_right_under_wide_characters():
    where = Where("f", 1, 4, "漢字 x")
    *_, pointer = terminal.worded(Problem("no", where=where)).splitlines()
    assert pointer == " " * 9 + "^"


def test_only_a_window_of_a_very_long_line_is_shown():
    where = Where("f", 1, 5000, "a" * 4999 + "!" + "b" * 5000)
    shown, pointer = terminal.worded(Problem("no", where=where)).splitlines()[1:]
    assert len(shown) < 200
    assert shown[pointer.index("^")] == "!"


def test_json_says_the_same_without_anything_that_a_terminal_obeys(capsys):
    value = {"a\u202e": "x\x9b\x1b\x7f\u2028\U000e0041 ü 漢 🙂"}
    terminal.data_json(value)
    said = capsys.readouterr().out
    assert all(letter.isprintable() for letter in said.replace("\n", ""))
    assert "ü 漢 🙂" in said
    assert json.loads(said) == value


def test_an_answer_that_a_full_disk_has_no_room_for_is_an_error_and_talk_is_not():
    with FULL.open("w", encoding="utf-8") as full, contextlib.redirect_stdout(full):
        with pytest.raises(NeedsAttention, match="the answer cannot be written"):
            terminal.data("hero")
        terminal.data_json({"errors": []})
    with FULL.open("w", encoding="utf-8") as full, contextlib.redirect_stderr(full):
        terminal.talk("generated  hero")
