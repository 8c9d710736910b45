"""Owns the XMP packet of an AVIF file: an item of type mime that describes the picture.

What stands behind the list of items moves when the list grows, so every place in the file that
the list names is written anew. Refuses a file in which it does not understand each of them.
"""

from __future__ import annotations

from imagegen.pictures.container.boxes import Box, box, number, put_number, resize
from imagegen.pictures.container.container import refusal
from imagegen.pictures.container.items import IN_FILE, IN_META, RDF, Item, Items, items

LIMIT = 2**27
"""Bytes; the format itself would take more."""

_DESCRIBES = b"cdsc"
_NARROW = 2**16
"""Ids from here on need the wider form."""


def packet(data: bytes) -> bytes | None:
    """Return the XMP packet in a file, or None when it has none; raises Unmarkable."""
    listed = items(data)
    if not listed.packets:
        return None
    place = _place_of_packet(listed)
    if place.elsewhere or place.method not in (IN_FILE, IN_META):
        raise refusal("Its own XMP packet is in another file.")
    start = 0
    if place.method == IN_META:
        if listed.idat is None:
            raise refusal("Its own XMP packet is missing.")
        start = listed.idat.body
    if sum(length.value for _, length in place.extents) > len(data):
        raise refusal("The places of its items overlap.")
    parts = []
    for offset, length in place.extents:
        at = start + place.base.value + offset.value
        if length.value == 0 or at + length.value > len(data):
            raise refusal("Its own XMP packet is cut.")
        parts.append(data[at : at + length.value])
    return b"".join(parts)


def with_packet(data: bytes, packet: bytes) -> bytes:
    """Return the file with `packet` in a box of its own behind the list; raises Unmarkable."""
    listed = items(data)
    item = max(listed.ids, default=0) + 1
    info, relation = _info(item), _relation(data, listed, item)
    place = _place(data, listed, item)
    growth = len(info) + len(relation) + len(place)
    inserts = [
        (listed.meta.end, box(b"mdat", packet)),
        (listed.iref.end if listed.iref else listed.meta.end, relation),
        (listed.iloc.end, _filled(listed, place, listed.meta.end + growth + 8, len(packet))),
        (listed.iinf.end, info),
    ]
    edited = bytearray(data)
    _move(edited, listed, listed.meta.end, growth + len(packet) + 8)
    _count(edited, listed, 1)
    resize(edited, listed.iinf, len(info))
    resize(edited, listed.iloc, len(place))
    if listed.iref:
        resize(edited, listed.iref, len(relation))
    resize(edited, listed.meta, growth)
    # From behind, so that the places before stay true; the sort keeps those at one place in order.
    for at, inserted in sorted(inserts, key=lambda one: one[0], reverse=True):
        edited[at:at] = inserted
    return bytes(edited)


def without_packet(data: bytes) -> bytes:
    """Return the file as it was before it got its packet; raises Unmarkable."""
    listed = items(data)
    place = _place_of_packet(listed)
    info, relation, held = listed.infos[-1], _last(listed.relations), _behind(listed)
    ours = (
        place is listed.places[-1]
        and number(data, info.body + 4, 2 if info.version(data) == 2 else 4) == place.id
        and relation.name == _DESCRIBES
        and held.name == b"mdat"
        and place.method == IN_FILE
        and len(place.extents) == 1
        and place.base.value + place.extents[0][0].value == held.body
        and place.extents[0][1].value == held.end - held.body
    )
    if not ours or listed.iref is None:
        raise refusal("Its list of items was changed by another program.")
    lone = len(listed.relations) == 1 and listed.iref.end == listed.meta.end
    cut = listed.iref if lone else relation
    cuts = [(place.start, place.end), (info.start, info.end), (cut.start, cut.end)]
    growth = sum(end - start for start, end in cuts)
    edited = bytearray(data)
    _move(edited, listed, held.end, -(growth + held.end - held.start), apart=place)
    _count(edited, listed, -1)
    resize(edited, listed.iinf, -(info.end - info.start))
    resize(edited, listed.iloc, -(place.end - place.start))
    resize(edited, listed.iref, -(relation.end - relation.start))
    resize(edited, listed.meta, -growth)
    for start, end in sorted([*cuts, (held.start, held.end)], reverse=True):
        del edited[start:end]
    return bytes(edited)


def exchanged(data: bytes, packet: bytes) -> bytes:
    """Return the file with `packet` in place of its own; raises Unmarkable."""
    listed = items(data)
    place = _place_of_packet(listed)
    if place.method != IN_FILE or place.elsewhere or len(place.extents) != 1:
        raise refusal("Its own XMP packet is not in one piece.")
    offset, length = place.extents[0]
    start = place.base.value + offset.value
    end = start + length.value
    held = next((one for one in listed.top if one.body <= start and end <= one.end), None)
    if held is None or held.name != b"mdat" or not length.value:
        raise refusal("Its own XMP packet is not among its data.")
    growth = len(packet) - length.value
    edited = bytearray(data)
    _move(edited, listed, end, growth, apart=place)
    put_number(edited, length.at, length.width, len(packet))
    resize(edited, held, growth)
    edited[start:end] = packet
    return bytes(edited)


def _move(
    edited: bytearray, listed: Items, at: int, growth: int, *, apart: Item | None = None
) -> None:
    """Write the places of all items whose bytes begin at or behind `at`, but for one of them."""
    for item in listed.places:
        if item is apart or item.elsewhere or item.method != IN_FILE:
            continue
        for offset, length in item.extents:
            start = item.base.value + offset.value
            within = listed.meta.start <= start < listed.meta.end
            if within or length.value == 0 or start < at < start + length.value:
                raise refusal("The places of its items overlap.")
            if start < at:
                continue
            if offset.width:
                put_number(edited, offset.at, offset.width, offset.value + growth)
            elif len(item.extents) == 1:
                put_number(edited, item.base.at, item.base.width, item.base.value + growth)
            else:
                raise refusal("The places of its items overlap.")


def _count(edited: bytearray, listed: Items, more: int) -> None:
    """Write how many items there are."""
    data = bytes(edited[: listed.meta.end])
    at, width = listed.iinf.body + 4, 2 if listed.iinf.version(data) == 0 else 4
    put_number(edited, at, width, number(data, at, width) + more)
    at, width = listed.iloc.body + 6, 4 if listed.iloc.version(data) == 2 else 2
    put_number(edited, at, width, number(data, at, width) + more)


def _info(item: int) -> bytes:
    wide = item >= _NARROW
    named = item.to_bytes(4 if wide else 2, "big") + b"\0\0" + b"mime" + b"\0" + RDF + b"\0"
    return box(b"infe", bytes([3 if wide else 2, 0, 0, 0]) + named)


def _relation(data: bytes, listed: Items, item: int) -> bytes:
    """Return the relation of the packet to its picture, in a list where there is none yet."""
    needed = max(item, listed.primary) >= _NARROW
    wide = listed.iref.version(data) != 0 if listed.iref else needed
    width = 4 if wide else 2
    if needed and not wide:
        raise refusal("It has too many items.")
    ends = item.to_bytes(width, "big") + b"\0\1" + listed.primary.to_bytes(width, "big")
    relation = box(_DESCRIBES, ends)
    return relation if listed.iref else box(b"iref", bytes([wide, 0, 0, 0]) + relation)


def _place(data: bytes, listed: Items, item: int) -> bytes:
    """Return the entry of a packet in the list of places, without the place itself."""
    version = listed.iloc.version(data)
    offset, length, base, index = listed.widths
    if version < 2 and item >= _NARROW:
        raise refusal("It has too many items.")
    if not length or not (offset or base):
        raise refusal("Its list of places has no room for another one.")
    named = item.to_bytes(4 if version == 2 else 2, "big") + (b"\0\0" if version else b"") + b"\0\0"
    return named + bytes(base) + b"\0\1" + bytes(index + offset + length)


def _filled(listed: Items, place: bytes, at: int, size: int) -> bytes:
    """Return an entry with its place filled in."""
    offset, length, base, index = listed.widths
    filled, end = bytearray(place), len(place)
    if offset:
        put_number(filled, end - length - offset, offset, at)
    else:
        put_number(filled, end - length - index - 2 - base, base, at)
    put_number(filled, end - length, length, size)
    return bytes(filled)


def _place_of_packet(listed: Items) -> Item:
    if len(listed.packets) > 1:
        raise refusal("It has more than one XMP packet.")
    place = [one for one in listed.places if one.id in listed.packets]
    if len(place) != 1:
        raise refusal("Its own XMP packet is missing.")
    return place[0]


def _last(relations: tuple[Box, ...]) -> Box:
    if not relations:
        raise refusal("Nothing says what its XMP packet describes.")
    return relations[-1]


def _behind(listed: Items) -> Box:
    found = next((one for one in listed.top if one.start == listed.meta.end), None)
    if found is None:
        raise refusal("Nothing stands behind its list of items.")
    return found
