"""The bytes of an output: as they came, converted, or saying how they were made."""

from __future__ import annotations

import contextlib

import anyio
import pytest
import values
from desk import Studio, webp

from imagegen import digest
from imagegen.build.collect import NotCollected
from imagegen.build.output import output_bytes, remarked
from imagegen.derivative import Marks
from imagegen.errors import NeedsAttention
from imagegen.original import Original
from imagegen.pictures.xmp import unmarked

RED = webp()
ORIGINAL = Original(digest.sha256_of(RED), len(RED), "webp", 8, 8)
MARKS = Marks("flux-2-pro via Apiframe", (("", "A red mug"),))
SIGNED = RED[:4] + (len(RED) - 8 + 12).to_bytes(4, "little") + RED[8:] + b"C2PA\x04\0\0\0jumb"


def run(tmp_path, make, target, data) -> bytes:
    desk = Studio(tmp_path, None).desk(target)
    with contextlib.closing(desk.darkroom):
        return anyio.run(make, target, data, desk)


def made(tmp_path, target, data=RED) -> bytes:
    async def make(target, data, desk):
        return await output_bytes(target, ORIGINAL, data, desk)

    return run(tmp_path, make, target, data)


async def anew(target, data, desk) -> bytes:
    return await remarked(target, ORIGINAL, data, desk)


def test_without_a_wish_it_is_the_original_byte_for_byte(tmp_path) -> None:
    assert made(tmp_path, values.target()) == RED


def test_it_says_of_its_making_what_is_asked_and_nothing_else_changes(tmp_path) -> None:
    said = made(tmp_path, values.target(marks=MARKS))
    assert b"trainedAlgorithmicMedia" in said
    assert unmarked(said) == RED


def test_an_original_that_came_with_c2pa_is_never_rewritten(tmp_path) -> None:
    assert made(tmp_path, values.target(marks=MARKS), SIGNED) == SIGNED


def test_a_conversion_says_it_too(tmp_path) -> None:
    jpeg = values.target(marks=MARKS, output="images/mug.jpg", output_format="jpeg")
    said = made(tmp_path, jpeg)
    assert said.startswith(b"\xff\xd8")
    assert b"A red mug" in said


def test_what_it_says_can_be_changed_in_its_place(tmp_path) -> None:
    one, other = (values.target(marks=Marks("m", (("", text),))) for text in ("A mug", "A cup"))
    said = made(tmp_path, one)
    assert run(tmp_path, anew, other, said) == made(tmp_path, other)


def test_a_signed_file_is_not_changed_in_its_place(tmp_path) -> None:
    with pytest.raises(NotCollected) as caught:
        run(tmp_path, anew, values.target(marks=MARKS), SIGNED)
    assert caught.value.problem.summary == (
        "`images/mug.webp` is signed, and its original is not here"
    )


def test_what_is_to_be_signed_is_never_written_unsigned(tmp_path) -> None:
    with pytest.raises(NeedsAttention, match="`mug` is to be signed, and there is nobody who"):
        made(tmp_path, values.target(marks=MARKS, signer="5e" * 32))
