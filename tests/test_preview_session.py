"""Tests of a session: what a page gets to see as project and feed go on."""

from __future__ import annotations

import contextlib
import json
import time

import anyio
import previewing
import pytest

from imagegen import digest, feed, file_lock
from imagegen.errors import Problem
from imagegen.events import Began, Done, Failed, Progressed
from imagegen.preview.session import Session

pytestmark = pytest.mark.anyio
BEGAN = Began("mug", "generate", paid=True)


@pytest.fixture
def anyio_backend():
    return "asyncio"


@contextlib.asynccontextmanager
async def running(file):
    session = Session(file)
    async with anyio.create_task_group() as group:
        group.start_soon(session.run)
        with anyio.fail_after(60):
            await session.ready.wait()
        yield session
        group.cancel_scope.cancel()


@contextlib.contextmanager
def building(folder):
    """Be a build of the project: hold it, and say what happens."""
    corner = folder / ".imagegen"
    corner.mkdir(exist_ok=True)
    with (
        file_lock.held(corner / "build.lock"),
        feed.kept(corner, verb="build", total=1) as emit,
    ):
        yield emit


def state(session):
    return json.loads(session.hub.state())


async def until(session, happened):
    """Wait for a state in which something is so."""
    with anyio.fail_after(60):
        while not happened(now := state(session)):
            await session.hub.moved(now["revision"])


async def at_rest(session):
    """Wait until the session has nothing more to look at; returns when it looked last."""
    looked = None
    while looked != (looked := session._signs.looked_at):
        due = session._signs.not_before - time.monotonic()
        await anyio.sleep(max(0.0, due) + 0.3)
    return looked


def mug(told):
    return next(row for row in told["images"] if row["name"] == "mug")


async def test_progress_alone_changes_one_row_and_looks_at_nothing_else(tmp_path):
    file = previewing.write(tmp_path, {"cup": "a cup", "mug": "a mug"})
    previewing.build(file)
    previewing.write(tmp_path, {"cup": "a cup", "mug": "a red mug"})
    async with running(file) as session:
        with building(tmp_path) as emit:
            emit(BEGAN)
            await until(session, lambda told: mug(told)["state"] == "generating")
            looked = await at_rest(session)
            seen = session.hub.revision
            emit(Progressed("mug", 40))
            await until(session, lambda told: mug(told)["progress"] == 40)
            (patch,) = [json.loads(one.data) for one in session.hub.since(seen)]
            assert [row["name"] for row in patch["images"]] == ["mug"]
            assert session._signs.looked_at == looked
        await until(session, lambda told: told["running"] is None)
        assert mug(state(session))["state"] == "changed"


async def test_a_picture_that_is_done_is_never_shown_as_edited(tmp_path):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    lock = previewing.build(file)
    text = (tmp_path / "imagegen.lock").read_bytes()
    (tmp_path / "images/mug.png").write_bytes(previewing.picture(8))
    seen = set()
    async with running(file) as session:
        with building(tmp_path) as emit:
            emit(BEGAN)
            await until(session, lambda told: mug(told)["state"] == "generating")
            emit(Done("mug", "generate", "images/mug.png"))
            first = session.hub.revision
            (tmp_path / "imagegen.lock").write_bytes(text + b"\n")
            await until(session, lambda told: mug(told)["stage"] == "done")
            (tmp_path / "images/mug.png").write_bytes(previewing.picture(0))
            await until(session, lambda told: mug(told)["state"] == "current")
            for patch in session.hub.since(first):
                seen |= {row["state"] for row in json.loads(patch.data)["images"]}
    assert seen <= {"generating", "current"}
    assert lock.images["mug"].outputs


async def test_a_build_that_was_killed_is_over(tmp_path):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    corner = tmp_path / ".imagegen"
    corner.mkdir()
    with building(tmp_path) as emit:
        emit(BEGAN)
        left = (corner / feed.NAME).read_bytes()
    (corner / feed.NAME).write_bytes(left)
    async with running(file) as session:
        assert (state(session)["running"], mug(state(session))["state"]) == (None, "new")


async def test_who_comes_later_sees_what_failed_unless_the_project_was_edited_since(tmp_path):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    time.sleep(0.03)
    with building(tmp_path) as emit:
        emit(Failed("mug", Problem("refused")))
    async with running(file) as session:
        await until(session, lambda told: mug(told)["state"] == "failed")
        assert mug(state(session))["error"]["summary"] == "refused"
    time.sleep(0.03)
    file.touch()
    async with running(file) as session:
        assert mug(state(session))["state"] == "new"


async def test_an_edited_picture_has_the_one_before_it_beside_it(tmp_path):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    previewing.build(file)
    async with running(file) as session:
        store = session._sight.view.opened.store
        store.put(previewing.picture(0))
        (tmp_path / "images/mug.png").write_bytes(previewing.picture(5))
        await until(session, lambda told: mug(told)["state"] == "edited")
        told = mug(state(session))["before"]
        assert told["picture"] == f"/picture/{digest.sha256_of(previewing.picture(0))}"


async def test_outputs_in_a_folder_that_is_not_there_yet_are_seen(tmp_path):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    async with running(file) as session:
        assert mug(state(session))["state"] == "new"
        previewing.build(file)
        await until(session, lambda told: mug(told)["state"] == "current")


async def test_a_project_that_was_broken_from_the_start_is_shown_once_it_is_mended(tmp_path):
    file = tmp_path / "imagegen.toml"
    async with running(file) as session:
        told = state(session)
        assert (told["images"], told["cost"]["planned"]) == ([], None)
        assert "there is no file" in told["problems"][0]["summary"]
        previewing.write(tmp_path, {"mug": "a mug"})
        await until(session, lambda told: not told["problems"] and told["images"])
