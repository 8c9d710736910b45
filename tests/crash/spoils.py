"""Owns spoils: bytes that claim to be a picture and are a bomb, a stranger, or too much of one."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

from PIL import Image

FORMATS = ("png", "jpeg", "webp", "avif", "gif")
_START = b"\x89PNG\r\n\x1a\n"


@cache
def picture(kind: str, size: tuple[int, int] = (96, 64), angle: int = 0) -> bytes:
    """Return a whole picture; another `angle` shows something else."""
    file = io.BytesIO()
    shown = Image.radial_gradient("L").rotate(angle * 7, translate=(angle, 0)).resize(size)
    shown.convert("RGB").save(file, kind)
    return file.getvalue()


def drawn(kind: str, size: tuple[int, int], **options: object) -> bytes:
    """Return a plain picture of any size."""
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **options)
    return file.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    """Return a PNG chunk."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def zeros(length: int) -> bytes:
    """Return that many zeros compressed, without ever holding them."""
    packer = zlib.compressobj(9)
    piece = bytes(2**20)
    parts = [packer.compress(piece) for _ in range(length // len(piece))]
    return b"".join([*parts, packer.compress(bytes(length % len(piece))), packer.flush()])


def png(width: int, height: int, *, depth: int = 1, rows: int | None = None) -> bytes:
    """Return a PNG of grey zeros; fewer `rows` than its height make it a lie."""
    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    line = (width * depth + 7) // 8 + 1
    data = zeros(line * (height if rows is None else rows))
    return _START + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def with_chunks(*chunks: bytes) -> bytes:
    """Return a small PNG with these chunks behind its header."""
    data = picture("png")
    return data[:33] + b"".join(chunks) + data[33:]


def jpeg_claiming(width: int, height: int) -> bytes:
    """Return a JPEG whose frame header says so."""
    data = bytearray(picture("jpeg"))
    at = data.find(b"\xff\xc0")
    struct.pack_into(">HH", data, at + 5, height, width)
    return bytes(data)


def avif_claiming(width: int, height: int) -> bytes:
    """Return an AVIF whose size box says so."""
    data = bytearray(picture("avif"))
    struct.pack_into(">II", data, data.find(b"ispe") + 8, width, height)
    return bytes(data)


def gif_claiming(width: int, height: int) -> bytes:
    """Return a GIF whose screen is so large."""
    data = bytearray(picture("gif"))
    struct.pack_into("<HH", data, 6, width, height)
    return bytes(data)


def webp_claiming(width: int, height: int) -> bytes:
    """Return an animated WebP whose canvas is so large."""
    data = bytearray(frames("webp", 2))
    at = data.find(b"VP8X") + 12
    data[at : at + 6] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(data)


def frames(kind: str, count: int) -> bytes:
    """Return an animation."""
    file = io.BytesIO()
    first, *rest = (Image.new("RGB", (16, 16), (n * 37 % 256, n % 256, 9)) for n in range(count))
    first.save(file, kind, save_all=True, append_images=rest)
    return file.getvalue()


def many_scans(count: int) -> bytes:
    """Return a progressive JPEG that repeats its last scan: each costs a walk over all pixels."""
    file = io.BytesIO()
    shown = Image.radial_gradient("L").resize((800, 800)).convert("RGB")
    shown.save(file, "jpeg", progressive=True)
    data = file.getvalue()
    at = data.rfind(b"\xff\xda")
    return data[:at] + data[at:-2] * count + b"\xff\xd9"


def jpeg_with(segment: bytes, count: int) -> bytes:
    """Return a JPEG with a segment repeated behind its start."""
    data = picture("jpeg")
    return data[:2] + segment * count + data[2:]


@cache
def bombs() -> dict[str, bytes]:
    """Return pictures that would cost much more than they are worth, by name."""
    text = chunk(b"zTXt", b"k\0\0" + zeros(900_000))
    icc = b"\xff\xe2" + struct.pack(">H", 65535) + b"ICC_PROFILE\0\x01\x01" + bytes(65519)
    exif = b"\xff\xe1" + struct.pack(">H", 8 + 20) + b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(10)
    frame = struct.pack(">IIIIIHHBB", 1, 96, 64, 0, 0, 0, 0, 0, 0)
    return {
        "png of 900 megapixels": png(30_000, 30_000),
        "png of 81 megapixels": png(9_000, 9_000),
        "png that claims four gigapixels": png(65_535, 65_535, rows=1),
        "png of one line": png(2**31 - 1, 1, rows=0),
        "png of 20 megapixels": png(5_000, 4_000),
        "png with too few rows": png(96, 64, depth=8, rows=9),
        "png of no size": png(0, 0),
        "png with a profile bomb": with_chunks(chunk(b"iCCP", b"k\0\0" + zeros(2**26))),
        "png with a text bomb": with_chunks(chunk(b"zTXt", b"k\0\0" + zeros(2**26))),
        "png with an international text bomb": with_chunks(
            chunk(b"iTXt", b"k\0\1\0\0\0" + zeros(2**26))
        ),
        "png with many texts": with_chunks(text * 200),
        "png with many chunks": with_chunks(chunk(b"tIME", bytes(7)) * 60_000),
        "png with a large exif": with_chunks(chunk(b"eXIf", b"MM\0*" + bytes(8_000_000))),
        "png that animates for ever": with_chunks(
            chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)), chunk(b"fcTL", frame) * 50_000
        ),
        "jpeg of four gigapixels": jpeg_claiming(65_500, 65_500),
        "jpeg of 60 megapixels": jpeg_claiming(10_000, 6_000),
        "jpeg of many scans": many_scans(1_000),
        "jpeg with large profiles": jpeg_with(icc, 250),
        "jpeg with a broken exif": jpeg_with(exif, 200),
        "jpeg of comments": jpeg_with(b"\xff\xfe\x00\x02", 200_000),
        "jpeg of fill bytes": jpeg_with(b"\xff", 12_000_000),
        "webp of 268 megapixels": webp_claiming(16_384, 16_384),
        "webp of many frames": frames("webp", 300),
        "avif of a gigapixel": avif_claiming(32_768, 32_768),
        "avif of 60 megapixels": avif_claiming(10_000, 6_000),
        "gif of four gigapixels": gif_claiming(65_535, 65_535),
        "gif of many frames": frames("gif", 300),
    }


@cache
def strangers() -> dict[str, bytes]:
    """Return bytes that are no picture to take, by name."""
    page = b"<!doctype html><title>Sign in</title><script>alert(1)</script>"
    zipped = b"PK\x05\x06" + bytes(18)
    found = {
        "nothing": b"",
        "a page": page,
        "a page of one letter": b"<",
        "an SVG": b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        "JSON": b'{"error":"expired"}',
        "a text": b"Too many requests\n" * 40,
        "zeros": bytes(50_000),
        "a ZIP": zipped,
        "a PDF": b"%PDF-1.7\n" + bytes(300),
        "a program": b"\x7fELF" + bytes(300),
        "a script that begins like a GIF": b"GIF89a/*" + page + b"*/=1;",
        "an MP4": b"\0\0\0\x18ftypisom\0\0\0\0isomavc1" + bytes(200),
        "an empty RIFF": b"RIFF\x04\0\0\0WEBP",
        "only a PNG start": _START,
        "a JPEG start and end": b"\xff\xd8\xff\xda\x00\x02\xff\xd9",
    }
    for kind in ("bmp", "tiff", "ico", "ppm", "tga"):
        found[f"a {kind.upper()}"] = drawn(kind, (16, 16))
    for kind in FORMATS:
        found[f"a {kind.upper()} with a page behind it"] = picture(kind) + page
        found[f"a {kind.upper()} with a ZIP behind it"] = picture(kind) + zipped
    return found
