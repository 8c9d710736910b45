"""Painters: side by side they paint what one alone would, and they do not hear Ctrl-C."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from imagegen.pictures.paint import Painting, paint
from imagegen.providers.painters import Painters, _deaf_to_interrupts
from imagegen.providers.provider import Unavailable

PLAIN = Painting(prompt="a mug on marble", seed=1, width=64, height=64, format="png", caption="m")


async def painted(painters: Painters, paintings: list[Painting]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}

    async def one(painting: Painting) -> None:
        found[painting.seed] = await painters.paint(painting)

    async with anyio.create_task_group() as group:
        for painting in paintings:
            group.start_soon(one, painting)
    return found


def test_many_painters_paint_what_one_would() -> None:
    async def run() -> dict[int, bytes]:
        painters = Painters()
        found = await painted(painters, [replace(PLAIN, seed=seed) for seed in range(5)])
        painters.close()
        return found

    found = anyio.run(run)
    assert found == {seed: paint(replace(PLAIN, seed=seed)) for seed in range(5)}


def test_a_painter_that_dies_is_replaced() -> None:
    async def run() -> bytes:
        painters = Painters()
        await painted(painters, [replace(PLAIN, seed=seed) for seed in range(4)])
        assert painters._pool is not None
        for process in painters._pool._processes.values():
            process.kill()
        with pytest.raises(Unavailable, match="a painter was killed"):
            await painters._apart(PLAIN)
        again = await painters._apart(PLAIN)
        painters.close()
        return again

    assert anyio.run(run) == paint(PLAIN)


def test_processes_started_meanwhile_do_not_hear_interrupts() -> None:
    with _deaf_to_interrupts():
        assert signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, set())
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_painters_do_not_know_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APIFRAME_API_KEY", "afk_of_nobody_else_012345")

    async def run() -> list[bytes]:
        painters = Painters()
        await painted(painters, [replace(PLAIN, seed=seed) for seed in range(5)])
        children = [child.pid for child in multiprocessing.active_children()]
        environments = [Path(f"/proc/{pid}/environ").read_bytes() for pid in children]
        painters.close()
        return environments

    environments = anyio.run(run)
    assert environments
    assert not any(b"afk_of_nobody" in one for one in environments)
    assert os.environ["APIFRAME_API_KEY"] == "afk_of_nobody_else_012345"
