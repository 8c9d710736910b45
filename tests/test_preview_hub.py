"""Tests of the hub: revisions, patches of what changed, and those who are slow."""

from __future__ import annotations

import json
import time

import anyio
import pytest

from imagegen.preview import hub as hubs
from imagegen.preview.hub import Hub
from imagegen.preview.state import State

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


def state(*names, running=None, **prompts):
    images = {name: {"name": name, "prompt": prompts.get(name, "")} for name in names}
    return State({"running": running, "problems": []}, images)


def patches(hub, revision):
    return [json.loads(one.data) for one in hub.since(revision)]


async def test_a_patch_has_the_rows_that_changed_and_no_others():
    hub = Hub()
    hub.publish(state("cup", "mug"))
    seen = hub.revision
    hub.publish(state("cup", "mug", mug="red", running={"done": 1}))
    (patch,) = patches(hub, seen)
    assert patch == {
        "revision": hub.revision,
        "images": [{"name": "mug", "prompt": "red"}],
        "removed": [],
        "running": {"done": 1},
    }


async def test_images_that_come_and_go_are_told_with_the_new_order():
    hub = Hub()
    hub.publish(state("cup", "mug"))
    seen = hub.revision
    hub.publish(state("mug", "pot"))
    (patch,) = patches(hub, seen)
    assert [row["name"] for row in patch["images"]] == ["pot"]
    assert (patch["removed"], patch["order"]) == (["cup"], ["mug", "pot"])


async def test_the_same_once_more_is_no_news():
    hub = Hub()
    hub.publish(state("mug"))
    seen = hub.revision
    hub.publish(state("mug"))
    assert (hub.revision, hub.since(seen)) == (seen, [])


async def test_the_state_is_what_its_patches_make_of_the_one_before():
    hub = Hub()
    hub.publish(state("cup", "mug"))
    told = json.loads(hub.state())
    hub.publish(state("mug", "pot", mug="red"))
    (patch,) = patches(hub, told["revision"])
    rows = {row["name"]: row for row in [*told["images"], *patch["images"]]}
    now = json.loads(hub.state())
    assert now["images"] == [rows[name] for name in patch["order"]]
    assert now["revision"] == patch["revision"]


async def test_who_has_fallen_too_far_behind_starts_over():
    hub = Hub()
    hub.publish(state("mug"))
    seen = hub.revision
    for number in range(hubs.LOG_LENGTH):
        hub.publish(state("mug", mug=str(number)))
    assert len(hub.since(seen)) == hubs.LOG_LENGTH
    hub.publish(state("mug", mug="one more"))
    assert hub.since(seen) is None


async def test_what_is_kept_for_the_slow_is_limited_by_bytes():
    hub = Hub()
    seen = hub.revision
    for number in range(8):
        hub.publish(state("mug", mug=f"{number}" * (hubs.LOG_BYTES // 4)))
    assert hub.since(seen) is None
    assert sum(len(patch.data) for patch in hub._log) <= hubs.LOG_BYTES


async def test_a_patch_larger_than_the_log_is_a_new_start():
    hub = Hub()
    hub.publish(state("mug", mug="x" * (hubs.LOG_BYTES + 1)))
    assert hub.since(hub.revision - 1) is None
    assert hub.since(hub.revision) == []


async def test_the_number_of_another_run_is_not_taken_for_one_of_this():
    earlier = Hub()
    earlier.publish(state("mug"))
    time.sleep(0.005)
    hub = Hub()
    assert hub.since(earlier.revision) is None
    assert hub.since(hub.revision + 1) is None
    assert hub.since(-1) is None


async def test_who_waits_hears_of_the_next_state_and_of_the_end():
    hub = Hub()
    heard = []

    async def listen():
        revision = hub.revision
        while not hub.closed:
            await hub.moved(revision)
            revision = hub.revision
            heard.append(revision)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(listen)
            await anyio.wait_all_tasks_blocked()
            hub.publish(state("mug"))
            await anyio.wait_all_tasks_blocked()
            assert heard == [hub.revision]
            hub.close()
