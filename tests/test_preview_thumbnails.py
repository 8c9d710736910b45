"""Tests of thumbnails: made once, on request, in another process."""

from __future__ import annotations

import io

import previewing
import pytest
from PIL import Image

from imagegen import digest
from imagegen.errors import Problem
from imagegen.preview.shelf import Shelf
from imagegen.preview.thumbnails import Thumbnails
from imagegen.preview.view import Eye
from imagegen.workspace import Workspace

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


class Room:
    """A project with one output of these bytes, and its thumbnails."""

    def __init__(self, folder, data):
        file = previewing.write(folder, {"mug": "a mug"})
        previewing.build(file)
        (folder / "images/mug.png").write_bytes(data)
        self.sha256 = digest.sha256_of(data)
        self.folder = folder / ".imagegen/thumbs"
        self.shelf = Shelf()
        self.shelf.lay_out(Eye(file).look(), {self.sha256})
        self.thumbnails = Thumbnails(Workspace(folder), self.shelf)

    async def get(self, width=320):
        return await self.thumbnails.get(self.sha256, width)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.thumbnails.close()


async def test_a_thumbnail_is_small_webp_and_kept(tmp_path):
    with Room(tmp_path, previewing.picture(side=700)) as room:
        data = await room.get()
        assert Image.open(io.BytesIO(data)).size == (320, 320)
        assert Image.open(io.BytesIO(await room.get(640))).size == (640, 640)
        kept = room.folder / f"{room.sha256}-320.webp"
        assert kept.read_bytes() == data
        (tmp_path / "images/mug.png").unlink()
        assert await room.get() == data, "nobody reads the picture again"


async def test_a_thumbnail_that_a_power_cut_has_halved_is_made_anew(tmp_path):
    with Room(tmp_path, previewing.picture(side=50)) as room:
        data = await room.get()
        kept = room.folder / f"{room.sha256}-320.webp"
        kept.write_bytes(data[:-30])
        assert await room.get() == data
        assert kept.read_bytes() == data


@pytest.mark.parametrize("data", [b"<html>", previewing.picture(side=90)[:-40], b""])
async def test_bytes_that_are_no_picture_give_a_problem_in_words(tmp_path, data):
    with Room(tmp_path, data) as room:
        first = await room.get()
        assert isinstance(first, Problem)
        assert await room.get() is first, "and are not decoded once more"
        assert not list(room.folder.iterdir())


async def test_nobody_gets_a_thumbnail_of_what_the_page_does_not_name(tmp_path):
    with Room(tmp_path, previewing.picture()) as room:
        room.sha256 = digest.sha256_of(previewing.picture(5))
        assert await room.get() is None


async def test_where_nothing_can_be_kept_thumbnails_are_made_all_the_same(tmp_path):
    with Room(tmp_path, previewing.picture()) as room:
        room.folder.parent.mkdir(exist_ok=True)
        (tmp_path / "elsewhere").mkdir()
        room.folder.symlink_to(tmp_path / "elsewhere")
        assert isinstance(await room.get(), bytes)
        assert not list((tmp_path / "elsewhere").iterdir()), "a link could lead anywhere"


async def test_thumbnails_of_pictures_that_are_gone_are_swept_and_nothing_else_is(tmp_path):
    with Room(tmp_path, previewing.picture()) as room:
        await room.get()
        old = room.folder / f"{'0' * 64}-320.webp"
        mine = room.folder / "mine.webp"
        old.write_bytes(b"")
        mine.write_bytes(b"")
        room.thumbnails.sweep({room.sha256})
        assert {path.name for path in room.folder.iterdir()} == {
            f"{room.sha256}-320.webp",
            mine.name,
        }
