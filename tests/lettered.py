"""Owns what tests of texts on pictures share: fonts with few letters, and complete letterings."""

from __future__ import annotations

import struct
from dataclasses import replace
from itertools import groupby

import journey

from imagegen.derivative import Lettering
from imagegen.digest import sha256_of
from imagegen.pictures import bidi
from imagegen.pictures.fitting import direction
from imagegen.pictures.typeface import Typeface

FOLDER = journey.ROOT / "examples" / "poster" / "fonts"
LATIN = (FOLDER / "latin.ttf").read_bytes()
ARABIC = (FOLDER / "arabic.ttf").read_bytes()
JAPANESE = (FOLDER / "japanese.otf").read_bytes()
VARYING = (journey.ROOT / "tests" / "fonts" / "varying.ttf").read_bytes()
"""Three bars for every letter, drawn for these tests: 75 to 125 wide, and of weight 200 to 900."""
FONTS = {sha256_of(data): data for data in (LATIN, ARABIC, JAPANESE, VARYING)}

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


def seen(line: str, base: int) -> str:
    """Return the letters of a line as they stand, from the left."""
    found = bidi.levels(line, base)
    order = [index for index in range(len(line)) if line[index] not in bidi.CONTROLS]
    for level in range(max(found, default=0), 0, -1):
        turned: list[int] = []
        for high, run in groupby(order, lambda index, level=level: found[index] >= level):
            turned += list(run)[:: -1 if high else 1]
        order = turned
    return "".join(line[index] for index in order)


def collection(font: bytes) -> bytes:
    """Return a .ttc with one face."""
    head = struct.pack(">4sHHII", b"ttcf", 1, 0, 1, 16)
    moved = bytearray(font)
    for index in range(struct.unpack_from(">H", font, 4)[0]):
        place = 12 + 16 * index + 8
        struct.pack_into(">I", moved, place, struct.unpack_from(">I", font, place)[0] + len(head))
    return head + bytes(moved)
