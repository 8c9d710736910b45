"""Marks: what a file says of its making goes in, is read by others, and comes off to the byte."""

from __future__ import annotations

import random
from collections.abc import Mapping
from xml.etree import ElementTree

import containers
import pytest
from containers import FOREIGN, box, chunk, itxt, riff, segment
from hypothesis import given, settings
from hypothesis import strategies as st

from imagegen.derivative import ALGORITHMIC, Marks
from imagegen.pictures import media
from imagegen.pictures.container import avif, jpeg, png, webp
from imagegen.pictures.container.container import Container, Unmarkable
from imagegen.pictures.container.items import items
from imagegen.pictures.xmp import marked, unmarked

MARKS = Marks("flux-2-pro via Apiframe", (("", "A desk"), ("de", "Ein Tisch")), "a desk")
IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

CONTAINERS: Mapping[str, Container] = {"png": png, "jpeg": jpeg, "webp": webp, "avif": avif}
APP1 = b"http://ns.adobe.com/xap/1.0/\0"

WITH_OWN = {
    "png": containers.png(late=itxt(FOREIGN)),
    "jpeg": containers.jpeg(segment(0xE2, b"ICC"), segment(0xE1, APP1 + FOREIGN)),
    "webp": containers.webp(riff(b"XMP ", FOREIGN), flags=0x04),
    "avif": containers.avif("RGBA", packet=FOREIGN),
}

texts = st.text(max_size=40)
bodies = st.binary(max_size=30)


def read(data: bytes) -> ElementTree.Element:
    packet = CONTAINERS[media.format_of(data) or ""].packet(data)
    assert packet is not None
    return ElementTree.fromstring(packet)


def said(data: bytes) -> dict[str, str | None]:
    return {
        one.tag: one.text
        for description in read(data).iter(f"{RDF}Description")
        for one in description
    }


@pytest.mark.parametrize("kind", media.WRITABLE)
def test_a_file_says_how_it_was_made(kind: str) -> None:
    plain = containers.picture(kind)
    made = marked(plain, MARKS)
    assert containers.pixels(made) == containers.pixels(plain)
    found = said(made)
    source = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    assert found[f"{IPTC}DigitalSourceType"] == source
    assert found[f"{IPTC}AISystemUsed"] == "flux-2-pro via Apiframe"
    assert found[f"{IPTC}AIPromptInformation"] == "a desk"
    assert found[f"{XMP}CreatorTool"] == "imagegen"
    described = [(one.get(LANGUAGE), one.text) for one in read(made).iter(f"{RDF}li")]
    assert described == [("x-default", "A desk"), ("de", "Ein Tisch")]


def test_the_first_description_is_for_all_when_none_else_is() -> None:
    made = marked(containers.png(), Marks("x", (("de", "Tisch"), ("en", "Desk"))))
    described = [(one.get(LANGUAGE), one.text) for one in read(made).iter(f"{RDF}li")]
    assert described == [("x-default", "Tisch"), ("de", "Tisch"), ("en", "Desk")]


def test_a_picture_of_unknown_making_claims_nothing() -> None:
    assert said(marked(containers.png(), MARKS.of_taken_in(""))).keys() == {f"{DC}description"}
    typed = said(marked(containers.png(), MARKS.of_taken_in("trainedAlgorithmicMedia")))
    assert typed.keys() == {f"{DC}description", f"{IPTC}DigitalSourceType"}


def test_a_draft_names_no_system_and_no_prompt() -> None:
    draft = said(marked(containers.png(), MARKS.of_draft()))
    assert str(draft[f"{IPTC}DigitalSourceType"]).endswith(f"/{ALGORITHMIC}")
    assert not {f"{IPTC}AISystemUsed", f"{IPTC}AIPromptInformation"} & draft.keys()


@pytest.mark.parametrize("kind", media.WRITABLE)
def test_a_packet_of_its_own_keeps_what_it_says(kind: str) -> None:
    plain = WITH_OWN[kind]
    made = marked(plain, MARKS)
    assert containers.pixels(made) == containers.pixels(plain)
    descriptions = list(read(made).iter(f"{RDF}Description"))
    assert [one.get(f"{RDF}about") for one in descriptions] == ["uuid:1", "uuid:1"]
    assert descriptions[0].get(f"{XMP}CreatorTool") == "A camera"
    assert f"{XMP}CreatorTool" not in said(made)
    assert f"{IPTC}DigitalSourceType" in said(made)
    assert unmarked(made) == plain


@pytest.mark.parametrize("kind", media.WRITABLE)
def test_marks_lie_on_marks(kind: str) -> None:
    once = marked(containers.picture(kind), MARKS)
    twice = marked(once, Marks("another"))
    assert said(twice)[f"{IPTC}AISystemUsed"] == "flux-2-pro via Apiframe"
    assert unmarked(twice) == once
    assert unmarked(once) == containers.picture(kind)


@settings(max_examples=60, deadline=None)
@given(system=texts, alt=texts, prompt=st.none() | texts)
def test_every_text_is_read_back(system: str, alt: str, prompt: str | None) -> None:
    marks = Marks(system + "x", (("", alt + "]]><&\r\n"),), prompt)
    made = marked(containers.png(), marks)
    assert unmarked(made) == containers.png()
    clear = "".join(one if one in "\t\n\r" or one >= " " else "\ufffd" for one in system)
    clear = clear.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    assert said(made)[f"{IPTC}AISystemUsed"] == clear + "x"
    assert str(next(read(made).iter(f"{RDF}li")).text).endswith("]]><&\r\n")


@settings(max_examples=40, deadline=None)
@given(early=bodies, late=bodies, behind=bodies, own=st.booleans())
def test_marks_come_off_any_png(early: bytes, late: bytes, behind: bytes, *, own: bool) -> None:
    packet = itxt(FOREIGN) if own else b""
    data = containers.png(
        early=chunk(b"abCd", early) + packet, late=chunk(b"efGh", late), behind=behind
    )
    assert unmarked(marked(data, MARKS)) == data


@settings(max_examples=40, deadline=None)
@given(
    pieces=st.lists(st.tuples(st.sampled_from([0xE1, 0xE2, 0xED, 0xFE]), bodies), max_size=4),
    behind=bodies,
    jfif=st.booleans(),
    own=st.booleans(),
)
def test_marks_come_off_any_jpeg(
    pieces: list[tuple[int, bytes]], behind: bytes, *, jfif: bool, own: bool
) -> None:
    parts = [segment(marker, body) for marker, body in pieces]
    parts += [segment(0xE1, APP1 + FOREIGN)] if own else []
    data = containers.jpeg(*parts, jfif=jfif, behind=behind)
    assert unmarked(marked(data, MARKS)) == data


@settings(max_examples=40, deadline=None)
@given(
    flags=st.none() | st.sampled_from([0, 0x10, 0x20, 0x38]),
    chunks=st.lists(bodies, max_size=3),
    lossless=st.booleans(),
    mode=st.sampled_from(["RGB", "RGBA"]),
)
def test_marks_come_off_any_webp(
    flags: int | None, chunks: list[bytes], mode: str, *, lossless: bool
) -> None:
    late = [riff(b"abcd", body) for body in chunks]
    data = containers.webp(*late, flags=flags, mode=mode, lossless=lossless)
    assert unmarked(marked(data, MARKS)) == data


@settings(max_examples=40, deadline=None)
@given(
    version=st.sampled_from([0, 1, 2]),
    widths=st.sampled_from([(4, 4, 0, 0), (4, 4, 4, 0), (8, 8, 8, 8), (4, 8, 0, 0)]),
    last=st.booleans(),
    own=st.booleans(),
    behind=bodies,
)
def test_marks_come_off_any_avif(
    version: int, widths: tuple[int, int, int, int], behind: bytes, *, last: bool, own: bool
) -> None:
    packet = FOREIGN if own else b""
    data = containers.avif(version=version, widths=widths, last=last, packet=packet)
    data += box(b"free", behind)
    assert unmarked(marked(data, MARKS)) == data


def test_a_damaged_file_is_marked_well_or_not_at_all() -> None:
    chance = random.Random(7)
    sound = [*WITH_OWN.values(), *map(containers.picture, media.WRITABLE)]
    sound += [marked(data, MARKS) for data in sound]
    refused = 0
    for _ in range(1500):
        data = bytearray(chance.choice(sound))
        at = chance.randrange(min(len(data), 600))
        if chance.random() < 0.7:
            data[at] = chance.choice([0, 1, 255, chance.randrange(256)])
        else:
            del data[at : at + chance.choice([1, 4, len(data)])]
        damaged = bytes(data)
        unmarked(damaged)
        try:
            made = marked(damaged, MARKS)
        except Unmarkable:
            refused += 1
        else:
            assert unmarked(made) == damaged
    assert 150 < refused < 1350


@pytest.mark.parametrize(
    ("marks", "kept"),
    [
        (Marks("x", (("", "A desk"),), "p" * 70_000), ["A desk"]),
        (Marks("x", (("", "A desk"), ("de", "d" * 70_000)), "p"), ["A desk"]),
        (Marks("x", (("", "A desk" * 12_000),), "p"), []),
    ],
    ids=["prompt", "languages", "description"],
)
def test_a_jpeg_leaves_out_what_it_has_no_room_for(marks: Marks, kept: list[str]) -> None:
    made = marked(containers.jpeg(), marks)
    assert f"{IPTC}AIPromptInformation" not in said(made)
    assert f"{IPTC}DigitalSourceType" in said(made)
    assert [one.text for one in read(made).iter(f"{RDF}li")] == kept
    assert f"{IPTC}AIPromptInformation" in said(marked(containers.png(), marks))


def packet(inner: str, before: str = "") -> bytes:
    whole = f"{before}<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>{inner}</r:RDF>"
    return whole.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a" + bytes(20),
        b"not a picture",
        containers.png(early=chunk(b"caBX", b"x")),
        containers.png(late=itxt(b"")),
        containers.png(late=itxt(b"<broken")),
        containers.png(late=itxt(packet("").decode().encode("utf-16"))),
        containers.png(late=itxt(packet("", "<!DOCTYPE r [<!ENTITY a 'b'>]>"))),
        containers.png(late=itxt(packet("") + b"<!--</r:RDF>-->")),
        containers.png(
            late=itxt(
                packet(
                    "<r:Description r:about='' xmlns:t='http://purl.org/dc/terms/' "
                    "t:provenance='https://a.example/x'/>"
                )
            )
        ),
    ],
    ids=["gif", "text", "signed", "empty", "broken", "utf-16", "doctype", "comment", "remote"],
)
def test_what_cannot_be_marked_safely_is_refused(data: bytes) -> None:
    with pytest.raises(Unmarkable, match="cannot be marked"):
        marked(data, MARKS)
    assert unmarked(data) == data


def test_marks_in_a_file_that_was_rebuilt_since_are_left_alone() -> None:
    made = marked(containers.avif(), MARKS)
    end = items(made).meta.end
    moved = made[:end] + box(b"free") + made[end:]
    assert unmarked(moved) == moved
