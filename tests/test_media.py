"""media: what bytes are, by their first bytes."""

import io
import subprocess
import sys

import pytest
from PIL import Image

from imagegen.pictures import media


def encoded(format_: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 6), (200, 80, 40)).save(file, format_)
    return file.getvalue()


@pytest.mark.parametrize("format_", media.FORMATS)
def test_every_format_is_told_by_its_first_bytes(format_: str) -> None:
    assert media.format_of(encoded(format_)) == format_
    assert media.format_of(encoded(format_)[:32]) == format_


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "nothing"),
        (b"<!DOCTYPE html><html>", "HTML page"),
        (b"\xef\xbb\xbf  <html lang=en>", "HTML page"),
        (b'{"error": "expired"}', "JSON"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"<svg viewBox='0 0 1 1'/>", "SVG"),
        (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "XML"),
        (b"Not found\n", "plain text"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2mp41", "MP4"),
        (b"\x00\x01\x02\x03\x04", "unknown binary"),
    ],
)
def test_other_bytes_are_named_for_people(data: bytes, words: str) -> None:
    assert media.format_of(data) is None
    assert words in media.looks_like(data)


def test_a_name_promises_a_format_by_its_extension() -> None:
    assert media.format_of_name("home/Hero.JPG") == "jpeg"
    assert media.format_of_name("a.b.webp") == "webp"
    assert media.format_of_name("archive.tar") is None
    assert media.format_of_name(".png") is None


def test_it_needs_no_imaging_library() -> None:
    code = "import sys, imagegen.pictures.media; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
