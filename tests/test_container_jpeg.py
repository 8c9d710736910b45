"""JPEG: the packet is one segment behind JFIF and EXIF, and nothing else of the file changes."""

from __future__ import annotations

import containers
import pytest
from containers import segment

from imagegen.pictures.container import jpeg
from imagegen.pictures.container.container import Unmarkable

NAME = b"http://ns.adobe.com/xap/1.0/\0"


def test_the_packet_stands_behind_jfif_and_exif() -> None:
    exif, profile = segment(0xE1, b"Exif\0\0II*\0"), segment(0xE2, b"ICC_PROFILE\0")
    plain = containers.jpeg(exif, profile)
    made = jpeg.with_packet(plain, b"<x/>")
    assert [one.marker for one in jpeg.segments(made)][:4] == [0xE0, 0xE1, 0xE1, 0xE2]
    assert made[made.index(exif) + len(exif) :].startswith(segment(0xE1, NAME + b"<x/>"))
    assert jpeg.packet(made) == b"<x/>"
    assert jpeg.without_packet(made) == plain


def test_without_jfif_it_comes_first() -> None:
    plain = containers.jpeg(segment(0xFE, b"a comment"), jfif=False)
    made = jpeg.with_packet(plain, b"<x/>")
    assert made.startswith(b"\xff\xd8" + segment(0xE1, NAME + b"<x/>"))
    assert jpeg.without_packet(made) == plain


def test_bytes_that_fill_up_before_a_marker_stay() -> None:
    plain = containers.jpeg(b"\xff\xff" + segment(0xE1, NAME + b"<old/>"))
    made = jpeg.exchanged(plain, b"<new/>")
    assert made == containers.jpeg(b"\xff\xff" + segment(0xE1, NAME + b"<new/>"))


def test_a_thumbnail_is_not_searched() -> None:
    inner = containers.jpeg(segment(0xE1, NAME + b"<inner/>"))
    assert jpeg.packet(containers.jpeg(segment(0xE1, b"Exif\0\0" + inner))) is None


def test_a_packet_has_to_fit_into_a_segment() -> None:
    assert jpeg.with_packet(containers.jpeg(), b"x" * jpeg.LIMIT)
    with pytest.raises(Unmarkable, match="cannot be marked"):
        jpeg.with_packet(containers.jpeg(), b"x" * (jpeg.LIMIT + 1))


def test_two_packets_are_refused() -> None:
    packet = segment(0xE1, NAME + b"<x/>")
    with pytest.raises(Unmarkable):
        jpeg.packet(containers.jpeg(packet, packet))
