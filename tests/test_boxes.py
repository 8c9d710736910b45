"""Boxes: they lie in each other exactly, or the file is refused."""

from __future__ import annotations

import pytest

from imagegen.pictures.container.boxes import Box, box, boxes, put_number, resize
from imagegen.pictures.container.container import Unmarkable


def test_boxes_follow_each_other() -> None:
    large = b"\0\0\0\1mdat" + (20).to_bytes(8, "big") + b"data"
    data = box(b"free", b"ab") + large + b"\0\0\0\0mdatto the end"
    assert list(boxes(data, 0, len(data))) == [
        Box(0, 10, b"free", 8),
        Box(10, 30, b"mdat", 26),
        Box(30, len(data), b"mdat", 38, True),
    ]


@pytest.mark.parametrize("data", [b"\0\0\0\7free", b"\0\0\0\x09free", b"\0\0\0\1free", b"\0\0"])
def test_boxes_that_do_not_fit_are_refused(data: bytes) -> None:
    with pytest.raises(Unmarkable):
        list(boxes(data, 0, len(data)))


def test_a_box_gets_another_size_in_its_own_form() -> None:
    data = bytearray(box(b"free", b"ab") + b"\0\0\0\1mdat" + (20).to_bytes(8, "big") + b"data")
    for one in list(boxes(bytes(data), 0, len(data))):
        resize(data, one, 5)
    assert (data[3], data[25]) == (15, 25)


def test_a_number_has_to_fit() -> None:
    data = bytearray(4)
    put_number(data, 0, 2, 65_535)
    assert data == b"\xff\xff\0\0"
    with pytest.raises(Unmarkable):
        put_number(data, 0, 2, 65_536)
