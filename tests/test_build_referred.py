"""Pictures of this project as references: their bytes are in the store before they are sent."""

from __future__ import annotations

from dataclasses import replace

import anyio
import pytest
import values
from desk import Studio, webp
from seller import Seller, job
from test_chain import HERO, MUG

from imagegen import chain, digest
from imagegen.build import referred
from imagegen.build.buyer import NotBought
from imagegen.locked import Output
from imagegen.providers.provider import JobStatus

RED = digest.sha256_of(webp())
PLACED = values.locked(HERO, sha256=RED)
CONVERTED = replace(PLACED, outputs=(Output("images/hero.png", "f" * 64),))


async def brought(studio):
    """Bring what the mug refers to, with the board at work; return why not, or None."""
    target = chain.settled(MUG, {"hero": RED})
    desk = studio.desk(HERO, target)
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(desk.shop.board.run)
            try:
                await referred.bring(target, desk, desk.shop)
            except NotBought as error:
                return error.problem
            finally:
                group.cancel_scope.cancel()
    finally:
        desk.darkroom.close()
    return None


@pytest.mark.anyio
async def test_an_output_that_is_the_picture_is_kept_in_the_store(tmp_path):
    studio = Studio(tmp_path, Seller(), values.lock_of(PLACED))
    studio.write("images/hero.webp", webp())
    assert await brought(studio) is None
    assert studio.store.get(RED) == webp()
    assert studio.seller.looked == 0


@pytest.mark.anyio
async def test_a_picture_that_is_nowhere_here_is_fetched_by_its_job(tmp_path):
    seller = Seller(looks=[job(urls=("https://x/1.webp",))], files=[webp()])
    studio = Studio(tmp_path, seller, values.lock_of(CONVERTED))
    assert await brought(studio) is None
    assert studio.store.get(RED) == webp()
    assert studio.seller.posted == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    "seller",
    [
        Seller(looks=[job(JobStatus.FAILED)]),
        Seller(looks=[job(urls=("https://x/1.webp",))], files=[webp(colour="blue")]),
    ],
    ids=["failed", "another picture"],
)
async def test_without_its_bytes_nothing_is_bought(tmp_path, seller):
    studio = Studio(tmp_path, seller, values.lock_of(CONVERTED))
    assert "the picture of `hero`" in (await brought(studio)).summary
