"""Credentials: a file that carries some is known by its structure alone."""

from __future__ import annotations

import containers
import pytest
from containers import box, chunk, riff, segment

from imagegen.pictures.credentials import has_c2pa

JUMBF = b"JP\0\1\0\0\0\1\0\0\1\0jumb\0\0\0\x26jumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71"
UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")

BARE = {
    "png": containers.png(early=chunk(b"caBy", b"c2pa")),
    "jpeg": containers.jpeg(segment(0xEB, JUMBF.replace(b"c2pa", b"else")), segment(0xEC, JUMBF)),
    "webp": containers.webp(riff(b"C2PB", b"x")),
    "avif": containers.avif() + box(b"uuid", bytes(16), UUID),
}
SIGNED = {
    "png": containers.png(early=chunk(b"caBX", b"x")),
    "jpeg": containers.jpeg(segment(0xEB, JUMBF)),
    "webp": containers.webp(riff(b"C2PA", b"x")),
    "avif": containers.avif() + box(b"uuid", UUID),
}


@pytest.mark.parametrize("kind", SIGNED)
def test_credentials_are_seen(kind: str) -> None:
    assert has_c2pa(SIGNED[kind])
    assert not has_c2pa(BARE[kind])
    assert not has_c2pa(containers.picture(kind))


def test_what_is_no_picture_has_none() -> None:
    for data in (b"", b"c2pa", b"GIF89a", SIGNED["png"][:20], SIGNED["avif"][:-1]):
        assert not has_c2pa(data)
