"""Getting an original back out of the output that shows it."""

from __future__ import annotations

from dataclasses import replace

import values
from desk import webp

from imagegen import digest
from imagegen.build.recovery import recovered
from imagegen.derivative import Marks
from imagegen.locked import Output
from imagegen.pictures.xmp import marked
from imagegen.workspace import Workspace

RED = webp()
ONE = values.locked(sha256=digest.sha256_of(RED))
KEY = "d" * 32


def shown(tmp_path, data: bytes, *, key: str = ""):
    (tmp_path / "images").mkdir()
    (tmp_path / "images/mug.webp").write_bytes(data)
    outputs = (Output("images/mug.webp", digest.sha256_of(data), key),)
    return recovered(replace(ONE, outputs=outputs), Workspace(tmp_path))


def test_an_output_as_it_came_is_its_original(tmp_path) -> None:
    assert shown(tmp_path, RED) == RED


def test_what_an_output_says_of_its_making_comes_off_again(tmp_path) -> None:
    said = marked(RED, Marks("flux-2-pro via Apiframe", (("", "A red mug"),)))
    assert said != RED
    assert shown(tmp_path, said, key=KEY) == RED


def test_another_picture_is_never_taken_for_it(tmp_path) -> None:
    assert shown(tmp_path, webp(colour="blue"), key=KEY) is None


def test_a_mere_conversion_is_not_even_read(tmp_path) -> None:
    assert shown(tmp_path, webp(colour="blue")) is None
