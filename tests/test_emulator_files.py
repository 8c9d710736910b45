"""Result files: right size and format, the same bytes again, gone in time."""

import io

import httpx
import pytest
from emulation import FAST, talking
from PIL import Image

from imagegen.emulator.settings import Settings


def test_a_picture_has_the_size_and_format_that_were_asked_for():
    with talking(Settings(latency=0.0)) as talk:
        params = {"width": 320, "height": 256, "output_format": "webp"}
        response = talk.picture(talk.buy(fluxParams=params))
        assert response.headers["content-type"] == "image/webp"
        with Image.open(io.BytesIO(response.content)) as picture:
            assert (picture.format, picture.size) == ("WEBP", (320, 256))


def test_the_same_request_and_seed_give_the_same_bytes():
    with talking() as talk:
        pictures = [
            talk.picture(talk.buy(prompt, fluxParams={"seed": seed})).content
            for prompt, seed in (("mug", 1), ("mug", 1), ("mug", 2), ("cup", 1))
        ]
        assert pictures[0] == pictures[1]
        assert len(set(pictures)) == 3


def test_several_pictures_of_one_job_differ():
    with talking() as talk:
        job_id = talk.buy(model="kling-image", klingImageParams={"n": 2})
        urls = talk.finished(job_id)["result"]["images"]
        assert [url.rpartition("/")[2] for url in urls] == [f"{job_id}-1.png", f"{job_id}-2.png"]
        assert httpx.get(urls[0], timeout=60).content != httpx.get(urls[1], timeout=60).content


def test_midjourney_gives_four_and_a_grid():
    with talking() as talk:
        result = talk.finished(talk.buy(model="midjourney"))["result"]
        assert len(result["images"]) == 4
        with Image.open(io.BytesIO(httpx.get(result["gridUrl"], timeout=60).content)) as grid:
            assert grid.size == (128, 128)


def test_files_expire():
    time = [1000.0]
    settings = Settings(latency=0.0, picture_scale=16, retention=60, clock=lambda: time[0])
    with talking(settings) as talk:
        job_id = talk.buy()
        assert talk.picture(job_id).status_code == 200
        url = talk.job(job_id)["result"]["images"][0]
        time[0] += 60
        assert talk.job(job_id)["expired"] is True
        assert httpx.get(url, timeout=60).status_code == 404


def test_a_job_that_is_not_done_has_no_file():
    with talking(Settings(latency=60)) as talk:
        job_id = talk.buy()
        url = f"{talk.emulator.url}/cdn/images/{job_id}-1.jpg"
        assert httpx.get(url, timeout=60).status_code == 404


@pytest.mark.parametrize("name", ["x.png", "..%2fledger.jsonl", "%2e%2e/ledger.jsonl"])
def test_nothing_else_is_served(name):
    with talking(FAST) as talk:
        for folder in ("images", "uploads"):
            assert (
                httpx.get(f"{talk.emulator.url}/cdn/{folder}/{name}", timeout=60).status_code == 404
            )
