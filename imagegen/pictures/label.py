"""Owns the label of a picture: what it says itself of its making, of rights and of signatures.

Reads headers, never pixels. Of all that strangers write only IPTC's own codes are believed; of
the rest no more is told than that there is something.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from imagegen.derivative import SOURCE_TYPES
from imagegen.pictures import media
from imagegen.pictures.container import jpeg, png, webp
from imagegen.pictures.container.container import Unmarkable
from imagegen.pictures.credentials import has_c2pa
from imagegen.pictures.statements import Statements
from imagegen.pictures.xmp import CONTAINERS, IPTC_EXT

_TYPE = f"{IPTC_EXT} DigitalSourceType"
_ADDRESSES = (SOURCE_TYPES, SOURCE_TYPES.replace("http:", "https:"))
_CODES = frozenset(
    {
        "algorithmicMedia",
        "algorithmicallyEnhanced",
        "composite",
        "compositeCapture",
        "compositeSynthetic",
        "compositeWithTrainedAlgorithmicMedia",
        "computationalCapture",
        "dataDrivenMedia",
        "digitalArt",
        "digitalCapture",
        "digitalCreation",
        "humanEdits",
        "minorHumanEdits",
        "negativeFilm",
        "positiveFilm",
        "print",
        "screenCapture",
        "softwareImage",
        "trainedAlgorithmicMedia",
        "virtualRecording",
    }
)
"""IPTC's digital source types, the retired ones too."""

_RIGHTS = (
    "http://purl.org/dc/elements/1.1/ rights",
    "http://purl.org/dc/elements/1.1/ creator",
    "http://ns.adobe.com/photoshop/1.0/ Credit",
    "http://ns.adobe.com/xap/1.0/rights/ ",
    "http://ns.useplus.org/ldf/xmp/1.0/ ",
)
"""What the names begin with of properties that say whose a picture is."""

_ARTIST, _COPYRIGHT = 0x013B, 0x8298
"""EXIF's numbers for them."""
_EXIF = b"Exif\0\0"
_FIELDS_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Label:
    """What a picture says of itself."""

    source_type: str = ""
    """IPTC's code for its digital source type; an empty text where it gives none, or several."""
    rights: bool = False
    """Whether it says whose it is, in XMP or EXIF."""
    credentials: bool = False
    """Whether it carries Content Credentials (C2PA)."""


def label_of(data: bytes) -> Label:
    """Return what a PNG, JPEG, WebP or AVIF file says; nothing of any other. Never raises."""
    names, types = _stated(data)
    codes = {_code(value) for value in types} - {""}
    rights = any(name.startswith(_RIGHTS) for name in names)
    return Label(
        codes.pop() if len(codes) == 1 else "",
        rights or any(_names_owner(exif) for exif in _exif(data)),
        has_c2pa(data),
    )


def _stated(data: bytes) -> tuple[set[str], set[str]]:
    """Return the properties that the XMP packet of a file has, and its source types."""
    container = CONTAINERS.get(media.format_of(data) or "")
    try:
        packet = container.packet(data) if container else None
        said = Statements(packet) if packet else None
    except Unmarkable:
        return set(), set()
    return (said.names, said.values.get(_TYPE, set())) if said else (set(), set())


def _code(value: str) -> str:
    for address in _ADDRESSES:
        if value.startswith(address):
            code = value.removeprefix(address)
            return code if code in _CODES else ""
    return ""


def _exif(data: bytes) -> Iterator[bytes]:
    """Yield the EXIF data of a file, without the name in front; of AVIF none."""
    kind = media.format_of(data)
    if kind == "jpeg":
        for segment in jpeg.segments(data):
            if data.startswith(_EXIF, segment.body):
                yield data[segment.body + len(_EXIF) : segment.end]
    elif kind == "png":
        for chunk in png.chunks(data):
            if chunk.name == b"eXIf":
                yield data[chunk.start + 8 : chunk.end - 4]
    elif kind == "webp":
        for piece in webp.chunks(data):
            if piece.name == b"EXIF":
                yield piece.body.removeprefix(_EXIF)


def _names_owner(exif: bytes) -> bool:
    """Whether the first directory of EXIF data has an artist or a copyright that is not blank."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 8:
        return False
    (at,) = struct.unpack_from(f"{order}I", exif, 4)
    if at + 2 > len(exif):
        return False
    (count,) = struct.unpack_from(f"{order}H", exif, at)
    for number in range(min(count, _FIELDS_LIMIT)):
        field = at + 2 + 12 * number
        if field + 12 > len(exif):
            return False
        tag, _, size, place = struct.unpack_from(f"{order}HHII", exif, field)
        if tag in (_ARTIST, _COPYRIGHT):
            start = place if size > 4 else field + 8
            if exif[start : start + size].strip(b"\0 "):
                return True
    return False
