"""Wording: no message of the validator is ever shown, and every fault has a place in the file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from imagegen.project.parse import parse
from imagegen.project.wording import kind_of, quoted, suggestion, table_name

VALUES = ['"x"', "1", "1.5", "true", "1979-05-27", "[]", "[1]", "{}", "{ a = 1 }", '""', "-1"]
KEYS = [
    "project", "project.name", "project.output_dir", "project.x", "defaults", "defaults.model",
    "defaults.params", "defaults.style", "defaults.protect", "styles", "styles.a",
    "styles.a.prompt", "styles.a.params", "vars", "vars.a", "images", "images.a",
    "images.a.prompt", "images.a.seed", "images.a.references", "images.a.alt",
    "provider", "provider.name", "provider.max_in_flight",
    "budget", "budget.credits_per_day", "prices", "prices.a", "prices.a.b", "models", "models.a",
    "images.'[key]'", "x",
]  # fmt: skip
VALIDATOR = re.compile(r"[Ii]nput should|valid (string|integer|dict)|Extra inputs|Field required")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", VALUES)
def test_any_value_anywhere_is_worded_by_us(key: str, value: str) -> None:
    for fault in parse(f"{key} = {value}\n".encode(), Path("/p/imagegen.toml")).faults:
        words = f"{fault.summary} {fault.detail} {fault.hint}"
        assert not VALIDATOR.search(words)
        assert "not allowed here" not in words
        assert all(isinstance(part, str | int) for part in fault.loc)


def test_who_writes_pixels_is_told_to_write_parts_of_the_picture() -> None:
    for setting in ("size = 96", "size = { de = 96 }", "min_size = 20", "box = [0, 0, 600, 1]"):
        text = f'[images.a]\n[[images.a.text]]\ntext = "x"\nfont = "x.ttf"\n{setting}\n'
        faults = parse(text.encode(), Path("/p/imagegen.toml")).faults
        assert "in place of pixels" in " ".join(fault.hint for fault in faults), faults


def test_names_are_quoted_and_cut() -> None:
    assert quoted("hero") == "`hero`"
    assert len(quoted("x" * 1000)) == 62
    assert table_name(("images", "hero.x", "a")) == '[images."hero.x".a]'


def test_kinds_of_values_are_named_as_toml_does() -> None:
    kinds = [kind_of(value) for value in ("", True, 1, 1.0, [], {}, None)]
    assert kinds == ["a string", "a boolean", "an integer", "a number with a fraction", "a list",
                     "a table", "a date or time"]  # fmt: skip


def test_the_nearest_name_is_offered() -> None:
    assert suggestion("promt", ["prompt", "params"]) == "did you mean `prompt`?"
    assert suggestion("zzz", ["prompt"], "known: prompt") == "known: prompt"
