"""Owns Charmap: which characters a font file has a glyph for, read from its own table.

Pure, and careful: every offset in a font is a claim of whoever made it. Looks up single characters
and never unfolds a table, so that a font of any size costs next to nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from imagegen.pictures.sfnt import first_face, tables_of, u16, u32

_FACES = (b"\x00\x01\x00\x00", b"OTTO", b"true")
_WEB = {b"wOFF": "WOFF", b"wOF2": "WOFF2"}
_OUTLINES = (b"glyf", b"CFF ", b"CFF2")
_DECISIVE = (*_OUTLINES, b"loca", b"gvar", b"cmap", b"GDEF", b"GSUB", b"GPOS")
"""What letters look like, and where they stand: without one of these, FreeType draws blanks or
letters that do not join, and says nothing. Of other tables, fonts in use claim odd lengths.
"""

_SUBTABLES_LIMIT = 100
_TABLE_LIMIT = 4 * 2**20
"""Bytes of a table of characters; one of all that Unicode knows is smaller."""

_ONCE_MORE = "copy or download it once more"

_UNICODE = {(3, 10): 0, (0, 6): 1, (0, 4): 2, (0, 3): 3, (3, 1): 4, (0, 2): 5, (0, 1): 6, (0, 0): 7}
"""Platform and encoding of subtables by Unicode -> rank, the best first."""

_UNSEEN = frozenset(
    code
    for first, last in (
        (0xAD, 0xAD),
        (0x34F, 0x34F),
        (0x61C, 0x61C),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x200B, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x206F),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0xFFA0, 0xFFA0),
        (0xE0000, 0xE0FFF),
    )
    for code in range(first, last + 1)
)
"""Code points that show nothing of their own and need no glyph."""

_HYPHENS = {0x2010: (0x2D,), 0x2011: (0x2010, 0x2D)}
"""What is drawn instead, where a font lacks the special one."""


@dataclass(eq=False)
class BadFont(Exception):
    """Bytes that are no font that texts can be set with; the caller knows the file."""

    summary: str
    """Goes behind the name of the file."""
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Charmap:
    """The table of characters of one font."""

    _table: bytes
    _known: dict[int, bool] = field(default_factory=dict)

    def missing(self, text: str) -> list[str]:
        """Return the characters of `text` that would show as boxes, in order, each once."""
        lost = [one for one in dict.fromkeys(text) if not self._shows(ord(one))]
        if not lost:
            return []
        # Letters with marks may be put together or taken apart, as the font has them.
        for form in ("NFC", "NFD"):
            if all(self._shows(ord(one)) for one in set(unicodedata.normalize(form, text))):
                return []
        return lost

    def _shows(self, code: int) -> bool:
        if code not in self._known:
            self._known[code] = self._has_any(code)
        return self._known[code]

    def _has_any(self, code: int) -> bool:
        if code in _UNSEEN or code == 0x0A:
            return True
        if unicodedata.category(chr(code)) == "Zs" and self._has(0x20):
            return True
        return self._has(code) or any(self._has(other) for other in _HYPHENS.get(code, ()))

    def _has(self, code: int) -> bool:
        kind = u16(self._table, 0)
        if kind == 4:
            return code <= 0xFFFF and _in_segments(self._table, code)
        if kind == 6:
            first, count = u16(self._table, 6), u16(self._table, 8)
            return first <= code < first + count and u16(self._table, 10 + 2 * (code - first)) > 0
        if kind == 10:
            first, count = u32(self._table, 12), u32(self._table, 16)
            return first <= code < first + count and u16(self._table, 20 + 2 * (code - first)) > 0
        return _in_groups(self._table, code, each=kind == 12)


def charmap(data: bytes) -> Charmap:
    """Return the characters of the first face of a font file; raises BadFont."""
    start = first_face(data)
    magic = data[start : start + 4]
    if data[:4] in _WEB:
        kind = _WEB[data[:4]]
        detail = f"It is a web font ({kind}), which is packed; texts are set with .ttf, .otf, .ttc."
        hint = "take the .ttf or .otf that it was made from"
        raise BadFont("is not a font file that can be used", detail, hint)
    if magic not in _FACES:
        raise BadFont("is not a font", "Fonts are files such as .ttf, .otf or .ttc.")
    if start + 12 + 16 * u16(data, start + 4) > len(data):
        raise BadFont("is damaged", "It ends in the middle of its list of tables.", _ONCE_MORE)
    tables = tables_of(data)
    if not any(name in tables for name in _OUTLINES):
        detail = "Its letters are pictures of one size, as in fonts of coloured emoji."
        raise BadFont("has no outlines to draw letters from", detail)
    if b"cmap" not in tables:
        raise BadFont("does not say which characters it has", "It has no `cmap` table.")
    cut = [name for name in _DECISIVE if sum(tables.get(name, ())) > len(data)]
    if cut:
        name = cut[0].decode().strip()
        detail = f"It ends in the middle of its table `{name}`, after {len(data):,} bytes."
        raise BadFont("is damaged", detail, _ONCE_MORE)
    at, length = tables[b"cmap"]
    best = min(_subtables(data[at : at + min(length, _TABLE_LIMIT)]), default=None)
    if best is None:
        raise BadFont("has no characters by Unicode", "Its table of characters is of another kind.")
    return Charmap(best[1])


def _subtables(cmap: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Yield rank and bytes of each subtable that goes by Unicode and has a known format."""
    for index in range(min(u16(cmap, 2), _SUBTABLES_LIMIT)):
        entry = 4 + 8 * index
        rank = _UNICODE.get((u16(cmap, entry), u16(cmap, entry + 2)))
        if rank is None:
            continue
        table = cmap[u32(cmap, entry + 4) :]
        if u16(table, 0) in (4, 6, 10, 12, 13):
            yield (rank, index), table


def _in_segments(table: bytes, code: int) -> bool:
    """Whether a subtable of format 4 has a glyph: segments of code points, by their ends."""
    double = u16(table, 6)
    low, high = 0, double // 2
    while low < high:
        middle = (low + high) // 2
        if u16(table, 14 + 2 * middle) < code:
            low = middle + 1
        else:
            high = middle
    if low >= double // 2:
        return False
    start = u16(table, 16 + double + 2 * low)
    if code < start:
        return False
    delta = u16(table, 16 + 2 * double + 2 * low)
    place = 16 + 3 * double + 2 * low
    offset = u16(table, place)
    if not offset:
        return (code + delta) & 0xFFFF != 0
    glyph = u16(table, place + offset + 2 * (code - start))
    return glyph != 0 and (glyph + delta) & 0xFFFF != 0


def _in_groups(table: bytes, code: int, *, each: bool) -> bool:
    """Whether a subtable of format 12 or 13 has a glyph: groups of code points, in order.

    With `each`, every code point of a group has a glyph of its own.
    """
    low, high = 0, min(u32(table, 12), len(table) // 12)
    while low < high:
        middle = (low + high) // 2
        if u32(table, 16 + 12 * middle + 4) < code:
            low = middle + 1
        else:
            high = middle
    group = 16 + 12 * low
    first, last, glyph = u32(table, group), u32(table, group + 4), u32(table, group + 8)
    return first <= code <= last and last > 0 and (glyph + (code - first) * each) != 0
