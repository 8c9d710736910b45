"""PNG: the packet is one chunk behind the header, and nothing else of the file changes."""

from __future__ import annotations

import containers
import pytest

from imagegen.pictures.container import png
from imagegen.pictures.container.container import Unmarkable


def test_the_packet_stands_behind_the_header() -> None:
    plain = containers.png(early=containers.chunk(b"gAMA", b"\0\0\xb1\x8f"), behind=b"stranger")
    made = png.with_packet(plain, b"<x/>")
    assert [one.name for one in png.chunks(made)][:3] == [b"IHDR", b"iTXt", b"gAMA"]
    assert png.packet(made) == b"<x/>"
    assert png.without_packet(made) == plain
    assert containers.pixels(made) == containers.pixels(plain)


def test_a_packet_is_exchanged_where_it_stands() -> None:
    plain = containers.png(late=containers.itxt(b"<old/>", language=b"en"))
    made = png.exchanged(plain, b"<new one='1'/>")
    assert made == containers.png(late=containers.itxt(b"<new one='1'/>", language=b"en"))


@pytest.mark.parametrize(
    "data",
    [
        containers.png(early=containers.itxt(b"a") + containers.itxt(b"b")),
        containers.png(late=containers.itxt(b"a", compressed=True)),
        containers.png(late=containers.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0en")),
    ],
    ids=["two", "compressed", "cut"],
)
def test_a_packet_that_is_not_understood_is_refused(data: bytes) -> None:
    with pytest.raises(Unmarkable):
        png.packet(data)


def test_a_file_without_a_header_is_refused() -> None:
    with pytest.raises(Unmarkable):
        png.with_packet(b"\x89PNG\r\n\x1a\n" + containers.chunk(b"IDAT", b""), b"x")
