"""Owns the recognition of file formats by their first bytes, and of what else bytes may be.

Never decodes and never imports an imaging library, so that the project loader can afford it.
"""

from __future__ import annotations

FORMATS = ("png", "jpeg", "webp", "avif", "gif")
"""Every format that a picture may come in."""

WRITABLE = ("png", "jpeg", "webp", "avif")
"""The formats that an output may have."""

_EXTENSIONS = {
    "png": "png",
    "jpg": "jpeg",
    "jpeg": "jpeg",
    "webp": "webp",
    "avif": "avif",
    "gif": "gif",
}

_FOREIGN_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "gzip-compressed data"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x00\x00\x01\x00", "an ICO icon"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"\x1aE\xdf\xa3", "a WebM or Matroska video"),
)

_AVIF_BRANDS = (b"avif", b"avis")


def format_of(data: bytes) -> str | None:
    """Return png, jpeg, webp, avif or gif by the first bytes of `data`, or None."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data[4:8] == b"ftyp" and _has_avif_brand(data):
        return "avif"
    return None


def format_of_name(name: str) -> str | None:
    """Return the format that a file name's extension promises, or None; letter case is ignored."""
    stem, dot, extension = name.rpartition(".")
    return _EXTENSIONS.get(extension.lower()) if dot and stem else None


def looks_like(data: bytes) -> str:
    """Return a few words for what `data` seems to be: "an HTML page", "JSON", "nothing at all"."""
    if not data:
        return "nothing at all (0 bytes)"
    known = format_of(data)
    if known is not None:
        return f"a {known.upper()} picture"
    for magic, words in _FOREIGN_MAGIC:
        if data.startswith(magic):
            return words
    if data[4:8] == b"ftyp":
        return "an MP4 video or another ISO media file"
    return _looks_like_text(data)


def _has_avif_brand(data: bytes) -> bool:
    length = min(int.from_bytes(data[:4], "big"), 256)
    if data[8:12] in _AVIF_BRANDS:
        return True
    compatible = data[16:length]
    return any(compatible[at : at + 4] in _AVIF_BRANDS for at in range(0, len(compatible), 4))


def _looks_like_text(data: bytes) -> str:
    head = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in head:
        return "an SVG drawing"
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "an HTML page"
    if head.startswith((b"<?xml", b"<")):
        return "XML or HTML text"
    if head.startswith((b"{", b"[")):
        return "JSON"
    if head and all(byte >= 32 or byte in b"\t\r\n\f" for byte in head):
        return "plain text"
    return "unknown binary data"
