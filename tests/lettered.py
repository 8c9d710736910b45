"""Owns what tests of texts on pictures share: fonts with few letters, and complete letterings."""

from __future__ import annotations

import struct
from dataclasses import replace

import journey

from imagegen.derivative import Lettering
from imagegen.digest import sha256_of
from imagegen.pictures.fitting import direction
from imagegen.pictures.typeface import Typeface

FOLDER = journey.ROOT / "examples" / "poster" / "fonts"
LATIN = (FOLDER / "latin.ttf").read_bytes()
ARABIC = (FOLDER / "arabic.ttf").read_bytes()
JAPANESE = (FOLDER / "japanese.otf").read_bytes()
FONTS = {sha256_of(data): data for data in (LATIN, ARABIC, JAPANESE)}

PLAIN = Lettering(
    text="Coffee",
    font="fonts/latin.ttf",
    font_sha256=sha256_of(LATIN),
    box=(0.0, 0.0, 1.0, 1.0),
    size=0.2,
    fit="shrink",
    color="#000000",
    align="start",
    valign="top",
    line_height=1.2,
    language="en",
)


def lettering(text: str, font: bytes = LATIN, **changes: object) -> Lettering:
    return replace(PLAIN, text=text, font_sha256=sha256_of(font), **changes)  # type: ignore[arg-type]


def typeface(text: str, font: bytes = LATIN, language: str = "en") -> Typeface:
    way = direction(text, language)
    return Typeface(font, name="fonts/some.ttf", language=language, direction=way)


def collection(font: bytes) -> bytes:
    """Return a .ttc with one face."""
    head = struct.pack(">4sHHII", b"ttcf", 1, 0, 1, 16)
    moved = bytearray(font)
    for index in range(struct.unpack_from(">H", font, 4)[0]):
        place = 12 + 16 * index + 8
        struct.pack_into(">I", moved, place, struct.unpack_from(">I", font, place)[0] + len(head))
    return head + bytes(moved)
