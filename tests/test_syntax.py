"""Syntax: bytes become values in linear time, or the first fault is told with its place."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from imagegen.excess import place
from imagegen.project.syntax import SIZE_LIMIT, Unreadable, decode, read

STATUS, FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def refused(text: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(text)
    return caught.value


def test_values_come_as_toml_gives_them() -> None:
    text = 'a = 1\nb.c = [1.5, true]\n"d e" = """x\n"y\\"""" # [[[\n[f]\ng = { h = \'[\' }\n'
    assert read(text) == {
        "a": 1, "b": {"c": [1.5, True]}, "d e": 'x\n"y"', "f": {"g": {"h": "["}},
    }  # fmt: skip


def test_depth_is_counted_over_brackets_and_dots() -> None:
    assert read("a = " + "[" * 32 + "]" * 32)
    assert read(".".join("a" * 32) + " = 1")
    assert refused("b = 1\na = " + "[" * 33 + "]" * 33).line == 2
    assert refused(".".join("a" * 33) + " = 1").summary == "the project file is nested too deeply"
    assert refused('"a" . ' * 40 + "a = 1").summary == "the project file is nested too deeply"


def test_brackets_in_texts_and_comments_do_not_count() -> None:
    text = (
        f'a = "{"[" * 99}" # {"[" * 99}\nb = \'\'\'{"[" * 99}\n\'\'\'\nc = """\\"""{"{" * 99}"""\n'
    )
    assert set(read(text)) == {"a", "b", "c"}


def test_lists_words_and_files_have_a_largest_size() -> None:
    assert len(read("a = [" + "1," * 1000 + "]")["a"]) == 1000  # type: ignore[arg-type]
    assert refused("a = [" + "1," * 1001 + "]").summary == "this list is too long"
    assert refused("a = 0x" + "f" * 300).summary == "this number or key is too long"
    with pytest.raises(Unreadable):
        decode(b" " * (SIZE_LIMIT + 1))


def test_the_place_of_a_bad_byte_counts_characters() -> None:
    with pytest.raises(Unreadable) as caught:
        decode("a = 1\nb = 'é".encode() + b"\xc3'")
    assert (caught.value.line, caught.value.column) == (2, 7)


def test_places_count_from_one() -> None:
    assert [place("ab\ncd", offset) for offset in (0, 1, 3, 4)] == [(1, 1), (1, 2), (2, 1), (2, 2)]


BOMBS = {
    "lists": "a=" + "[" * 10**6,
    "inline tables": "a=" + "{a=" * 300_000,
    "dotted key": "a." * 500_000 + "a=1",
    "quoted dotted key": '"a".' * 250_000 + "a=1",
    "deep headers": "".join(f"[{'a.' * 500}b{n}]\n" for n in range(900)),
    "headers at the limit": "".join(f"[{'a.' * 31}b{n}]\n" for n in range(14_000)),
    "hex": "a=0x" + "f" * 10**6,
    "decimal": "a=" + "9" * 10**6,
    "open text": 'a="' + "x" * 10**6,
    "open long text": 'a="""' + "x" * 10**6,
    "quotes": '"' * 10**6,
    "apostrophes": "'" * 10**6,
    "backslashes": 'a="' + "\\" * 10**6,
    "long text opened again and again": '"""\n' + '\\"""\n' * 200_000,
    "text opened again and again": 'a="' + '\\"' * 500_000,
    "spaces": "a" + " " * 10**6,
    "carriage returns": "\r" * 10**6,
    "comments": "#\n" * 500_000,
    "tables in a list": "[[a]]\n" * 170_000,
    "dates": "a=[" + "1979-13-45," * 90_000 + "]",
}


def most_memory() -> int:
    """Return the most KiB that this process has held, from when it was told to forget that."""
    (line,) = (one for one in STATUS.read_text().splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1])


@pytest.mark.skipif(not FORGET.exists(), reason="only Linux tells what a process held lately")
@pytest.mark.parametrize("name", BOMBS)
def test_no_text_costs_more_than_two_seconds(name: str) -> None:
    text = BOMBS[name][:SIZE_LIMIT]
    FORGET.write_text("5")
    before, start = most_memory(), time.process_time()
    try:
        read(text)
    except Unreadable as unreadable:
        assert unreadable.summary.startswith(("the project file", "this"))
    assert time.process_time() - start < 2
    assert most_memory() - before < 10**5
