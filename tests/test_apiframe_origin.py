import pytest

from imagegen.errors import WrongInput
from imagegen.providers.apiframe.origin import Proxies, origin_of


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("https://api.apiframe.ai", "https://api.apiframe.ai/v2/me"),
        ("https://API.apiframe.ai:443/", "https://api.apiframe.ai/v2/me"),
        ("https://gate.example:8443/images/", "https://gate.example:8443/images/v2/me"),
        ("http://127.0.0.1:8899", "http://127.0.0.1:8899/v2/me"),
        ("http://localhost:8899", "http://localhost:8899/v2/me"),
        ("http://[::1]:8899", "http://[::1]:8899/v2/me"),
    ],
)
def test_requests_go_below_the_base_url(base_url, url):
    assert origin_of(base_url).url("/v2/me") == url


@pytest.mark.parametrize(
    ("base_url", "why"),
    [
        ("http://api.apiframe.ai", "plain http"),
        ("http://127.0.0.1.evil.example", "plain http"),
        ("ftp://api.apiframe.ai", "begin with"),
        ("api.apiframe.ai", "begin with"),
        ("https://", "begin with"),
        ("https://api.apiframe.ai/v2/", "leave `/v2` out"),
        ("https://me:word@api.apiframe.ai", "only"),
        ("https://api.apiframe.ai?x=1", "only"),
        ("https://api.apiframe.ai:port", "not a URL"),
    ],
)
def test_a_base_url_that_would_not_keep_the_key_safe_is_refused(base_url, why):
    with pytest.raises(WrongInput) as caught:
        origin_of(base_url)
    assert why in caught.value.problems[0].detail
    assert "word" not in caught.value.problems[0].detail


def test_a_proxy_is_used_for_far_hosts_only():
    proxies = Proxies({"https": "proxy.example:3128", "no": ".intern, api.example"})
    assert proxies.way_to("https", "cdn.example") == "http://proxy.example:3128"
    assert proxies.way_to("https", "a.intern") is None
    assert proxies.way_to("https", "api.example") is None
    assert proxies.way_to("https", "my-api.example") is not None
    assert proxies.way_to("https", "127.0.0.1") is None
    assert Proxies({}).way_to("https", "cdn.example") is None


def test_a_proxy_that_cannot_be_used_is_said_and_not_gone_around():
    with pytest.raises(WrongInput, match="not supported"):
        Proxies({"all": "socks5://proxy.example"}).way_to("https", "cdn.example")
