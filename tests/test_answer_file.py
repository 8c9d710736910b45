"""Tests of the text of an answer file."""

from __future__ import annotations

import contextlib
import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen.original import Original
from imagegen.store import answer_file
from imagegen.store.sealed import Damaged, Newer
from imagegen.store.store import Answer

ANSWER = Answer(
    request={"model": "flux-2-pro", "prompt": "Müsli 🥣", "params": {"steps": 4, "raw": False}},
    take=2,
    seed=7,
    job_id="job-1",
    credits=8,
    originals=(Original("ab" * 32, 1234, "webp", 1024, 768),),
)


def test_an_answer_comes_back_as_it_was() -> None:
    bare = dataclasses.replace(ANSWER, seed=None, job_id=None, credits=None, originals=())
    for answer in (ANSWER, bare):
        assert answer_file.decode(answer_file.encode(answer)) == answer


def test_the_request_can_be_read_by_people() -> None:
    assert '"prompt": "Müsli 🥣"' in answer_file.encode(ANSWER).decode()


@given(st.data())
def test_a_changed_byte_is_noticed(data: st.DataObject) -> None:
    raw = bytearray(answer_file.encode(ANSWER))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(Damaged, Newer):
        # Without the checksum only the spaces between the values may change unnoticed.
        assert answer_file.decode(bytes(raw)) == ANSWER


@given(st.binary() | st.sampled_from([b"[" * 100_000, b"{}", b"null", b'{"format": true}']))
def test_anything_else_is_damaged(raw: bytes) -> None:
    with pytest.raises(Damaged):
        answer_file.decode(raw)


@pytest.mark.parametrize("sha256", ["../../etc/passwd", "", "AB" * 32, 5])
def test_an_answer_cannot_name_a_path(sha256: object) -> None:
    original = dataclasses.replace(ANSWER.originals[0], sha256=sha256)  # type: ignore[arg-type]
    forged = answer_file.encode(dataclasses.replace(ANSWER, originals=(original,)))
    with pytest.raises(Damaged):
        answer_file.decode(forged)


def test_a_newer_format_is_not_called_damaged() -> None:
    form = json.loads(answer_file.encode(ANSWER))
    with pytest.raises(Newer):
        answer_file.decode(json.dumps({**form, "format": 2}).encode())
