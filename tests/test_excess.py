"""What a TOML text may not cost: found at its place, before anything is parsed."""

from __future__ import annotations

import pytest

from imagegen.excess import DEPTH_LIMIT, LIST_LIMIT, WORD_LIMIT, Excess, excess, place


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = 1\n" + "a." * DEPTH_LIMIT + "a = 1", Excess(6, "depth")),
        ("a = " + "[" * (DEPTH_LIMIT + 1), Excess(4 + DEPTH_LIMIT, "depth")),
        ("a = 0x" + "f" * WORD_LIMIT, Excess(4, "word")),
        ("a = [" + "1," * (LIST_LIMIT + 1) + "]", Excess(6 + 2 * LIST_LIMIT, "list")),
    ],
)
def test_the_first_thing_beyond_a_limit_is_named(text: str, found: Excess) -> None:
    assert excess(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "a." * (DEPTH_LIMIT - 1) + "a = 1",
        "a = " + "[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT,
        f"a = '{'a.' * 999}{'[' * 999}{'9' * 999}'",
        f'a = """\n{"a." * 999}"""',
        f"# {'[' * 999}",
        "",
    ],
)
def test_what_stands_at_a_limit_or_in_a_text_passes(text: str) -> None:
    assert excess(text) is None


def test_a_place_counts_lines_and_characters_from_one() -> None:
    assert place("ä = 1\nxy", 7) == (2, 2)
