"""The darkroom: foreign pictures are decoded elsewhere, in time, and their worst kills no run."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import anyio
import deriving
import journey
import pytest
from PIL import Image

from imagegen.build.darkroom import Allowed, Darkroom, _looks
from imagegen.build.developer import room_for
from imagegen.build.task import Task
from imagegen.derivative import Recipe
from imagegen.errors import NeedsAttention, Problem
from imagegen.pictures import media
from imagegen.pictures.convert import convert
from imagegen.pictures.derive import NotDerived, derived, try_texts
from imagegen.pictures.inspect import NotAPicture, inspect
from imagegen.pictures.placeholder import placeholder
from imagegen.pictures.shrink import shrunk

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def encoded(kind: str = "png", size: tuple[int, int] = (24, 18), **options: object) -> bytes:
    file = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGBA").convert("RGB").save(
        file, kind, **options
    )
    return file.getvalue()


def large(kind: str, size: tuple[int, int]) -> bytes:
    """Return a picture of one colour: as much room to look at as any, and soon encoded."""
    file = io.BytesIO()
    quick: dict[str, dict[str, int]] = {"avif": {"speed": 10}, "webp": {"method": 0}}
    Image.new("RGB", size, "teal").save(file, kind, **quick.get(kind, {}))
    return file.getvalue()


def slow() -> bytes:
    """Return a picture that takes seconds to look at."""
    data = encoded("jpeg")
    return data[:2] + b"\xff" * 40_000_000 + data[2:]


@pytest.fixture
def darkroom() -> Iterator[Darkroom]:
    with contextlib.closing(Darkroom()) as room:
        yield room


def processes(room: Darkroom) -> list[int]:
    return [process._child.pid for process in (*room._idle, *room._busy)]


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "avif", "gif"])
def test_it_sees_what_this_process_would_see(darkroom: Darkroom, kind: str) -> None:
    data = encoded(kind)
    assert darkroom.inspect(data, pixels=1000) == inspect(data, pixels=1000)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "avif"])
def test_it_converts_as_this_process_would(darkroom: Darkroom, kind: str) -> None:
    assert darkroom.convert(encoded("webp"), kind) == convert(encoded("webp"), kind)


def test_it_shrinks_as_this_process_would(darkroom: Darkroom) -> None:
    here = shrunk(encoded("webp", (90, 60)), 30, 30)
    there = darkroom.shrink(encoded("webp", (90, 60)), width=30, height=30)
    assert there == (*here.size, here.tobytes())


def test_it_makes_files_as_this_process_would(darkroom: Darkroom) -> None:
    recipes, fonts = deriving.every_recipe(), {deriving.FONT_SHA256: deriving.FONT}
    made = darkroom.derive(deriving.encoded(), recipes, {**fonts, "unused": b"font"})
    assert made == derived(deriving.encoded(), recipes, fonts)
    assert darkroom.derive(deriving.encoded(), [], {}) == []


def test_it_looks_at_texts_as_this_process_would(darkroom: Darkroom) -> None:
    texts = [deriving.lettering(), deriving.lettering("Hi there"), deriving.lettering(" ")]
    recipes = [deriving.recipe(letterings=(one,)) for one in texts]
    fonts = {deriving.FONT_SHA256: deriving.FONT}
    for data in (b"", deriving.encoded()):
        looks = darkroom.try_texts(recipes, fonts, data)
        assert looks == try_texts(recipes, fonts, data)
        assert (len(looks), looks[0].contrast is None) == (2, not data)
    assert darkroom.try_texts([], {}) == []


def test_what_makes_no_sense_of_texts_is_not_believed() -> None:
    endless = b"[[%s, 2]]" % (b"9" * 400)
    for told in (b"", b"{}", b"[[1]]", b"[[null, 2]]", b"[[1e999, 2]]", endless):
        assert _looks(told, [deriving.lettering()]) is None


def test_it_makes_placeholders_as_this_process_would(darkroom: Darkroom) -> None:
    box = (8, 0, 72, 64)
    assert darkroom.placeholder(deriving.encoded(), box) == placeholder(deriving.encoded(), box)


def test_it_says_whether_picture_or_recipe_is_at_fault(darkroom: Darkroom) -> None:
    with pytest.raises(NotAPicture, match="truncated PNG"):
        darkroom.derive(deriving.encoded()[:-1], [deriving.recipe()], {})
    with pytest.raises(NotDerived, match="16384 x 9"):
        darkroom.derive(deriving.encoded(), [deriving.recipe("webp", (16_384, 9))], {})
    with pytest.raises(NotDerived, match="outside of its picture"):
        darkroom.placeholder(deriving.encoded(), (0, 0, 999, 9))


def killed_while_it_makes(room: Darkroom, recipe: Recipe, *, times: int) -> list[bytes] | Problem:
    """Make a file while the first `times` processes that work on it are killed."""
    found: list[list[bytes] | Problem] = []

    def make() -> None:
        try:
            found.append(room.derive(deriving.encoded(), [recipe], {}))
        except NotDerived as error:
            found.append(error.problems[0])

    thread = threading.Thread(target=make)
    thread.start()
    killed: set[int] = set()
    while len(killed) < times and thread.is_alive():
        for worker in tuple(room._busy):
            if worker._child.pid not in killed:
                killed.add(worker._child.pid)
                os.kill(worker._child.pid, signal.SIGKILL)
        time.sleep(0.001)
    thread.join()
    return found[0]


LARGE = deriving.recipe("jpeg", (3000, 2000))


def test_a_process_that_is_killed_while_it_makes_a_file_costs_nothing(darkroom: Darkroom) -> None:
    made = killed_while_it_makes(darkroom, LARGE, times=1)
    assert made == derived(deriving.encoded(), [LARGE], {})


def test_files_that_two_processes_died_of_are_told_of_and_harm_no_others(
    darkroom: Darkroom,
) -> None:
    # Nobody could make it in the time that the killing takes.
    endless = deriving.recipe("avif", (6000, 4000))
    problem = killed_while_it_makes(darkroom, endless, times=2)
    assert isinstance(problem, Problem)
    assert "came to an end (SIGKILL), and so did another one" in problem.detail
    assert "costs nothing" in problem.hint
    assert len(darkroom.derive(deriving.encoded(), [deriving.recipe()], {})) == 1


def test_files_that_take_too_long_are_given_up() -> None:
    allowed = Allowed(looking=1, making=0.0, patience=0.1)
    wide = [deriving.recipe("avif", (4000, 3000))]
    with (
        contextlib.closing(Darkroom(allowed=allowed)) as room,
        pytest.raises(NotDerived, match="files that take too long to make"),
    ):
        room.derive(deriving.encoded(), wide, {})


def test_closing_ends_the_making_of_files_without_another_try() -> None:
    room = Darkroom()
    refusals: list[str] = []

    def make() -> None:
        try:
            room.derive(deriving.encoded(), [deriving.recipe("avif", (6000, 4000))], {})
        except NotDerived as error:
            refusals.append(error.problems[0].summary)

    thread = threading.Thread(target=make)
    thread.start()
    while not processes(room):
        time.sleep(0.01)
    room.close()
    thread.join(timeout=10)
    assert refusals == ["files were not made from a picture"]
    assert processes(room) == []


@linux
def test_files_have_the_room_that_they_need_and_no_more(darkroom: Darkroom) -> None:
    darkroom.derive(deriving.encoded(), [deriving.recipe(size=(2000, 1000))], {})
    (number,) = processes(darkroom)
    (line,) = (
        line
        for line in Path(f"/proc/{number}/limits").read_text().splitlines()
        if line.startswith("Max address space")
    )
    least, most = room_for(Task(9, 9, recipes=(deriving.recipe(size=(1, 1)),))), 2 * 2**30
    assert least < int(line.split()[3]) < most


@pytest.mark.sites
@pytest.mark.parametrize("kind", ["avif", "png"])
def test_a_file_of_sixteen_megapixels_has_room(darkroom: Darkroom, kind: str) -> None:
    data = deriving.encoded(deriving.scene((1200, 800)))
    large = deriving.recipe(kind, (4950, 3300), crop=(0, 0, 1200, 800))
    (made,) = darkroom.derive(data, [large], {})
    assert media.format_of(made) == kind


def test_no_process_is_started_before_it_is_needed_and_one_serves_many(darkroom: Darkroom) -> None:
    assert processes(darkroom) == []
    darkroom.inspect(encoded(), pixels=1000)
    first = processes(darkroom)
    darkroom.convert(encoded(), "jpeg")
    assert len(first) == 1
    assert processes(darkroom) == first


@pytest.mark.parametrize("data", [b"", b"<html>", encoded()[:-1], encoded(size=(99, 99))])
def test_a_refusal_says_what_this_process_would_say(darkroom: Darkroom, data: bytes) -> None:
    with pytest.raises(NotAPicture) as here:
        inspect(data, pixels=1000)
    with pytest.raises(NotAPicture) as there:
        darkroom.inspect(data, pixels=1000)
    assert there.value.problem == here.value.problem


def test_a_process_that_met_a_bad_picture_is_not_used_again(darkroom: Darkroom) -> None:
    with pytest.raises(NotAPicture):
        darkroom.inspect(b"RIFF\x04\0\0\0WEBP", pixels=1000)
    assert processes(darkroom) == []
    assert darkroom.inspect(encoded(), pixels=1000).width == 24


@linux
def test_it_has_no_key_no_core_no_files_and_little_of_everything(
    darkroom: Darkroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APIFRAME_API_KEY", journey.KEY)
    darkroom.inspect(encoded(), pixels=1000)
    (number,) = processes(darkroom)
    proc = Path(f"/proc/{number}")
    assert journey.KEY.encode() not in (proc / "environ").read_bytes()
    assert journey.KEY.encode() not in (proc / "cmdline").read_bytes()
    lines = (proc / "limits").read_text().splitlines()
    limits = {line[:26].strip(): line[26:].split()[0] for line in lines}
    assert limits["Max file size"] == limits["Max core file size"] == "0"
    assert int(limits["Max open files"]) <= 32
    assert int(limits["Max address space"]) < 2**30
    assert int(limits["Max cpu time"]) < 30
    assert len(list((proc / "fd").iterdir())) <= 6


def test_a_picture_that_takes_too_much_processor_time_is_refused() -> None:
    with contextlib.closing(Darkroom(allowed=Allowed(looking=1, patience=60))) as room:
        with pytest.raises(NotAPicture, match="takes too long") as caught:
            room.inspect(slow(), pixels=1000)
        assert "1 s of processor time" in caught.value.problem.detail
        assert room.inspect(encoded(), pixels=1000).width == 24


def test_a_picture_that_takes_too_long_on_the_wall_is_refused() -> None:
    with contextlib.closing(Darkroom(allowed=Allowed(looking=1, patience=0.2))) as room:
        with pytest.raises(NotAPicture, match="takes too long"):
            room.inspect(slow(), pixels=1000)
        assert processes(room) == []


@linux
def test_more_memory_than_a_picture_of_its_size_needs_is_not_given(darkroom: Darkroom) -> None:
    data = large("png", (8000, 7000))
    task = Task(len(data), 60, pixels=56_000_000, format="jpeg")
    assert darkroom._looked(task, data)[1].startswith(b"\xff\xd8")
    with pytest.raises(NotAPicture, match="too much memory"):
        darkroom._looked(replace(task, pixels=1000), data)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "avif"])
def test_a_picture_of_24_megapixels_has_room(darkroom: Darkroom, kind: str) -> None:
    data = large(kind, (6000, 4000))
    assert darkroom.inspect(data, pixels=24_000_000).height == 4000


def test_a_process_that_died_in_its_sleep_costs_no_picture(darkroom: Darkroom) -> None:
    darkroom.inspect(encoded(), pixels=1000)
    os.kill(processes(darkroom)[0], signal.SIGKILL)
    assert darkroom.inspect(encoded(), pixels=1000).width == 24


def test_a_process_killed_at_work_harms_no_other_picture(darkroom: Darkroom) -> None:
    found: list[str] = []

    def look(data: bytes) -> None:
        try:
            found.append(darkroom.inspect(data, pixels=1000).format)
        except NotAPicture as refusal:
            found.append(refusal.problem.detail)

    threads = [threading.Thread(target=look, args=(data,)) for data in (slow(), encoded())]
    threads[0].start()
    while not (numbers := processes(darkroom)):
        time.sleep(0.01)
    threads[1].start()
    threads[1].join()
    os.kill(numbers[0], signal.SIGKILL)
    threads[0].join()
    assert found[0] == "png"
    assert "came to an end (SIGKILL)" in found[1]


def test_closing_ends_what_is_at_work_and_leaves_nobody_behind() -> None:
    room = Darkroom()
    refusals: list[NotAPicture] = []

    def look() -> None:
        try:
            room.inspect(slow(), pixels=1000)
        except NotAPicture as refusal:
            refusals.append(refusal)

    thread = threading.Thread(target=look)
    thread.start()
    while not processes(room):
        time.sleep(0.01)
    room.close()
    thread.join(timeout=10)
    assert len(refusals) == 1
    assert processes(room) == []


def test_a_cancelled_look_does_not_hold_the_run_up() -> None:
    async def scenario() -> float:
        room = Darkroom()
        began = anyio.current_time()
        with anyio.move_on_after(0.5):
            await room.inspected(slow(), pixels=1000)
        room.close()
        return anyio.current_time() - began

    assert anyio.run(scenario) < 3


def test_many_pictures_share_as_many_processes_as_there_are_cores() -> None:
    async def scenario() -> int:
        room = Darkroom()
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(partial(room.inspected, encoded(), pixels=1000))
        started = len(processes(room))
        room.close()
        return started

    assert 1 <= anyio.run(scenario) <= (os.cpu_count() or 1)


def test_where_no_process_can_be_started_the_picture_is_not_blamed() -> None:
    with (
        contextlib.closing(Darkroom(allowed=Allowed(start=0.0))) as room,
        pytest.raises(NeedsAttention, match="no process can be started"),
    ):
        room.inspect(encoded(), pixels=1000)
