"""What a picture says of itself: its source type by known codes, rights, credentials."""

from __future__ import annotations

import struct

import containers
import pytest
from containers import chunk, itxt, riff, segment
from hypothesis import given
from hypothesis import strategies as st

from imagegen.derivative import ALGORITHMIC, SOURCE_TYPES, Marks
from imagegen.pictures import media
from imagegen.pictures.label import Label, label_of
from imagegen.pictures.xmp import marked

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NAMESPACES = (
    f' xmlns:r="{RDF}" xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
    ' xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:w="http://ns.adobe.com/xap/1.0/rights/"'
)
CODE = "digitalCapture"


def packet(attributes: str = "", content: str = "") -> bytes:
    return (
        f'<m{NAMESPACES}><r:RDF><r:Description r:about="" {attributes}>{content}'
        "</r:Description></r:RDF></m>"
    ).encode()


def jpeg(packet: bytes) -> bytes:
    return containers.jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet))


@pytest.mark.parametrize("kind", media.WRITABLE)
def test_a_picture_without_a_word_says_nothing(kind: str) -> None:
    assert label_of(containers.picture(kind)) == Label()


@pytest.mark.parametrize("kind", media.WRITABLE)
def test_what_is_marked_by_us_is_read_back_from_every_format(kind: str) -> None:
    bought = marked(containers.picture(kind), Marks("flux-2-pro via Apiframe", prompt="a mug"))
    assert label_of(bought) == Label("trainedAlgorithmicMedia")
    draft = marked(containers.picture(kind), Marks("", source=ALGORITHMIC))
    assert label_of(draft) == Label("algorithmicMedia")


def test_a_source_type_is_read_however_it_is_written() -> None:
    uri = SOURCE_TYPES + CODE
    for one in (
        packet(f'i:DigitalSourceType="{uri}"'),
        packet(content=f"<i:DigitalSourceType> {uri}\n</i:DigitalSourceType>"),
        packet(content=f'<i:DigitalSourceType r:resource="{uri.replace("http:", "https:")}"/>'),
    ):
        assert label_of(jpeg(one)).source_type == CODE
        assert label_of(containers.png(late=itxt(one))).source_type == CODE


@pytest.mark.parametrize(
    "value", [CODE, SOURCE_TYPES, f"{SOURCE_TYPES}myOwn", f"{SOURCE_TYPES}{CODE}/x", "&lt;b>"]
)
def test_no_other_word_is_believed(value: str) -> None:
    said = packet(content=f"<i:DigitalSourceType>{value}</i:DigitalSourceType>")
    assert label_of(jpeg(said)).source_type == ""


def test_a_picture_that_contradicts_itself_or_whose_packet_is_damaged_says_nothing() -> None:
    two = packet(
        f'i:DigitalSourceType="{SOURCE_TYPES}print"',
        f"<i:DigitalSourceType>{SOURCE_TYPES}{CODE}</i:DigitalSourceType>",
    )
    for one in (
        two,
        b"<m>",
        b"<!DOCTYPE m>" + packet(f'i:DigitalSourceType="{SOURCE_TYPES}print"'),
    ):
        assert label_of(jpeg(one)).source_type == ""


def test_rights_in_xmp_are_noticed() -> None:
    assert label_of(jpeg(packet('w:Marked="True"'))).rights
    assert label_of(jpeg(packet(content="<d:creator>A. Lind</d:creator>"))).rights
    assert not label_of(jpeg(packet(content="<d:title>A boat</d:title>"))).rights


def exif(order: str, tag: int, text: bytes) -> bytes:
    """Return EXIF data with one text field."""
    field = struct.pack(f"{order}HHHI", 1, tag, 2, len(text))
    place = struct.pack(f"{order}I", 26) if len(text) > 4 else text.ljust(4, b"\0")
    mark = {"<": b"II", ">": b"MM"}[order] + struct.pack(f"{order}HI", 42, 8)
    return mark + field + place + bytes(4) + text


@pytest.mark.parametrize("order", ["<", ">"])
def test_rights_in_exif_are_noticed_unless_they_are_blank(order: str) -> None:
    for text, there in ((b"Lind 2026\0", True), (b"AL\0", True), (b"        \0", False)):
        data = exif(order, 0x8298, text)
        assert label_of(containers.jpeg(segment(0xE1, b"Exif\0\0" + data))).rights == there
        assert label_of(containers.png(early=chunk(b"eXIf", data))).rights == there
        assert label_of(containers.webp(riff(b"EXIF", data), flags=0x08)).rights == there
    other = exif(order, 0x010F, b"A camera\0")
    assert not label_of(containers.jpeg(segment(0xE1, b"Exif\0\0" + other))).rights


@given(st.binary(max_size=80))
def test_no_bytes_end_in_anything_but_an_answer(body: bytes) -> None:
    for data in (body, jpeg(body), containers.jpeg(segment(0xE1, b"Exif\0\0II*\0" + body))):
        assert label_of(data).source_type == ""
    cut = exif("<", 0x8298, b"Lind 2026\0")[: len(body)]
    label_of(containers.jpeg(segment(0xE1, b"Exif\0\0" + cut)))


def test_content_credentials_are_noticed() -> None:
    assert label_of(containers.png(early=chunk(b"caBX", b"signed"))).credentials
