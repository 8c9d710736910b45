"""Faults of result files."""

import contextlib
import time

import httpx
import pytest
from emulation import talking

from imagegen.emulator import faults
from imagegen.pictures.media import format_of, looks_like


@contextlib.contextmanager
def spoilt(fault, **options):
    """Yield the URL of a picture under a fault, and its true bytes."""
    with talking() as talk:
        job_id = talk.buy()
        truth = talk.picture(job_id).content
        talk.emulator.faults.add(faults.rule(fault, match={"path": "/cdn/images/*"}, **options))
        yield talk.job(job_id)["result"]["images"][0], truth


@pytest.mark.parametrize("fault", ["file-cut", "file-cut-chunked"])
def test_a_file_ends_early_and_the_client_can_tell(fault):
    with spoilt(fault, keep=0.3) as (url, truth):
        with httpx.stream("GET", url, timeout=60) as response:
            assert ("content-length" in response.headers) is (fault == "file-cut")
            with pytest.raises(httpx.RemoteProtocolError):
                response.read()
        assert truth


def test_a_file_is_short_and_nothing_tells():
    with spoilt("file-short", keep=0.3) as (url, truth):
        assert httpx.get(url, timeout=60).content == truth[: int(len(truth) * 0.3)]


def test_a_file_drips():
    with spoilt("file-drip", bytes_per_second=200) as (url, truth):
        started = time.monotonic()
        with httpx.stream("GET", url, timeout=60) as response:
            chunks = response.iter_raw()
            first = b"".join(next(chunks) for _ in range(3))
        assert truth.startswith(first)
        assert time.monotonic() - started > 0.15


def test_a_file_never_ends():
    with spoilt("file-endless") as (url, _), httpx.stream("GET", url, timeout=60) as response:
        total = 0
        for chunk in response.iter_raw():
            total += len(chunk)
            if total > 2**21:
                break


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("file-html", "an HTML page"),
        ("file-svg", "an SVG drawing"),
        ("file-json", "JSON"),
        ("file-empty", "nothing at all (0 bytes)"),
        ("file-bomb", "a PNG picture"),
        ("file-other-format", "a JPEG picture"),
    ],
)
def test_a_file_is_something_else(fault, words):
    with spoilt(fault) as (url, truth):
        content = httpx.get(url, timeout=60).content
        assert looks_like(content) == words
        assert content != truth


def test_a_bit_is_flipped():
    with spoilt("file-bit-flip") as (url, truth):
        content = httpx.get(url, timeout=60).content
        assert len(content) == len(truth)
        assert sum(a != b for a, b in zip(content, truth, strict=True)) == 1


def test_a_file_is_another_picture():
    with spoilt("file-other-picture") as (url, truth):
        content = httpx.get(url, timeout=60).content
        assert format_of(content) == format_of(truth)
        assert content != truth


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_file_is_gone(status):
    with spoilt("status", status=status) as (url, _):
        assert httpx.get(url, timeout=60).status_code == status


def test_a_file_is_elsewhere():
    with spoilt("redirect", to=["http://10.0.0.1/a.png"]) as (url, _):
        assert httpx.get(url, timeout=60).headers["location"] == "http://10.0.0.1/a.png"
