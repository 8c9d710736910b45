"""A lock that cannot be read as a whole: told in a line or two, with its place."""

from __future__ import annotations

import pytest

from imagegen.errors import WrongInput
from imagegen.lock import SIZE_LIMIT, parse


def told(data: bytes) -> str:
    with pytest.raises(WrongInput) as refused:
        parse(data, "imagegen.lock")
    (problem,) = refused.value.problems
    return f"{problem.where}: {problem.summary}"


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (b"#" * (SIZE_LIMIT + 1), "1:1", "bytes"),
        (b"version = 1\n" + b"a." * 40 + b"b = 1", "2:1", "too long or deep"),
        (b"version = 1\ntake = 0x" + b"f" * 10**6, "2:8", "too long or deep"),
        ("# ä\nx = '".encode() + b"\xff'", "2:6", "UTF-8"),
        (b"version = true", "1:1", "no version"),
        (b"version = '" + b"x" * 10**6 + b"'", "1:1", "no version"),
        (b"version = [1]", "1:1", "no version"),
    ],
)
def test_it_is_told_shortly_and_with_its_place(data: bytes, place: str, words: str) -> None:
    message = told(data)
    assert message.startswith(f"imagegen.lock:{place}: ")
    assert words.casefold() in message.casefold()
    assert len(message) < 300


def test_many_damaged_blocks_are_not_all_told() -> None:
    blocks = "".join(f"[images.i{number}]\n" for number in range(40_000))
    with pytest.raises(WrongInput) as refused:
        parse(f"version = 1\n{blocks}".encode(), "imagegen.lock")
    assert len(refused.value.problems) == 50
