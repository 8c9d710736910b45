"""Tests of the text of a former's file."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen.original import Original
from imagegen.store import former_file
from imagegen.store.sealed import Damaged, Newer
from imagegen.store.store import Former

FORMER = Former(
    project="/projects/Müsli",
    image="hero",
    request={"model": "flux-2-pro", "prompt": "a boat", "params": {"steps": 4}},
    take=0,
    picked=False,
    original=Original("ab" * 32, 1234, "webp", 1024, 768),
    source_type="digitalCapture",
)


def test_a_former_comes_back_as_it_was() -> None:
    for one in (FORMER, replace(FORMER, take=3, picked=True, source_type="")):
        assert former_file.decode(former_file.encode(one)) == one


@given(st.data())
def test_a_changed_byte_is_noticed(data: st.DataObject) -> None:
    raw = bytearray(former_file.encode(FORMER))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(Damaged, Newer):
        assert former_file.decode(bytes(raw)) == FORMER


@pytest.mark.parametrize(
    "forged",
    [
        {"take": -1},
        {"take": "2"},
        {"picked": 1},
        {"source_type": "print, and a threat"},
        {"original": replace(FORMER.original, sha256="../../etc/passwd")},
    ],
)
def test_what_it_may_not_say_is_damaged(forged: dict[str, object]) -> None:
    with pytest.raises(Damaged):
        former_file.decode(former_file.encode(replace(FORMER, **forged)))  # type: ignore[arg-type]
