"""From a finished job to a stored original: kept first, judged afterwards."""

from __future__ import annotations

import contextlib
import errno
import io
from functools import partial

import anyio
import pytest
from PIL import Image
from seller import Seller, job

from imagegen.build.collect import Collector, NotCollected
from imagegen.build.darkroom import Darkroom
from imagegen.build.pace import Pace
from imagegen.errors import DiskFailed, Problem
from imagegen.providers.provider import Refused, Unavailable
from imagegen.store.disk import DiskStore


def png(size=(8, 6)):
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, "PNG")
    return file.getvalue()


def collected(seller, folder, *, urls=("https://x/1.png",), **facts):
    pace = Pace(in_flight=9, requests_per_minute=9000)
    with contextlib.closing(Darkroom()) as darkroom:
        collector = Collector(seller, DiskStore(folder), pace, lambda _: None, darkroom=darkroom)
        return anyio.run(partial(collector.collect, job(urls=urls, **facts), pixels=10_000))


def test_a_picture_is_stored_and_measured(tmp_path):
    (one,) = collected(Seller(files=[png()]), tmp_path)
    assert (one.format, one.width, one.height) == ("png", 8, 6)
    assert DiskStore(tmp_path).get(one.sha256) == png()


def test_every_picture_of_a_job_is_kept_in_order(tmp_path):
    seller = Seller(files=[png((8, 6)), png((6, 8))])
    found = collected(seller, tmp_path, urls=("https://x/1.png", "https://x/2.png"))
    assert [one.width for one in found] == [8, 6]


@pytest.mark.parametrize(
    "first", [b"<html>", b"", png()[:-3], Unavailable(Problem("cut"), seconds=0)]
)
def test_what_is_no_picture_is_kept_aside_and_fetched_again(tmp_path, first):
    seller = Seller(files=[first, png()])
    assert len(collected(seller, tmp_path)) == 1
    assert seller.fetched == 2


def test_a_picture_that_the_api_calls_expired_is_not_asked_for_again(tmp_path):
    seller = Seller(files=[Refused(Problem("it has expired"), status=410)])
    with pytest.raises(NotCollected, match="it has expired") as caught:
        collected(seller, tmp_path, expired=True)
    assert caught.value.gone
    assert seller.fetched == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_file_server_alone_cannot_make_a_picture_lost(tmp_path, status):
    seller = Seller(files=[Refused(Problem("no such file"), status=status), png()])
    assert len(collected(seller, tmp_path)) == 1


def test_a_file_that_stays_away_leaves_the_job_noted(tmp_path):
    seller = Seller(files=[Refused(Problem("no such file"), status=404)])
    with pytest.raises(NotCollected, match="no such file") as caught:
        collected(seller, tmp_path)
    assert not caught.value.gone
    assert seller.fetched == 4


def test_a_full_disk_stops_everything_and_leaves_no_part_of_a_download(tmp_path):
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(DiskFailed, match="fetch a picture"):
        collected(Seller(files=[full]), tmp_path)
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
