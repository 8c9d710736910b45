"""inspect: whole pictures are described, everything else is refused."""

import hashlib
import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imagegen.pictures import media
from imagegen.pictures.inspect import PIXEL_CAP, NotAPicture, inspect


def encoded(format_: str, size: tuple[int, int] = (24, 18), **options: object) -> bytes:
    file = io.BytesIO()
    image = Image.radial_gradient("L").resize(size).convert("RGB")
    image.save(file, format_, **options)
    return file.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("format_", media.FORMATS)
def test_a_whole_picture_is_described(format_: str) -> None:
    data = encoded(format_)
    original = inspect(data)
    assert (original.format, original.width, original.height) == (format_, 24, 18)
    assert (original.bytes, original.sha256) == (len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("format_", media.FORMATS)
def test_every_truncation_is_refused(format_: str) -> None:
    data = encoded(format_, (12, 9))
    for length in range(len(data)):
        with pytest.raises(NotAPicture):
            inspect(data[:length])


def test_a_progressive_jpeg_is_whole_only_to_its_end() -> None:
    data = encoded("jpeg", (96, 80), progressive=True)
    assert inspect(data).format == "jpeg"
    for length in range(20, len(data), 23):
        with pytest.raises(NotAPicture):
            inspect(data[:length])


def test_a_thumbnail_does_not_stand_in_for_the_end() -> None:
    data = encoded("jpeg", (64, 64))
    segment = b"\xff\xe1" + struct.pack(">H", 2 + 8) + b"xx\xff\xd8\xff\xd9yy"
    with_thumbnail = data[:2] + segment + data[2:]
    assert inspect(with_thumbnail).width == 64
    with pytest.raises(NotAPicture, match="truncated"):
        inspect(with_thumbnail[:-40])


def test_more_pixels_than_asked_for_are_refused() -> None:
    data = encoded("png", (30, 20))
    assert inspect(data, pixels=400).width == 30
    with pytest.raises(NotAPicture, match="too large: 30 x 20"):
        inspect(data, pixels=399)


@pytest.mark.parametrize("size", [(9_000, 9_000), (20_000, 20_000), (65_000, 65_000)])
def test_a_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    assert size[0] * size[1] > PIXEL_CAP
    with pytest.raises(NotAPicture, match="too large"):
        inspect(png_claiming(*size))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<!doctype html><title>Sign in</title>", "HTML page"),
        (b'{"error":"no"}', "JSON"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"", "0 bytes"),
    ],
)
def test_the_problem_says_what_the_bytes_are(data: bytes, words: str) -> None:
    with pytest.raises(NotAPicture) as refusal:
        inspect(data)
    assert words in refusal.value.problem.summary


def test_a_damaged_png_is_refused() -> None:
    data = bytearray(encoded("png", (64, 64)))
    data[len(data) // 2] ^= 0x10
    with pytest.raises(NotAPicture, match="damaged"):
        inspect(bytes(data))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_never_raise_anything_else(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        inspect(data)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(media.FORMATS), st.data())
def test_random_damage_never_raises_anything_else(format_: str, draw: st.DataObject) -> None:
    data = bytearray(encoded(format_, (20, 16)))
    for at, byte in draw.draw(
        st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), max_size=12)
    ):
        data[at] = byte
    try:
        assert inspect(bytes(data)).format in media.FORMATS
    except NotAPicture as refusal:
        assert refusal.problem.summary
