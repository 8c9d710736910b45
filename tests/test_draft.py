"""The draft provider: free pictures of the size and format that the model would deliver."""

import json
from pathlib import Path

import anyio
import pytest
from PIL import Image

from imagegen.pictures.inspect import inspect
from imagegen.project.models import catalogue
from imagegen.providers.draft import DraftProvider
from imagegen.providers.provider import Job, JobStatus, Order, Provider, Refused
from imagegen.request import Request

LIMIT = 64_000_000


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def order(
    name: str = "hero", *, take: int = 1, model: str = "flux-2-pro", **params: object
) -> Order:
    given = {"aspect_ratio": "16:9", "resolution": "0.5MP", "output_format": "jpg", **params}
    request = Request(
        provider="draft",
        model=model,
        prompt="a mug on marble",
        params=tuple(sorted(given.items())),  # type: ignore[arg-type]
        seed=None,
        references=(),
    )
    return Order(name, request, take, request.seed_for(take), ())


async def delivered(provider: Provider, wanted: Order, into: Path) -> Job:
    job = await provider.submit(await provider.prepare(wanted), "key")
    await provider.fetch(job.urls[0], into, limit=LIMIT)
    return job


@pytest.mark.anyio
async def test_an_order_is_painted_for_nothing(tmp_path: Path) -> None:
    provider = DraftProvider(catalogue())
    wanted = order()
    job = await delivered(provider, wanted, tmp_path / "a")
    assert job.id == f"draft-{wanted.request.key}-1"
    assert (job.status, job.credits, provider.paid) == (JobStatus.COMPLETED, 0, False)
    original = inspect((tmp_path / "a").read_bytes())
    assert original.format == "jpeg"
    assert original.width / original.height == pytest.approx(16 / 9, rel=0.05)
    assert original.width * original.height == pytest.approx(2**19, rel=0.05)
    await provider.close()


@pytest.mark.anyio
async def test_the_same_order_is_the_same_bytes_and_another_take_is_not(tmp_path: Path) -> None:
    for file, take in (("a", 1), ("b", 1), ("c", 2)):
        await delivered(DraftProvider(catalogue()), order(take=take), tmp_path / file)
    first, again, other = ((tmp_path / file).read_bytes() for file in "abc")
    assert first == again
    assert first != other


@pytest.mark.anyio
async def test_many_at_once_are_each_their_own(tmp_path: Path) -> None:
    provider = DraftProvider(catalogue())
    async with anyio.create_task_group() as group:
        for take in range(1, 7):
            group.start_soon(delivered, provider, order(take=take), tmp_path / str(take))
    assert len({file.read_bytes() for file in tmp_path.iterdir()}) == 6


@pytest.mark.anyio
async def test_preparing_twice_gives_the_same_body() -> None:
    provider = DraftProvider(catalogue())
    body = await provider.prepare(order())
    assert body == await provider.prepare(order())
    assert json.loads(body)["painting"]["caption"] == "hero"


@pytest.mark.anyio
async def test_only_submitted_jobs_are_known(tmp_path: Path) -> None:
    provider = DraftProvider(catalogue())
    job = await provider.submit(await provider.prepare(order()), "key")
    assert dict(await provider.look([job.id, "draft-x-1"])) == {job.id: job}
    for url in ("draft:draft-x-1", job.id):
        with pytest.raises(Refused):
            await provider.fetch(url, tmp_path / "x", limit=LIMIT)
    await provider.close()
    assert not await provider.look([job.id])


@pytest.mark.anyio
async def test_a_limit_on_bytes_is_kept(tmp_path: Path) -> None:
    provider = DraftProvider(catalogue())
    job = await provider.submit(await provider.prepare(order()), "key")
    with pytest.raises(Refused, match="larger"):
        await provider.fetch(job.urls[0], tmp_path / "x", limit=100)
    assert not (tmp_path / "x").exists()


@pytest.mark.anyio
async def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(Refused, match="no-such"):
        await DraftProvider(catalogue()).prepare(order(model="no-such"))


@pytest.mark.anyio
async def test_the_name_is_lettered_on_it(tmp_path: Path) -> None:
    provider = DraftProvider(catalogue())
    await delivered(provider, order("one", output_format="png"), tmp_path / "a")
    await delivered(provider, order("another", output_format="png"), tmp_path / "b")
    with Image.open(tmp_path / "a") as one, Image.open(tmp_path / "b") as other:
        assert one.size == other.size
        assert one.tobytes() != other.tobytes()


def test_nobody_tells_of_a_draft() -> None:
    assert DraftProvider(catalogue()).notice({"x-webhook-signature": "sha256=0"}, b"{}") is None
