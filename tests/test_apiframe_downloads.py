import contextlib
import shutil
import ssl
import subprocess

import httpcore
import pytest
from listener import Reply, listening

from imagegen.providers.apiframe.addresses import CheckedNetwork
from imagegen.providers.apiframe.downloads import Downloads
from imagegen.providers.apiframe.line import Line
from imagegen.providers.apiframe.origin import Proxies, origin_of
from imagegen.providers.apiframe.patience import Patience
from imagegen.providers.provider import Refused, Unavailable

pytestmark = pytest.mark.anyio
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PICTURE = bytes(range(256)) * 5000


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def fetched(server, into, path="/cdn/a.png", limit=10**7, **patience):
    line = Line(origin_of(server.url), CONTEXT, Proxies({}), Patience(**patience))
    downloads = Downloads(line)
    try:
        await downloads.fetch(f"{server.url}{path}", into, limit=limit)
    finally:
        await downloads.close()
    return into.read_bytes()


async def test_the_bytes_arrive_as_they_were_sent_and_no_key_goes_out(tmp_path):
    async with listening(lambda seen: Reply(200, PICTURE)) as server:
        assert await fetched(server, tmp_path / "a", "/cdn/a.png?sig=a%2Fb") == PICTURE
    seen = server.seen[0]
    assert seen.query == {"sig": "a/b"}
    assert "x-api-key" not in seen.headers
    assert seen.headers["accept-encoding"] == "identity"
    assert seen.headers["host"] == f"127.0.0.1:{server.port}"


async def test_a_second_try_overwrites_what_the_first_left(tmp_path):
    replies = iter([Reply(200, PICTURE[:9000], length=len(PICTURE)), Reply(200, PICTURE)])
    async with listening(lambda seen: next(replies)) as server:
        with pytest.raises(Unavailable):
            await fetched(server, tmp_path / "a")
        assert await fetched(server, tmp_path / "a") == PICTURE


async def test_a_body_of_unstated_length_is_taken_as_it_ends(tmp_path):
    async with listening(lambda seen: Reply(200, PICTURE, length=None)) as server:
        assert await fetched(server, tmp_path / "a") == PICTURE


@pytest.mark.parametrize(
    "reply",
    [
        Reply(0),
        Reply(200, b""),
        Reply(200, b"abc", length=5),
        Reply(200, b"5\r\nab", {"transfer-encoding": "chunked"}, length=None),
        Reply(200, b"abc", {"content-encoding": "gzip"}),
        Reply(302),
        Reply(429, headers={"retry-after": "3"}),
        Reply(500),
        Reply(503),
        Reply(206, b"abc"),
    ],
)
async def test_what_may_go_better_next_time_is_unavailable(tmp_path, reply):
    async with listening(lambda seen: reply) as server:
        with pytest.raises(Unavailable) as caught:
            await fetched(server, tmp_path / "a")
    assert caught.value.seconds == (3 if reply.status == 429 else None)


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_result_that_is_gone_is_refused_as_expired(tmp_path, status):
    async with listening(lambda seen: Reply(status, b"no")) as server:
        with pytest.raises(Refused) as caught:
            await fetched(server, tmp_path / "a")
    assert caught.value.status == status
    assert "expired" in caught.value.problem.detail


async def test_a_body_over_the_limit_is_refused_as_soon_as_that_is_known(tmp_path):
    replies = iter([Reply(200, PICTURE), Reply(200, PICTURE, length=None)])
    async with listening(lambda seen: next(replies)) as server:
        for name in ("stated", "unstated"):
            with pytest.raises(Refused, match="cannot be fetched"):
                await fetched(server, tmp_path / name, limit=1000)
    assert not (tmp_path / "stated").exists()
    assert (tmp_path / "unstated").stat().st_size <= 1000


async def test_a_slow_drip_is_given_up_long_before_the_deadline(tmp_path):
    async with listening(lambda seen: Reply(200, PICTURE, pause=0.02)) as server:
        with pytest.raises(Unavailable) as caught:
            await fetched(server, tmp_path / "a", grace=0.2)
    assert "too slowly" in caught.value.problem.detail


async def test_a_download_has_a_deadline_and_a_limit_of_silence(tmp_path):
    async with listening(lambda seen: Reply(200, PICTURE, pause=0.05)) as server:
        with pytest.raises(Unavailable, match="could not be fetched") as caught:
            await fetched(server, tmp_path / "a", download=0.2)
        assert "longer than 0.2 s" in caught.value.problem.detail
    async with listening(lambda seen: Reply(200, PICTURE, delay=2.0)) as server:
        with pytest.raises(Unavailable):
            await fetched(server, tmp_path / "a", silence=0.1)


async def test_three_redirects_are_followed_and_a_fourth_is_refused(tmp_path):
    def hop(seen):
        left = int(seen.path.rsplit("/", 1)[1])
        return Reply(302, headers={"location": f"./{left - 1}"}) if left else Reply(200, PICTURE)

    async with listening(hop) as server:
        assert await fetched(server, tmp_path / "a", "/hop/3") == PICTURE
        with pytest.raises(Refused) as caught:
            await fetched(server, tmp_path / "b", "/hop/4")
    assert "too often" in caught.value.problem.detail
    assert len(server.seen) == 8


@pytest.mark.parametrize(
    "goal",
    [
        "http://169.254.169.254/",
        "https://[::ffff:127.0.0.1]/",
        "https://0x7f.1/",
        "file:///etc/passwd",
    ],
)
async def test_a_redirect_inside_is_refused(tmp_path, goal):
    async with listening(lambda seen: Reply(302, headers={"location": goal})) as server:
        with pytest.raises(Refused):
            await fetched(server, tmp_path / "a")


async def test_another_port_of_this_machine_is_never_reached(tmp_path):
    async with listening(lambda seen: Reply(200, PICTURE)) as other:
        away = Reply(302, headers={"location": f"{other.url}/a"})
        async with listening(lambda seen: away) as server:
            with pytest.raises(Refused):
                await fetched(server, tmp_path / "a")
    assert other.seen == []


async def test_a_full_disk_is_not_the_networks_fault(tmp_path):
    async with listening(lambda seen: Reply(200, PICTURE)) as server:
        with pytest.raises(FileNotFoundError):
            await fetched(server, tmp_path / "no-folder" / "a")


class Detour(httpcore.AsyncNetworkBackend):
    """Notes the address that is dialled, and connects to a listener instead."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.dialled: list[tuple[str, int]] = []

    async def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.dialled.append((host, port))
        return await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", self.port, timeout)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command to make a certificate")
    file = tmp_path_factory.mktemp("tls") / "cdn.pem"
    names = ["-subj", "/CN=cdn.test", "-addext", "subjectAltName=DNS:cdn.test"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-keyout", str(file), "-out", f"{file}.crt", *names]
    subprocess.run(command, check=True, capture_output=True)
    with file.open("a") as both:
        both.write((file.with_name(f"{file.name}.crt")).read_text())
    return file


@contextlib.asynccontextmanager
async def far_away(certificate, answer):
    """Serve as `cdn.test`, whose address is a public one; yield what fetches, and the detour."""
    inward = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    inward.load_cert_chain(certificate)
    outward = ssl.create_default_context(cafile=f"{certificate}.crt")
    origin = origin_of("https://api.apiframe.ai")

    async def lookup(host, port):
        return ["93.184.216.34"]

    async with listening(answer, context=inward) as server:
        detour = Detour(server.port)
        network = CheckedNetwork(origin, resolve=lookup, network=detour)
        downloads = Downloads(Line(origin, outward, Proxies({}), Patience()), network=network)
        yield server, detour, downloads
        await downloads.close()


async def test_the_checked_address_is_dialled_while_tls_and_host_keep_the_name(
    tmp_path, certificate
):
    async with far_away(certificate, lambda seen: Reply(200, PICTURE)) as (server, detour, far):
        await far.fetch("https://cdn.test/a.png", tmp_path / "a", limit=10**7)
    assert (tmp_path / "a").read_bytes() == PICTURE
    assert detour.dialled == [("93.184.216.34", 443)]
    assert server.seen[0].headers["host"] == "cdn.test"


async def test_a_certificate_for_another_name_is_not_taken(tmp_path, certificate):
    async with far_away(certificate, lambda seen: Reply(200, PICTURE)) as (server, _, far):
        with pytest.raises(Unavailable):
            await far.fetch("https://other.test/a.png", tmp_path / "a", limit=10**7)
    assert server.seen == []


async def test_a_proxy_is_asked_for_far_pictures_and_literal_addresses_are_still_refused(tmp_path):
    async with listening(lambda seen: Reply(403)) as proxy:
        origin = origin_of("https://api.apiframe.ai")
        line = Line(
            origin, CONTEXT, Proxies({"https": f"http://me:pw@127.0.0.1:{proxy.port}"}), Patience()
        )
        downloads = Downloads(line)
        with pytest.raises(Unavailable):
            await downloads.fetch("https://cdn.example/a.png", tmp_path / "a", limit=10)
        with pytest.raises(Refused):
            await downloads.fetch("https://10.0.0.1/a.png", tmp_path / "a", limit=10)
        await downloads.close()
    assert [seen.method for seen in proxy.seen] == ["CONNECT"]
    assert proxy.seen[0].headers["proxy-authorization"].startswith("Basic ")
