"""WebP: the packet is the last chunk, and a simple file gets a header that announces it."""

from __future__ import annotations

import containers
import pytest
from containers import riff

from imagegen.pictures.container import webp
from imagegen.pictures.container.container import Unmarkable


@pytest.mark.parametrize(("mode", "lossless"), [("RGB", False), ("RGB", True), ("RGBA", True)])
def test_a_simple_file_gets_a_header_and_loses_it_again(mode: str, *, lossless: bool) -> None:
    plain = containers.webp(mode=mode, lossless=lossless)
    made = webp.with_packet(plain, b"<x/>!")
    header = next(webp.chunks(made))
    alpha = 0x10 if mode == "RGBA" else 0
    assert header.body == bytes([0x04 | alpha, 0, 0, 0, 23, 0, 0, 15, 0, 0])
    assert int.from_bytes(made[4:8], "little") + 8 == len(made)
    assert containers.pixels(made) == containers.pixels(plain)
    assert webp.without_packet(made) == plain


@pytest.mark.parametrize("flags", [0, 0x08, 0x10, 0x20])
def test_a_header_that_was_there_stays(flags: int) -> None:
    plain = containers.webp(riff(b"EXIF", b"II*\0x"), flags=flags)
    made = webp.with_packet(plain, b"<x/>")
    assert next(webp.chunks(made)).body[0] == flags | 0x04
    assert [one.name for one in webp.chunks(made)][-2:] == [b"EXIF", b"XMP "]
    assert webp.without_packet(made) == plain


def test_a_packet_is_exchanged_where_it_stands() -> None:
    plain = containers.webp(riff(b"XMP ", b"<old/>"), riff(b"EXIF", b"II*\0"), flags=0x0C)
    made = webp.exchanged(plain, b"<new />!!")
    expected = containers.webp(riff(b"XMP ", b"<new />!!"), riff(b"EXIF", b"II*\0"), flags=0x0C)
    assert made == expected


def test_what_is_no_picture_is_refused() -> None:
    for data in (b"RIFF\4\0\0\0WEBP", b"RIFF\x0c\0\0\0WEBPjunk\0\0\0\0", containers.webp()[:20]):
        with pytest.raises(Unmarkable):
            webp.with_packet(data, b"x")


def test_two_packets_are_refused() -> None:
    with pytest.raises(Unmarkable):
        webp.packet(containers.webp(riff(b"XMP ", b"a"), riff(b"XMP ", b"b"), flags=4))
