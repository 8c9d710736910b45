import contextlib
import hmac
import json
import socket
import traceback

import anyio
import pytest
from listener import Reply, listening, told

from imagegen.digest import sha256_of
from imagegen.errors import WrongInput
from imagegen.project.models import Catalogue, Model, Param, ReferenceField
from imagegen.providers.apiframe.answers import Account
from imagegen.providers.apiframe.client import ApiframeProvider
from imagegen.providers.apiframe.patience import Patience
from imagegen.providers.provider import (
    Ambiguous,
    Busy,
    Job,
    JobStatus,
    KeyReused,
    Order,
    Provider,
    Refused,
    Unavailable,
)
from imagegen.request import Reference, Request
from imagegen.secret import Secret

pytestmark = pytest.mark.anyio
KEY = "afk_canary_0123456789"
ID = "4ffcb9da-0000-4000-8000-000000000001"
BODY = b'{"model":"flux-2-pro","prompt":"A cat"}'
FLUX = Model(
    id="flux-2-pro",
    params_key="fluxParams",
    params={"resolution": Param("resolution")},
    references=(ReferenceField("input_images", 8),),
    takes_seed=True,
)
KNOWN = Catalogue({"flux-2-pro": FLUX}, {}, {})


@pytest.fixture
def anyio_backend():
    return "asyncio"


@contextlib.asynccontextmanager
async def provider(url, **patience):
    made = ApiframeProvider(Secret(KEY), url, KNOWN, patience=Patience(**patience), proxies={})
    try:
        yield made
    finally:
        await made.close()


async def bought(url, **patience):
    async with provider(url, **patience) as shop:
        return await shop.submit(BODY, "ig-key-1")


def order(model="flux-2-pro", references=(), files=()):
    params = (("resolution", "2MP"),)
    request = Request("apiframe", model, "A cat", params, None, references)
    return Order("hero", request, 1, 42, files)


async def test_an_order_is_posted_once_with_its_key_and_exact_bytes():
    async with listening(lambda seen: told({"jobId": ID, "status": "QUEUED"}, 202)) as server:
        assert await bought(server.url) == Job(ID, JobStatus.QUEUED)
    [seen] = server.seen
    assert (seen.method, seen.path, seen.body) == ("POST", "/v2/images/generate", BODY)
    assert seen.headers["idempotency-key"] == "ig-key-1"
    assert seen.headers["content-type"] == "application/json"


@pytest.mark.parametrize("status", [200, 201, 202])
async def test_a_replay_may_be_finished_already(status):
    reply = told({"jobId": ID, "status": "COMPLETED"}, status)
    async with listening(lambda seen: reply) as server:
        assert (await bought(server.url)).status is JobStatus.COMPLETED


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (told({"error": "Validation error"}, 400), Refused),
        (told({"error": "Invalid API key"}, 401), Refused),
        (told({"error": "Insufficient credits"}, 402), Refused),
        (told({"error": "nothing here"}, 404), Refused),
        (Reply(400, b"cut off", length=99), Refused),
        (Reply(302, headers={"location": "https://evil.example/"}), Refused),
        (told({"error": "slow down"}, 429, retry_after="2"), Busy),
        (told({"error": "key used with another body"}, 409), KeyReused),
        (told({"error": "order in progress"}, 409), Ambiguous),
        (told({"status": "QUEUED"}, 202), Ambiguous),
        (told({"jobId": 7}, 202), Ambiguous),
        (told([ID], 202), Ambiguous),
        (Reply(202, b"[" * 100_000), Ambiguous),
        (Reply(202, json.dumps({"jobId": ID}).encode()[:-3], length=60), Ambiguous),
        (Reply(202), Ambiguous),
        (Reply(204), Ambiguous),
        (told({"error": "boom"}, 500), Ambiguous),
        (Reply(502, b"<html>Bad gateway</html>"), Ambiguous),
        (Reply(504, length=None), Ambiguous),
        (Reply(0), Ambiguous),
        (Reply(202, delay=5.0), Ambiguous),
    ],
)
async def test_every_answer_has_one_meaning_and_nothing_is_sent_twice(reply, kind):
    async with listening(lambda seen: reply) as server:
        with pytest.raises(kind) as caught:
            await bought(server.url, answer=0.5 if reply.delay else 60)
    assert len(server.seen) == 1
    assert KEY not in "".join(traceback.format_exception(caught.value))


async def test_an_api_that_is_not_there_is_busy_and_nothing_was_sent():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        with pytest.raises(Busy, match="cannot be reached") as caught:
            await bought(f"http://127.0.0.1:{probe.getsockname()[1]}")
    assert caught.value.seconds == 2


async def test_the_key_goes_to_the_api_and_nowhere_else(tmp_path):
    async with listening(lambda seen: Reply(200, b"x")) as other:
        away = Reply(307, headers={"location": f"{other.url}/steal"})
        async with listening(lambda seen: away) as server, provider(server.url) as shop:
            with pytest.raises(Refused):
                await shop.submit(BODY, "k")
            with pytest.raises(Refused):
                await shop.look([ID])
            with pytest.raises(Refused):
                await shop.me()
            with pytest.raises(Refused):
                await shop.fetch(f"{server.url}/a.png", tmp_path / "a", limit=10)
            assert KEY not in repr(vars(shop))
    assert other.seen == []
    assert [KEY in str(seen.headers) for seen in server.seen] == [True, True, True, False]


async def test_an_order_is_prepared_with_its_uploaded_references(tmp_path):
    file = tmp_path / "mascot.png"
    file.write_bytes(b"mascot")
    asked = order(references=(Reference("input_images", sha256_of(b"mascot")),), files=(file,))
    reply = told({"url": "https://cdn.example/1", "expiresAt": None}, 201)
    async with listening(lambda seen: reply) as server, provider(server.url) as shop:
        first, second = await shop.prepare(asked), await shop.prepare(asked)
    assert first == second
    assert json.loads(first)["fluxParams"] == {
        "input_images": ["https://cdn.example/1"],
        "resolution": "2MP",
        "seed": 42,
    }
    assert len(server.seen) == 1


async def test_an_unknown_model_is_refused_with_the_nearest_name():
    async with provider("http://127.0.0.1:9") as shop:
        with pytest.raises(Refused) as caught:
            await shop.prepare(order(model="flux-2-por"))
    assert caught.value.problem.hint == "Did you mean `flux-2-pro`?"


async def test_an_order_is_bought_looked_at_and_fetched(tmp_path):
    def answer(seen):
        if seen.method == "POST":
            return told({"jobId": ID, "status": "QUEUED"}, 202)
        if seen.path.startswith("/cdn/"):
            return Reply(200, b"picture")
        url = f"{server.url}/cdn/{ID}-1.png"
        return told({"id": ID, "status": "COMPLETED", "result": {"images": [url]}})

    async with listening(answer) as server, provider(server.url) as shop:
        job = await shop.submit(await shop.prepare(order()), "k")
        seen = (await shop.look([job.id]))[job.id]
        await shop.fetch(seen.urls[0], tmp_path / "a", limit=100)
    assert (tmp_path / "a").read_bytes() == b"picture"


async def test_the_account_is_told():
    team = {"credits": 12, "plan": "pro", "maxConcurrentJobs": 10}
    async with listening(lambda seen: told({"team": team})) as server:
        async with provider(server.url) as shop:
            assert await shop.me() == Account(12, "pro", 10)
        server.answer = lambda seen: told({"error": "x"}, 500)
        async with provider(server.url) as shop:
            with pytest.raises(Unavailable):
                await shop.me()


async def test_many_orders_at_once_are_all_sent_once():
    def answer(seen):
        return told({"jobId": f"job-{seen.headers['idempotency-key']}", "status": "QUEUED"}, 202)

    ids = []
    async with listening(answer) as server, provider(server.url) as shop:

        async def buy(number):
            ids.append((await shop.submit(BODY, str(number))).id)

        async with anyio.create_task_group() as group:
            for number in range(100):
                group.start_soon(buy, number)
    assert sorted(ids) == sorted(f"job-{number}" for number in range(100))
    assert len(server.seen) == 100


@pytest.mark.parametrize("key", ["", "k" * 256, "ü"])
async def test_an_idempotency_key_that_cannot_be_sent_is_a_bug(key):
    async with provider("http://127.0.0.1:9") as shop:
        with pytest.raises(ValueError, match="idempotency"):
            await shop.submit(BODY, key)


def test_a_wrong_address_or_key_is_said_before_anything_is_opened():
    for key, url in (("afk_x", "http://far.example"), ("", "https://api.apiframe.ai")):
        with pytest.raises(WrongInput):
            ApiframeProvider(Secret(key), url, KNOWN)


def fits(one: Provider) -> Provider:
    return one


def test_it_fulfils_the_socket():
    made = fits(ApiframeProvider(Secret(KEY), "http://127.0.0.1:9", KNOWN))
    assert (made.name, made.paid) == ("apiframe", True)


async def test_a_signed_notice_names_its_job_and_any_other_request_none():
    body = json.dumps({"jobId": ID}).encode()
    signature = hmac.new(sha256_of(KEY.encode()).encode(), body, "sha256").hexdigest()
    async with provider("http://127.0.0.1:9") as shop:
        assert shop.notice({"x-webhook-signature": f"sha256={signature}"}, body) == ID
        assert shop.notice({}, body) is None
