"""Owns the items of an AVIF file as its `meta` box lists them: kinds, places, relations.

Only reads. What it does not know for certain it refuses, so that nobody moves bytes on a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from imagegen.pictures.container.boxes import Box, boxes, number, text
from imagegen.pictures.container.container import refusal

RDF = b"application/rdf+xml"
"""The content type of an XMP packet."""

IN_FILE, IN_META = 0, 1
"""How the place of an item counts: from the beginning of the file, or of the box `idat`."""


@dataclass(frozen=True, slots=True)
class Field:
    """A number in the file, and where it stands."""

    at: int
    width: int
    value: int


@dataclass(frozen=True, slots=True)
class Item:
    """The place of one item's bytes: an entry of `iloc`."""

    start: int
    end: int
    id: int
    method: int
    elsewhere: bool
    """Its bytes are in another file."""
    base: Field
    extents: tuple[tuple[Field, Field], ...]
    """Offset from the base, and length."""


@dataclass(frozen=True, slots=True)
class Items:
    """The `meta` box of a file with what it lists."""

    top: tuple[Box, ...]
    """The boxes of the file."""
    meta: Box
    idat: Box | None
    iinf: Box
    infos: tuple[Box, ...]
    """The entries of `iinf`."""
    iloc: Box
    widths: tuple[int, int, int, int]
    """Bytes of an offset, a length, a base and an index in `iloc`."""
    places: tuple[Item, ...]
    iref: Box | None
    relations: tuple[Box, ...]
    primary: int
    """The id of the picture."""
    packets: tuple[int, ...]
    """The ids of all XMP packets."""
    ids: frozenset[int]


def items(data: bytes) -> Items:
    """Return what a file lists; raises Unmarkable."""
    top = tuple(boxes(data, 0, len(data)))
    if any(box.name in (b"moov", b"moof") for box in top):
        raise refusal("It is an AVIF sequence; only still pictures can be marked.")
    meta = _only(top, b"meta")
    if meta.open:
        raise refusal("Nothing can stand behind its list of items.")
    inner = list(boxes(data, meta.body + 4, meta.end))
    iinf, iloc, pitm = (_only(inner, name) for name in (b"iinf", b"iloc", b"pitm"))
    count = iinf.body + 4
    infos = tuple(boxes(data, count + (2 if iinf.version(data) == 0 else 4), iinf.end))
    kinds = [_kind(data, info) for info in infos]
    widths, places = _places(data, iloc)
    idat, iref = (_perhaps(inner, name) for name in (b"idat", b"iref"))
    return Items(
        top=top,
        meta=meta,
        idat=idat,
        iinf=iinf,
        infos=infos,
        iloc=iloc,
        widths=widths,
        places=places,
        iref=iref,
        relations=tuple(boxes(data, iref.body + 4, iref.end)) if iref else (),
        primary=number(data, pitm.body + 4, 2 if pitm.version(data) == 0 else 4),
        packets=tuple(one for one, is_packet in kinds if is_packet),
        ids=frozenset([one for one, _ in kinds] + [place.id for place in places]),
    )


def _only(among: Sequence[Box], name: bytes) -> Box:
    """Return the box of this name; raises Unmarkable when there is none, or several."""
    found = [box for box in among if box.name == name]
    if len(found) != 1:
        raise refusal(f"It has {len(found) or 'no'} boxes `{name.decode()}` where one is expected.")
    return found[0]


def _perhaps(among: Sequence[Box], name: bytes) -> Box | None:
    """Return the box of this name, None without one; raises Unmarkable when there are several."""
    return _only(among, name) if any(box.name == name for box in among) else None


def _kind(data: bytes, info: Box) -> tuple[int, bool]:
    """Return the id of an item, and whether it is an XMP packet."""
    version = info.version(data)
    if version < 2:
        # Still pictures always have the newer form; this one cannot name a content type.
        return number(data, info.body + 4, 2), False
    width = 2 if version == 2 else 4
    at = info.body + 4 + width + 2
    item = number(data, info.body + 4, width)
    if data[at : at + 4] != b"mime":
        return item, False
    _, at = text(data, at + 4, info.end)
    kind, at = text(data, at, info.end)
    if kind == RDF and at < info.end and text(data, at, info.end)[0]:
        raise refusal("Its own XMP packet is compressed.")
    return item, kind == RDF


def _places(data: bytes, iloc: Box) -> tuple[tuple[int, int, int, int], tuple[Item, ...]]:
    version, at = iloc.version(data), iloc.body + 4
    if version > 2:
        raise refusal(f"It lists places in form {version}, which is not known here.")
    sizes = number(data, at, 2)
    offset, length, base, index = (sizes >> shift & 0xF for shift in (12, 8, 4, 0))
    index = index if version else 0
    widths = (offset, length, base, index)
    if any(width not in (0, 4, 8) for width in widths):
        raise refusal("It gives places in numbers of an unknown size.")
    wide = 4 if version == 2 else 2
    at += 2
    count = number(data, at, wide)
    at += wide
    found: list[Item] = []
    for _ in range(count):
        item = _place(data, at, version, widths)
        found.append(item)
        at = item.end
    if at != iloc.end:
        raise refusal("Its list of places does not fit its box.")
    return widths, tuple(found)


def _place(data: bytes, start: int, version: int, widths: tuple[int, int, int, int]) -> Item:
    offset, length, base, index = widths
    wide = 4 if version == 2 else 2
    at = start + wide
    method = 0
    if version:
        method = number(data, at, 2) & 0xF
        at += 2
    elsewhere = number(data, at, 2) != 0
    base_field = Field(at + 2, base, number(data, at + 2, base))
    at += 2 + base
    count = number(data, at, 2)
    at += 2
    if count > 1 and not (offset and length):
        raise refusal("The pieces of its items have no place or no length.")
    extents = []
    for _ in range(count):
        at += index
        place = Field(at, offset, number(data, at, offset))
        size = Field(at + offset, length, number(data, at + offset, length))
        extents.append((place, size))
        at += offset + length
    item = number(data, start, wide)
    return Item(start, at, item, method, elsewhere, base_field, tuple(extents))
