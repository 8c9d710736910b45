"""Charmap: a missing letter is known from the font's own table, and no font can mislead or hang."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import unicodedata
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lettered import ARABIC, JAPANESE, LATIN, collection
from PIL import ImageFont

from imagegen.pictures.sfnt import tables_of
from imagegen.project.charmap import BadFont, charmap


def font_of(table: bytes, *, platform: int = 3, encoding: int = 10) -> bytes:
    """Return as much of a font as says which characters it has."""
    cmap = struct.pack(">HHHHI", 0, 1, platform, encoding, 12) + table
    entries = [(b"cmap", 44, len(cmap)), (b"glyf", 44, 0)]
    head = struct.pack(">4sHHHH", b"\x00\x01\x00\x00", len(entries), 0, 0, 0)
    return head + b"".join(struct.pack(">4sIII", name, 0, at, n) for name, at, n in entries) + cmap


def groups(*ranges: tuple[int, int, int], form: int = 12) -> bytes:
    body = b"".join(struct.pack(">III", *one) for one in ranges)
    return struct.pack(">HHIII", form, 0, 16 + len(body), 0, len(ranges)) + body


def drawn_as_box(font: bytes, letter: str) -> bool:
    """Whether FreeType draws for `letter` what it draws for a character that no font has."""
    face = ImageFont.truetype(io.BytesIO(font), 40, layout_engine=ImageFont.Layout.BASIC)
    return bytes(face.getmask(letter)) == bytes(face.getmask("\U0010fffd"))


@pytest.mark.parametrize("font", [LATIN, ARABIC, JAPANESE])
def test_the_table_says_what_freetype_draws(font: bytes) -> None:
    letters = [
        chr(code) for code in (*range(0x21, 0x17F), *range(0x600, 0x660), *range(0x3041, 0x30FF))
    ]
    seen = [
        one
        for one in (*letters, "遠", "日", "本", "語")
        if unicodedata.category(one)[0] in "LNP" and drawn_as_box(font, one)
    ]
    lost = set(charmap(font).missing("".join(letters) + "遠日本語"))
    assert set(seen) <= lost
    # What is put together from its parts is drawn, though FreeType alone does not know it.
    assert all(unicodedata.category(one)[0] not in "LNP" or drawn_as_box(font, one) for one in lost)


def test_every_missing_letter_is_told_once_and_in_order() -> None:
    assert charmap(LATIN).missing("日a日Жb") == ["日", "Ж"]


@pytest.mark.parametrize(
    "text",
    [
        "a\nb",
        "\u200e\u2067a\u2069",
        "soft\u00adhyphen",
        "a\u200db\ufe0f",
        "\u2003\u2009\u3000",
        "\u2011",
    ],
)
def test_what_shows_nothing_of_its_own_needs_no_glyph(text: str) -> None:
    assert charmap(LATIN).missing(text) == []


def test_letters_with_marks_count_whichever_way_they_are_written() -> None:
    assert charmap(LATIN).missing("Cafe\u0301") == []
    assert charmap(font_of(groups((0x65, 0x65, 1), (0x301, 0x301, 2)))).missing("é") == []
    assert charmap(font_of(groups((0x65, 0x65, 1)))).missing("é") == ["é"]


def test_every_form_of_a_table_is_read() -> None:
    many_to_one = charmap(font_of(groups((0x41, 0x43, 7), form=13)))
    assert many_to_one.missing("ABCD") == ["D"]
    trimmed = struct.pack(">HHHHHHHH", 6, 16, 0, 0x41, 3, 5, 0, 6)
    assert charmap(font_of(trimmed)).missing("ABCD") == ["B", "D"]
    wide = struct.pack(">HHIIIIHHH", 10, 0, 26, 0, 0x1F600, 3, 5, 0, 6)
    assert charmap(font_of(wide)).missing("😀😁😂") == ["😁"]


def test_the_first_glyph_of_a_font_is_the_box_itself() -> None:
    assert charmap(font_of(groups((0x41, 0x43, 0)))).missing("ABC") == ["A"]


def test_a_collection_has_the_letters_of_its_first_face() -> None:
    assert charmap(collection(JAPANESE)).missing("遠くЖ") == ["Ж"]


@pytest.mark.parametrize(
    "data, summary",
    [
        (b"", "is not a font"),
        (b"<html>", "is not a font"),
        (b"ttcf" + b"\xff" * 20, "is not a font"),
        (b"wOF2" + bytes(40), "is not a font file that can be used"),
        (LATIN[:100], "is damaged"),
        (font_of(groups((65, 66, 1)))[:50], "is damaged"),
        (font_of(groups((65, 66, 1)), platform=1, encoding=0), "has no characters by Unicode"),
        (font_of(struct.pack(">HH", 2, 4)), "has no characters by Unicode"),
        (font_of(groups()).replace(b"glyf", b"CBDT"), "has no outlines to draw letters from"),
    ],
)
def test_what_is_no_font_is_told(data: bytes, summary: str) -> None:
    with pytest.raises(BadFont) as caught:
        charmap(data)
    assert caught.value.summary == summary


def test_a_font_that_was_cut_off_would_draw_blanks_or_letters_that_do_not_join() -> None:
    place = next(at for at in range(12, 400, 16) if LATIN[at : at + 4] == b"glyf")
    start, length = struct.unpack_from(">II", LATIN, place + 8)
    last = bytearray(LATIN + LATIN[start : start + length])
    struct.pack_into(">I", last, place + 8, len(LATIN))
    assert charmap(bytes(last)).missing("Coffee") == []
    blank = ImageFont.truetype(io.BytesIO(last[:-9]), 40)
    assert not any(bytes(blank.getmask("Coffee")))
    joins, _ = tables_of(ARABIC)[b"GSUB"]
    for font, table in ((bytes(last[:-9]), "glyf"), (ARABIC[: joins + 9], "GSUB")):
        with pytest.raises(BadFont) as caught:
            charmap(font)
        assert f"in the middle of its table `{table}`" in caught.value.detail


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([LATIN, ARABIC, JAPANESE]))
def test_no_damage_does_more_than_lose_letters(seed: int, font: bytes) -> None:
    chance = random.Random(seed)
    data = bytearray(font[: chance.choice([len(font), chance.randrange(len(font))])])
    for _ in range(chance.randrange(1, 60)):
        spread = chance.choice([64, 400, len(data) or 1])
        place = chance.randrange(spread)
        if place < len(data):
            data[place] = chance.choice([0, 255, chance.randrange(256)])
    with contextlib.suppress(BadFont):
        charmap(bytes(data)).missing("Coffee قهوة 遠回り 😀")


def test_a_table_that_claims_everything_costs_nothing() -> None:
    claims = struct.pack(">HHIII", 12, 0, 2**32 - 1, 0, 2**32 - 1) + b"\xff" * 2**20
    start = perf_counter()
    charmap(font_of(claims)).missing("".join(map(chr, range(0x4E00, 0x5200))))
    assert perf_counter() - start < 1
