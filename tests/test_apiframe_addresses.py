import ipaddress

import anyio
import httpcore
import pytest

from imagegen.providers.apiframe.addresses import CheckedNetwork, destination, is_public, resolve
from imagegen.providers.apiframe.origin import origin_of
from imagegen.providers.provider import Refused

HERE = origin_of("http://127.0.0.1:8899")
FAR = origin_of("https://api.apiframe.ai")


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example/a.png",
        "https://cdn.example:8443/a.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "//cdn.example/a.png",
        "https://169.254.169.254/latest/meta-data",
        "https://100.100.100.200/",
        "https://127.0.0.1/",
        "https://127.0.0.1:8899/",
        "http://127.0.0.1:8898/",
        "http://localhost:8899/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fe80::1%25eth0]/",
        "https://[fec0::1]/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://cdn.example.0x7f/",
        "https://224.0.0.1/",
        "https://240.0.0.1/",
        "https://0.0.0.0/",
        "https://user@cdn.example/",
        "https://cdn.example\\@127.0.0.1/",
        "https://cdn.exam\tple/",
        "https://cdn.example/a b",
        "https://cdn..example/",
        "https://cdn.example./",
        "https://１２７.0.0.1/",
        "https://cdn.example:99999/",
        "https://[::1/",
        "",
        "https://cdn.example/" + "x" * 9000,
    ],
)
def test_a_url_that_leads_inside_is_refused_before_any_lookup(url):
    with pytest.raises(Refused):
        destination(url, HERE)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://cdn2.apiframe.ai/images/x-1.png", "/images/x-1.png"),
        ("https://CDN2.apiframe.ai:443/a%20b?sig=a%2Fb&x=1#top", "/a%20b?sig=a%2Fb&x=1"),
        ("https://cdn.example/ü.png", "/%C3%BC.png"),
        ("https://93.184.216.34", "/"),
        ("https://[2606:4700::1]/", "/"),
        ("http://127.0.0.1:8899/cdn/images/x-1.png", "/cdn/images/x-1.png"),
    ],
)
def test_public_https_and_the_apis_own_port_are_allowed(url, target):
    assert destination(url, HERE).target == target


def test_plain_http_is_no_better_on_the_apis_own_host():
    with pytest.raises(Refused):
        destination("http://api.apiframe.ai/a.png", FAR)


@pytest.mark.parametrize("text", ["8.8.8.8", "2606:4700::1", "64:ff9b::808:808"])
def test_global_addresses_are_public(text):
    assert is_public(ipaddress.ip_address(text))


class Wire(httpcore.AsyncNetworkBackend):
    """Notes who is dialled, and dials nobody."""

    def __init__(self) -> None:
        self.dialled: list[tuple[str, int]] = []

    async def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.dialled.append((host, port))
        raise httpcore.ConnectError("nobody answers")


def dialled(origin, host, port, *answers):
    """Connect once for each of `answers`, the addresses that the name has at that time."""
    wire, turns = Wire(), iter(answers)

    async def lookup(host, port):
        return next(turns)

    async def connect():
        network = CheckedNetwork(origin, resolve=lookup, network=wire)
        for _ in answers:
            with pytest.raises(httpcore.ConnectError):
                await network.connect_tcp(host, port, timeout=1)

    try:
        anyio.run(connect)
    except Refused as refused:
        assert "not a public one" in refused.problem.detail
        wire.dialled.append(("refused", 0))
    return wire.dialled


def test_a_checked_address_is_dialled_and_not_the_name():
    tried = dialled(FAR, "cdn.example", 443, ["2606:4700::1", "93.184.216.34"])
    assert tried == [("2606:4700::1", 443), ("93.184.216.34", 443)]


def test_one_private_address_among_public_ones_refuses_the_name():
    assert dialled(FAR, "cdn.example", 443, ["93.184.216.34", "10.0.0.1"]) == [("refused", 0)]


def test_a_name_that_changes_its_answer_is_refused_the_second_time():
    tried = dialled(FAR, "cdn.example", 443, ["93.184.216.34"], ["127.0.0.1"])
    assert tried == [("93.184.216.34", 443), ("refused", 0)]


def test_only_the_apis_own_port_is_dialled_on_this_machine():
    assert dialled(HERE, "127.0.0.1", 8899, ["127.0.0.1"]) == [("127.0.0.1", 8899)]
    assert dialled(HERE, "127.0.0.1", 8898, ["127.0.0.1"]) == [("refused", 0)]


def test_a_name_without_address_is_a_failed_connection():
    assert dialled(FAR, "cdn.example", 443, []) == []


def test_the_systems_own_lookup_gives_literal_addresses():
    assert "127.0.0.1" in anyio.run(resolve, "127.0.0.1", 80)
