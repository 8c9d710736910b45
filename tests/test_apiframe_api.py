import gzip
import ssl

import httpx
import journey
import pytest
from listener import Reply, listening, told

from imagegen.errors import WrongInput
from imagegen.providers.apiframe.api import BODY_LIMIT, Api, Lost, NotSent
from imagegen.providers.apiframe.line import Line
from imagegen.providers.apiframe.origin import Proxies, origin_of
from imagegen.providers.apiframe.patience import Patience
from imagegen.secret import Secret

pytestmark = pytest.mark.anyio
KEY = "afk_canary_key"
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
def anyio_backend():
    return "asyncio"


def client(url, **patience):
    line = Line(origin_of(url), CONTEXT, Proxies({}), Patience(**patience))
    return Api(Secret(KEY), line)


async def asked(url, **patience):
    api = client(url, **patience)
    try:
        return await api.get("/v2/me", [("a", "1 2")])
    finally:
        await api.close()


async def test_a_request_carries_the_key_and_is_answered():
    async with listening(lambda seen: told({"x": 1}, X_Request_Id="r")) as server:
        answer = await asked(server.url)
    assert (answer.status, answer.json(), answer.whole) == (200, {"x": 1}, True)
    assert answer.headers["x-request-id"] == "r"
    seen = server.seen[0]
    assert (seen.path, seen.query, seen.headers["x-api-key"]) == ("/v2/me", {"a": "1 2"}, KEY)
    assert seen.headers["user-agent"].startswith("imagegen/")


async def test_a_redirect_is_an_answer_and_the_key_stays_here():
    async with listening(lambda seen: told({})) as other:
        away = Reply(302, headers={"location": f"{other.url}/steal"})
        async with listening(lambda seen: away) as server:
            answer = await asked(server.url)
    assert answer.status == 302
    assert other.seen == []


async def test_cookies_are_not_kept():
    async with listening(lambda seen: told({}, set_cookie="a=1")) as server:
        api = client(server.url)
        await api.get("/v2/me")
        await api.get("/v2/me")
        await api.close()
    assert "cookie" not in server.seen[1].headers


async def test_a_compressed_answer_is_read():
    reply = Reply(200, gzip.compress(b'{"a": 1}'), {"content-encoding": "gzip"})
    async with listening(lambda seen: reply) as server:
        assert (await asked(server.url)).json() == {"a": 1}


@pytest.mark.parametrize(
    "reply",
    [
        Reply(202, b'{"jobId"', length=500),
        Reply(202, b"x" * (BODY_LIMIT + 1)),
        Reply(202, b"not gzip", {"content-encoding": "gzip"}),
        Reply(202, b"{}", pause=2),
        Reply(202, gzip.compress(b"{}")[:-4], {"content-encoding": "gzip"}),
        Reply(202, gzip.compress(bytes(8 * BODY_LIMIT)), {"content-encoding": "gzip"}),
        Reply(202, gzip.compress(gzip.compress(b"{}")), {"content-encoding": "gzip, gzip"}),
        Reply(202, b"{}", {"content-encoding": "br"}),
    ],
    ids=["cut", "too long", "garbled", "too slow", "half", "a bomb", "in layers", "unknown"],
)
async def test_a_status_without_a_whole_body_is_still_a_status(reply):
    async with listening(lambda seen: reply) as server:
        # Only the one that is too slow has to be waited for.
        answer = await asked(server.url, answer=1 if reply.pause else 60)
    assert (answer.status, answer.whole) == (202, False)


@pytest.mark.parametrize("reply", [Reply(0), Reply(200, delay=1.0)], ids=["closed", "late"])
async def test_no_status_at_all_is_lost(reply):
    async with listening(lambda seen: reply) as server:
        with pytest.raises(Lost) as caught:
            await asked(server.url, answer=0.3)
    assert caught.value.__context__ is None


async def test_a_refused_connection_proves_that_nothing_was_sent():
    with journey.kept_port() as port, pytest.raises(NotSent) as caught:
        await asked(f"http://127.0.0.1:{port}")
    assert caught.value.__context__ is None


async def test_failed_tls_proves_that_nothing_was_sent():
    async with listening(lambda seen: told({})) as server:
        with pytest.raises(NotSent):
            await asked(f"https://127.0.0.1:{server.port}", connect=0.3)
    assert server.seen == []


async def test_an_unknown_host_proves_that_nothing_was_sent():
    with pytest.raises(NotSent):
        await asked("https://api.invalid", connect=5.0)


@pytest.mark.parametrize("text", ["", "afk key", "afk_key\n", "afk_\u00e9"])
async def test_a_key_that_no_header_carries_is_refused_without_being_told(text):
    with pytest.raises(WrongInput) as caught:
        Api(Secret(text), Line(origin_of("http://127.0.0.1:1"), CONTEXT, Proxies({}), Patience()))
    assert "afk_key" not in str(caught.value.problems)


async def test_a_proxy_that_says_no_proves_that_nothing_was_sent():
    async with listening(lambda seen: Reply(407)) as proxy:
        ways = Proxies({"https": proxy.url})
        api = Api(Secret(KEY), Line(origin_of("https://api.invalid"), CONTEXT, ways, Patience()))
        with pytest.raises(NotSent):
            await api.get("/v2/me")
        await api.close()
    assert proxy.seen[0].method == "CONNECT"
    assert KEY not in str(proxy.seen)


def test_httpx_does_print_the_key_so_no_request_may_leave_this_module():
    assert KEY in repr(httpx.Headers({"x-api-key": KEY}))
