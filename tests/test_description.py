"""What a file says that it shows, read back from its XMP."""

from __future__ import annotations

import containers
import pytest

from imagegen.derivative import Marks
from imagegen.pictures.container import png
from imagegen.pictures.description import ALL, descriptions
from imagegen.pictures.xmp import marked

SAID = (("ar", "قهوة"), ("de", "Ein <b> & \r\n zwei"), ("en", "Coffee"))


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "avif"])
def test_what_was_said_is_read_back_in_every_language(kind):
    data = marked(containers.picture(kind), Marks("x", SAID, prompt="secret"))
    assert descriptions(data) == {ALL: "قهوة", **dict(SAID)}
    plain = marked(containers.picture(kind), Marks("x", (("", "Coffee"),)))
    assert descriptions(plain) == {ALL: "Coffee"}


def test_what_says_nothing_or_cannot_be_read_has_none():
    picture = containers.picture("png")
    silent = marked(picture, Marks("x"))
    damaged = marked(picture, Marks("x", SAID)).replace(b"</rdf:Alt>", b"</rdf:Alf>")
    for data in (b"", b"GIF89a", picture, silent, damaged, picture[:60]):
        assert descriptions(data) == {}


def test_a_packet_with_a_document_type_is_not_read():
    said = marked(containers.picture("png"), Marks("x", (("", "Coffee"),)))
    bare = png.packet(said)
    typed = b'<!DOCTYPE a [<!ENTITY e "aaaa">]>' + bare[bare.index(b"<x:xmpmeta") :]
    plain = typed[typed.index(b"<x:xmpmeta") :]
    assert descriptions(png.with_packet(containers.picture("png"), plain)) == {ALL: "Coffee"}
    assert descriptions(png.with_packet(containers.picture("png"), typed)) == {}
