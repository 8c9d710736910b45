"""References by URL: fetched once, kept by their bytes, refused when they are no pictures."""

from __future__ import annotations

import io

import anyio
import pytest
from PIL import Image
from seller import Seller

from imagegen import digest
from imagegen.build import links
from imagegen.errors import Problem, WrongInput
from imagegen.providers.provider import Refused, Unavailable
from imagegen.store.disk import DiskStore

URL = "https://example.com/mug.png"


def png():
    file = io.BytesIO()
    Image.new("RGB", (8, 6), "red").save(file, "PNG")
    return file.getvalue()


def fetched(seller, folder, *urls):
    async def scenario():
        return await links.fetch(urls or (URL,), seller, DiskStore(folder))

    return anyio.run(scenario)


def test_a_picture_is_kept_in_the_store_and_named_by_its_bytes(tmp_path):
    assert fetched(Seller(files=[png()]), tmp_path) == {URL: digest.sha256_of(png())}
    assert DiskStore(tmp_path).get(digest.sha256_of(png())) == png()


def test_a_failed_fetch_is_tried_again(tmp_path):
    seller = Seller(files=[Unavailable(Problem("away")), png()])
    assert URL in fetched(seller, tmp_path)


@pytest.mark.parametrize("answer", [b"<html>no</html>", Refused(Problem("it is gone"), status=404)])
def test_what_cannot_be_used_is_told_for_every_address(tmp_path, answer):
    with pytest.raises(WrongInput) as caught:
        fetched(Seller(files=[answer]), tmp_path, URL, f"{URL}?2")
    assert [URL in problem.summary for problem in caught.value.problems] == [True, True]
    assert "Nothing was bought." in caught.value.problems[0].detail
