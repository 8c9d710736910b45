import contextlib
import ssl

import pytest
from listener import Reply, Seen, listening, told

from imagegen.providers.apiframe.api import Api
from imagegen.providers.apiframe.jobs import SINGLES, Jobs
from imagegen.providers.apiframe.line import Line
from imagegen.providers.apiframe.origin import Proxies, origin_of
from imagegen.providers.apiframe.patience import Patience
from imagegen.providers.provider import JobStatus, Refused, Unavailable
from imagegen.secret import Secret

pytestmark = pytest.mark.anyio
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
def anyio_backend():
    return "asyncio"


class Shop:
    """An API with many jobs, newest first, that can leave rows out of its list."""

    def __init__(self, count: int) -> None:
        self.ids = [f"job-{number:04}" for number in range(count)]
        self.unlisted: set[str] = set()
        self.list_reply: Reply | None = None
        self.single_reply: Reply | None = None

    def __call__(self, seen: Seen) -> Reply:
        if seen.path == "/v2/jobs":
            return self.list_reply or self.page(seen)
        job_id = seen.path.rsplit("/", 1)[1]
        if self.single_reply is not None:
            return self.single_reply
        return told(self.row(job_id)) if job_id in self.ids else told({"error": "no such job"}, 404)

    def page(self, seen: Seen) -> Reply:
        start, limit = int(seen.query.get("cursor", "0")), int(seen.query["limit"])
        end = start + limit
        rows = [self.row(one) for one in self.ids[start:end] if one not in self.unlisted]
        more = end < len(self.ids)
        return told({"jobs": rows, "nextCursor": str(end) if more else None, "hasMore": more})

    @staticmethod
    def row(job_id: str) -> dict[str, object]:
        images = [f"https://cdn.example/{job_id}-1.png"]
        return {"id": job_id, "status": "COMPLETED", "result": {"images": images}}


@contextlib.asynccontextmanager
async def looking(shop):
    async with listening(shop) as server:
        api = Api(Secret("afk_x"), Line(origin_of(server.url), CONTEXT, Proxies({}), Patience()))
        yield server, Jobs(api)
        await api.close()


async def test_two_hundred_and_fifty_jobs_are_three_requests():
    shop = Shop(250)
    async with looking(shop) as (server, jobs):
        found = await jobs.look(shop.ids)
    assert set(found) == set(shop.ids)
    assert all(job.status is JobStatus.COMPLETED and job.urls for job in found.values())
    assert [seen.query["limit"] for seen in server.seen] == ["100"] * 3


async def test_pages_are_turned_only_as_long_as_jobs_are_missing():
    shop = Shop(1000)
    async with looking(shop) as (server, jobs):
        assert len(await jobs.look(shop.ids[:60])) == 60
    assert len(server.seen) == 1


async def test_one_or_two_jobs_are_asked_for_singly():
    shop = Shop(1000)
    async with looking(shop) as (server, jobs):
        assert len(await jobs.look(shop.ids[-2:])) == 2
    assert sorted(seen.path for seen in server.seen) == ["/v2/jobs/job-0998", "/v2/jobs/job-0999"]


async def test_no_jobs_are_no_request():
    async with looking(Shop(3)) as (server, jobs):
        assert await jobs.look([]) == {}
    assert server.seen == []


async def test_a_job_that_nobody_knows_is_absent():
    shop = Shop(50)
    async with looking(shop) as (_, jobs):
        found = await jobs.look([*shop.ids, "gone", "../me"])
        assert set(found) == set(shop.ids)
        assert await jobs.look(["gone"]) == {}


async def test_jobs_missing_from_the_list_are_asked_for_and_the_list_not_turned_again():
    shop = Shop(900)
    shop.unlisted = set(shop.ids[:5])
    async with looking(shop) as (server, jobs):
        assert set(await jobs.look(shop.ids[:9])) == set(shop.ids[:9])
        before = len(server.seen)
        assert set(await jobs.look(shop.ids[:9])) == set(shop.ids[:9])
        again = [seen.path for seen in server.seen[before:]]
    assert again.count("/v2/jobs") == 1
    assert len(again) == 6


async def test_single_questions_are_bounded_and_everybody_gets_a_turn():
    shop = Shop(300)
    shop.unlisted = set(shop.ids[:25])
    seen_finished: set[str] = set()
    async with looking(shop) as (server, jobs):
        for _ in range(3):
            before = len(server.seen)
            found = await jobs.look(shop.ids[:40])
            assert set(found) == set(shop.ids[:40])
            asked = [one for one in server.seen[before:] if one.path != "/v2/jobs"]
            assert len(asked) <= SINGLES
            seen_finished |= {one for one, job in found.items() if job.status.final}
    assert seen_finished == set(shop.ids[:40])


@pytest.mark.parametrize(
    "broken",
    [told({"error": "boom"}, 500), told([1, 2]), Reply(200, b"[" * 100_000), told({"jobs": "no"})],
    ids=["500", "wrong type", "too deep", "no list"],
)
async def test_a_broken_list_does_not_keep_paid_pictures_away(broken):
    shop = Shop(4)
    shop.list_reply = broken
    finished: set[str] = set()
    async with looking(shop) as (_, jobs):
        for _ in range(2):
            found = await jobs.look(shop.ids)
            assert set(found) == set(shop.ids)
            finished |= {one for one, job in found.items() if job.status.final}
    assert finished == set(shop.ids)


async def test_a_job_without_a_readable_answer_is_still_at_work():
    shop = Shop(30)
    shop.unlisted = {shop.ids[7]}
    shop.single_reply = told({"error": "boom"}, 500)
    async with looking(shop) as (_, jobs):
        found = await jobs.look(shop.ids)
    assert found[shop.ids[7]].status is JobStatus.PROCESSING
    assert found[shop.ids[8]].status is JobStatus.COMPLETED


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(
    ("reply", "kind", "seconds"),
    [
        (told({"error": "slow"}, 429, retry_after="6"), Unavailable, 6),
        (told({"error": "down"}, 503), Unavailable, None),
        (Reply(502, b"<html>"), Unavailable, None),
        (Reply(200, b"{}", length=99), Unavailable, None),
        (Reply(0), Unavailable, None),
        (told({"id": "elsewhere", "status": 3}), Unavailable, None),
        (told({"error": "Invalid API key"}, 401), Refused, None),
        (told({"error": "API key is inactive"}, 403), Refused, None),
    ],
)
async def test_an_api_that_does_not_answer_raises(reply, kind, seconds, count):
    shop = Shop(30)
    shop.list_reply = shop.single_reply = reply
    async with looking(shop) as (server, jobs):
        with pytest.raises(kind) as caught:
            await jobs.look(shop.ids[:count])
        assert len(server.seen) <= 3
    assert getattr(caught.value, "seconds", None) == seconds
    assert getattr(caught.value, "stops_all", True)


async def test_a_list_that_goes_in_circles_ends():
    shop = Shop(30)
    rows = [shop.row(f"other-{number}") for number in range(100)]
    shop.list_reply = told({"jobs": rows, "nextCursor": "0", "hasMore": True})
    async with looking(shop) as (server, jobs):
        found = await jobs.look(shop.ids)
    assert set(found) == set(shop.ids)
    assert len([one for one in server.seen if one.path == "/v2/jobs"]) == 2
