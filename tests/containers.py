"""Owns picture files built piece by piece, in every form that their formats allow."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from random import Random

from PIL import Image

from imagegen.pictures.container.boxes import boxes
from imagegen.pictures.container.items import IN_META, items

FOREIGN = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="uuid:1"'
    b' xmlns:q="http://ns.adobe.com/xap/1.0/" q:CreatorTool="A camera"/></r:RDF></x:xmpmeta>'
    b'   <?xpacket end="w"?>'
)
"""A packet that another program wrote."""


@cache
def picture(kind: str, mode: str = "RGB", *, lossless: bool = False) -> bytes:
    """Return a small file as Pillow writes it."""
    image = Image.linear_gradient("L").resize((24, 16)).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.radial_gradient("L").resize(image.size))
    file = io.BytesIO()
    options = {"lossless": True} if lossless else {}
    image.save(
        file, kind.upper(), **({"speed": 10, "max_threads": 1} if kind == "avif" else options)
    )
    return file.getvalue()


def noise(side: int, seed: int) -> bytes:
    """Return a square PNG file of grey noise, the same for the same seed."""
    file = io.BytesIO()
    Image.frombytes("L", (side, side), Random(seed).randbytes(side * side)).save(file, "PNG")
    return file.getvalue()


def pixels(data: bytes) -> tuple[str, bytes]:
    image = Image.open(io.BytesIO(data))
    return image.mode, image.tobytes()


def chunk(name: bytes, body: bytes) -> bytes:
    """Return a chunk of a PNG file."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def itxt(packet: bytes, *, compressed: bool = False, language: bytes = b"") -> bytes:
    """Return the chunk of a PNG file that holds an XMP packet."""
    flags = b"\1\0" if compressed else b"\0\0"
    text = zlib.compress(packet) if compressed else packet
    return chunk(b"iTXt", b"XML:com.adobe.xmp\0" + flags + language + b"\0\0" + text)


def png(*, early: bytes = b"", late: bytes = b"", behind: bytes = b"") -> bytes:
    """Return a PNG file with chunks before and after its pixels, and bytes behind its end."""
    plain = picture("png")
    return plain[:33] + early + plain[33:-12] + late + plain[-12:] + behind


def segment(marker: int, body: bytes) -> bytes:
    """Return a segment of a JPEG file."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(*pieces: bytes, jfif: bool = True, behind: bytes = b"") -> bytes:
    """Return a JPEG file with other segments before its tables."""
    plain = picture("jpeg")
    head = 4 + int.from_bytes(plain[4:6], "big")
    return plain[: head if jfif else 2] + b"".join(pieces) + plain[head:] + behind


def riff(name: bytes, body: bytes) -> bytes:
    """Return a chunk of a WebP file."""
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def webp(
    *late: bytes, flags: int | None = None, mode: str = "RGB", lossless: bool = False
) -> bytes:
    """Return a WebP file: simple or with a header of these flags, and chunks behind the pixels."""
    plain = picture("webp", mode, lossless=lossless)
    content = plain[12:]
    if flags is not None:
        if content[:4] == b"VP8X":
            content = content[18:]
        content = riff(b"VP8X", bytes([flags, 0, 0, 0, 23, 0, 0, 15, 0, 0])) + content
    content += b"".join(late)
    return b"RIFF" + struct.pack("<I", len(content) + 4) + b"WEBP" + content


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + name + body


def avif(
    mode: str = "RGB",
    *,
    version: int = 0,
    widths: tuple[int, int, int, int] = (4, 4, 0, 0),
    inside: bool = False,
    last: bool = False,
    based: bool = False,
    packet: bytes = b"",
) -> bytes:
    """Return an AVIF file whose list of places has a certain form.

    `widths` are those of offset, length, base and index; `inside` puts the data into `idat`,
    `last` the list behind the data, `based` the place of each item into its base.
    """
    plain = picture("avif", mode)
    listed = items(plain)
    data = {
        one.id: b"".join(plain[at.value : at.value + size.value] for at, size in one.extents)
        for one in listed.places
    }
    infos = b"".join(plain[one.start : one.end] for one in listed.infos)
    relations = b"".join(plain[one.start : one.end] for one in listed.relations)
    if packet:
        new = max(data) + 1
        data[new] = packet
        named = struct.pack(">HH4s", new, 0, b"mime") + b"\0application/rdf+xml\0"
        infos += box(b"infe", b"\2\0\0\0", named)
        relations += box(b"cdsc", struct.pack(">HHH", new, 1, listed.primary))
    kept = b"".join(
        plain[one.start : one.end]
        for one in boxes(plain, listed.meta.body + 4, listed.meta.end)
        if one.name not in (b"iinf", b"iloc", b"iref")
    )
    iinf = box(b"iinf", bytes(4), struct.pack(">H", len(data)), infos)
    iref = box(b"iref", bytes(4), relations) if relations else b""
    whole = b"".join(data.values())
    ftyp = plain[: listed.top[0].end]

    def meta(start: int) -> bytes:
        iloc = _iloc(data, version, widths, start, inside=inside, based=based)
        idat = box(b"idat", whole) if inside else b""
        return box(b"meta", bytes(4), kept, iinf, iloc, iref, idat)

    if inside:
        return ftyp + meta(0)
    if last:
        return ftyp + box(b"mdat", whole) + meta(len(ftyp) + 8)
    return ftyp + meta(len(ftyp) + len(meta(0)) + 8) + box(b"mdat", whole)


def _iloc(
    data: dict[int, bytes],
    version: int,
    widths: tuple[int, int, int, int],
    start: int,
    *,
    inside: bool,
    based: bool,
) -> bytes:
    offset, length, base, index = widths
    wide = 4 if version == 2 else 2
    body = bytes([version, 0, 0, 0, offset << 4 | length, base << 4 | index])
    body += len(data).to_bytes(wide, "big")
    at = start
    for one, content in data.items():
        body += one.to_bytes(wide, "big")
        body += struct.pack(">H", IN_META if inside else 0) if version else b""
        body += bytes(2)
        body += (at if based else 0).to_bytes(base, "big") + b"\0\1"
        body += bytes(index if version else 0)
        body += (0 if based else at).to_bytes(offset, "big")
        body += len(content).to_bytes(length, "big") if length else b""
        at += len(content)
    return box(b"iloc", body)
