"""extent: where a picture ends, whatever stands inside it or behind it."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from imagegen.pictures import media
from imagegen.pictures.extent import end_of, stranger


def encoded(kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.radial_gradient("L").resize((40, 30)).convert("RGB").save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", media.FORMATS)
def test_a_picture_ends_with_its_last_byte(kind: str) -> None:
    data = encoded(kind)
    assert end_of(kind, data) == len(data)
    assert stranger(kind, data, len(data)) == b""


@pytest.mark.parametrize("kind", media.FORMATS)
@pytest.mark.parametrize("behind", [b"<script>", b"PK\x05\x06" + bytes(18), b"\0\0\nx"])
def test_what_stands_behind_a_picture_is_seen(kind: str, behind: bytes) -> None:
    data = encoded(kind) + behind
    end = end_of(kind, data)
    assert end is not None
    assert stranger(kind, data, end) == behind.lstrip(b"\0\n")


@pytest.mark.parametrize("kind", media.FORMATS)
def test_padding_is_no_stranger(kind: str) -> None:
    data = encoded(kind) + b"\0\0\r\n \0\0\0"
    end = end_of(kind, data)
    assert end is not None
    assert stranger(kind, data, end) == b""


@pytest.mark.parametrize("cut", range(1, 17))
def test_a_png_cut_in_its_last_chunk_has_no_end(cut: int) -> None:
    assert end_of("png", encoded("png")[:-cut]) is None


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
def test_a_jpeg_ends_with_its_scans_and_not_with_a_thumbnail(options: dict[str, object]) -> None:
    data = encoded("jpeg", **options)
    body = b"xx\xff\xd8\xff\xda\xff\xd9yy"
    thumbnail = b"\xff\xe1" + struct.pack(">H", 2 + len(body)) + body
    comment = b"\xff\xff\xfe" + struct.pack(">H", 2 + len(body)) + body
    last = data.rfind(b"\xff\xda")
    whole = data[:2] + thumbnail + data[2:last] + comment + data[last:]
    assert end_of("jpeg", whole) == len(whole)
    assert end_of("jpeg", whole[:-2]) is None


def test_a_second_jpeg_belongs_to_the_first_as_cameras_write_it() -> None:
    data = encoded("jpeg")
    assert stranger("jpeg", data + data + b"\0", len(data)) == b""
    assert stranger("jpeg", data + data[:-2], len(data)) == data[:-2]
    assert stranger("png", encoded("png") + data, len(encoded("png"))) == data


def test_a_gif_of_many_frames_ends_behind_the_last() -> None:
    file = io.BytesIO()
    first, *rest = (Image.new("P", (9, 9), n) for n in range(5))
    first.save(file, "gif", save_all=True, append_images=rest, comment=b"a;b")
    data = file.getvalue()
    assert end_of("gif", data) == len(data)
    assert all(end_of("gif", data[:-cut]) is None for cut in range(1, 40))


def test_an_odd_webp_may_lack_its_padding() -> None:
    data = b"RIFF" + struct.pack("<I", 5) + b"WEBPx"
    assert end_of("webp", data) == end_of("webp", data + b"\0") - 1 == len(data)
    assert end_of("webp", data[:-1]) is None


def test_pixels_that_last_to_the_end_of_an_avif_end_there() -> None:
    data = b"\0\0\0\x10ftypavif\0\0\0\0" + b"\0\0\0\0mdat" + b"pixels"
    assert end_of("avif", data) == len(data)
