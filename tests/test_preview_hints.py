"""Tests of hints: the system's word that a folder has changed."""

from __future__ import annotations

import anyio
import pytest

from imagegen.preview import hints

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def test_a_change_in_a_folder_wakes_and_one_below_it_does_not(tmp_path):
    (tmp_path / "below").mkdir()
    woken = anyio.Event()
    async with anyio.create_task_group() as group:
        group.start_soon(hints.hear, [tmp_path], lambda: woken.set())
        await anyio.sleep(0.3)
        (tmp_path / "below/file").write_text("x")
        with anyio.move_on_after(0.4):
            await woken.wait()
        assert not woken.is_set()
        with anyio.fail_after(5):
            while not woken.is_set():
                (tmp_path / "file").write_text("x")
                with anyio.move_on_after(0.2):
                    await woken.wait()
        group.cancel_scope.cancel()


async def test_for_a_folder_that_may_come_the_nearest_above_it_is_heard_of(tmp_path):
    (tmp_path / "static").mkdir()
    folders = [tmp_path, tmp_path / "static/img/new", tmp_path / "b"]
    assert hints.watchable(folders, tmp_path) == {tmp_path, tmp_path / "static"}
