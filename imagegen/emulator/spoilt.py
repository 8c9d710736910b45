"""Owns the faults of result files: cut, slow, endless, of another kind, or quietly wrong.

A fault that gives an error status or a redirect instead of a file is `status` or `redirect`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from starlette.responses import Response, StreamingResponse

from imagegen.emulator.rules import Options, OptionValue
from imagegen.emulator.wire import Cut, drip, endless
from imagegen.pictures.convert import convert

HTML = b"<!doctype html><title>Just a moment</title><p>Checking your browser."
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
)
BOMB_SIDE = 30_000
JSON = b'{"error":"Not found"}'


@dataclass(frozen=True, slots=True)
class Served:
    """A file as it should be sent."""

    data: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class FileFault:
    """One line of the table: what is sent instead of the file."""

    act: Callable[[Options, Served], Response]
    defaults: Mapping[str, OptionValue] = field(default_factory=dict)


def _plain(data: bytes, content_type: str) -> FileFault:
    return FileFault(lambda _, __: Response(data, media_type=content_type))


def _cut(length: str) -> FileFault:
    def act(options: Options, served: Served) -> Response:
        keep = int(len(served.data) * options.number("keep"))
        return Cut(served.data, served.content_type, keep=keep, length=length)

    return FileFault(act, {"keep": 0.5})


def _short(options: Options, served: Served) -> Response:
    keep = int(len(served.data) * options.number("keep"))
    return Response(served.data[:keep], media_type=served.content_type)


def _drip(options: Options, served: Served) -> Response:
    stream = drip(served.data, rate=options.number("bytes_per_second"))
    headers = {"content-length": str(len(served.data))}
    return StreamingResponse(stream, media_type=served.content_type, headers=headers)


def _endless(_: Options, served: Served) -> Response:
    return StreamingResponse(endless(served.data), media_type=served.content_type)


def _other_format(options: Options, served: Served) -> Response:
    fallback = "png" if served.content_type != "image/png" else "jpeg"
    wanted = options.text("format") or fallback
    return Response(convert(served.data, wanted), media_type=served.content_type)


def _bit_flip(_: Options, served: Served) -> Response:
    data = bytearray(served.data)
    data[len(data) // 2] ^= 1
    return Response(bytes(data), media_type=served.content_type)


@cache
def _bomb() -> bytes:
    # A valid PNG of 900 megapixels, one bit each, in about 110 kB.
    head = struct.pack(">IIBBBBB", BOMB_SIDE, BOMB_SIDE, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(BOMB_SIDE * (BOMB_SIDE // 8 + 1)), 9)
    chunks = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


FILES: Mapping[str, FileFault] = {
    "file-cut": _cut("declared"),
    "file-cut-chunked": _cut("chunked"),
    "file-short": FileFault(_short, {"keep": 0.5}),
    "file-drip": FileFault(_drip, {"bytes_per_second": 100}),
    "file-endless": FileFault(_endless),
    "file-other-format": FileFault(_other_format, {"format": None}),
    "file-bit-flip": FileFault(_bit_flip),
    "file-html": _plain(HTML, "text/html"),
    "file-svg": _plain(SVG, "image/svg+xml"),
    "file-json": _plain(JSON, "application/json"),
    "file-empty": _plain(b"", "image/png"),
    "file-bomb": FileFault(lambda _, __: Response(_bomb(), media_type="image/png")),
    # Needs the painter, so `files` carries it out.
    "file-other-picture": _plain(b"", "image/png"),
}
