"""Tests of the guard: what another site, or another name of this machine, gets to hear."""

from __future__ import annotations

import http.client

import httpx
import previewing
import pytest

from imagegen import digest
from imagegen.preview import serve
from imagegen.preview.guard import HEADERS

HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A preview that serves; whatever is picked is noted and never done."""
    folder = tmp_path_factory.mktemp("guarded")
    file = previewing.write(folder / "project", {"mug": HOSTILE})
    previewing.build(file)
    (folder / "secret.png").write_bytes(previewing.picture(5))
    (folder / "project/private.png").write_bytes(previewing.picture(6))
    picked = []
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv("IMAGEGEN_HOME", str(folder / "home"))

    def pick(name, take):
        picked.append((name, take))
        return "done"

    with (
        serve.running(file, port=0, pick=pick) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        token = client.get("/").text.partition('imagegen-token" content="')[2].partition('"')[0]
        yield client, token, picked
    monkeypatch.undo()


def raw(client, method, path, headers):
    """Send exactly this path, which a client would mend; return status, headers and body."""
    line = http.client.HTTPConnection("127.0.0.1", client.base_url.port, timeout=10)
    line.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
    for name, value in headers.items():
        line.putheader(name, value)
    line.endheaders()
    answer = line.getresponse()
    body = answer.read()
    line.close()
    return answer.status, answer.headers, body


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1.evil.example:{port}",
        "localhost.evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.1:{port}.",
        "127.0.0.1:{port}@evil.example",
        "0.0.0.0:{port}",
        "2130706433:{port}",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/state", "/page/main.js", "/nothing"])
def test_another_name_of_this_machine_hears_nothing(scene, host, path):
    client, token, _ = scene
    host = host.format(port=client.base_url.port)
    status, headers, body = raw(client, "GET", path, {"Host": host})
    assert status == 421
    assert token.encode() not in body
    assert b"mug" not in body
    assert headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}"])
def test_its_own_names_are_answered(scene, host):
    client, *_ = scene
    answer = client.get("/", headers={"Host": host.format(port=client.base_url.port)})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1", "file://", ""],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_origin_is_refused_even_with_the_token(scene, method, origin):
    client, token, picked = scene
    origin = origin.format(port=client.base_url.port)
    headers = {"Origin": origin, "X-Imagegen-Token": token}
    path = "/api/state" if method == "GET" else "/api/pick"
    body = {} if method == "GET" else {"json": {"name": "mug", "take": 1}}
    answer = client.request(method, path, headers=headers, **body)
    assert (answer.status_code, picked) == (403, [])
    assert "access-control-allow-origin" not in answer.headers


def test_a_picture_is_not_for_other_sites_and_a_link_to_the_gallery_is_fine(scene):
    client, *_ = scene
    (row,) = client.get("/api/state").json()["images"]
    crossing = {"Sec-Fetch-Site": "cross-site"}
    assert client.get(row["picture"], headers=crossing).status_code == 403
    assert client.get(row["picture"], headers={"Sec-Fetch-Site": "same-site"}).status_code == 403
    assert client.get(row["picture"], headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert client.get("/", headers=crossing).status_code == 200


@pytest.mark.parametrize("given", [{}, {"X-Imagegen-Token": ""}, {"X-Imagegen-Token": "x" * 43}])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_without_the_token_nothing_changes(scene, method, given):
    client, _, picked = scene
    answer = client.request(method, "/api/pick", headers=given, content=b'{"name":"mug","take":1}')
    assert (answer.status_code, picked) == (403, [])


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/api/state", "/api/pick"])
def test_a_method_that_is_not_meant_is_refused_also_with_the_token(scene, method, path):
    client, token, picked = scene
    answer = client.request(method, path, headers={"X-Imagegen-Token": token})
    assert (answer.status_code, picked) == (405, [])


@pytest.mark.parametrize(
    "path",
    [
        "/page/../index.html",
        "/page/../../serve.py",
        "/page/..%2f..%2fserve.py",
        "/page/%2e%2e/%2e%2e/serve.py",
        "/page/..\\..\\serve.py",
        "/page//etc/passwd",
        "/page/index.html",
        "/page/.css",
        "/page/main.js%00.css",
        "/picture/../imagegen.toml",
        "/picture/..%2f..%2fimagegen.toml",
        "/picture/" + "0" * 64,
        "/picture/" + "A" * 64,
        "/picture/" + digest.sha256_of(previewing.picture(5)),
        "/picture/" + digest.sha256_of(previewing.picture(6)),
        "/thumb/" + digest.sha256_of(previewing.picture(6)) + "?w=320",
        "/thumb/../../imagegen.toml?w=320",
        "/api/state/../pick",
        "//evil.example/",
        "/%2e%2e/%2e%2e/etc/passwd",
    ],
)
def test_no_path_leads_to_a_file_that_is_not_the_pages(scene, path):
    client, *_ = scene
    status, headers, body = raw(client, "GET", path, {})
    assert status == 404
    assert len(body) < 100
    assert headers["Content-Type"].startswith("text/plain")
    assert headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/", "/page/main.js", "/api/state", "/events?since=0", "/nothing", "/thumb/x?w=9"]
)
def test_every_answer_says_what_it_may_be_used_for(scene, path):
    client, *_ = scene
    with client.stream("GET", path) as answer:
        assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]
    assert "server" not in answer.headers


def test_looking_at_the_head_alone_is_harmless(scene):
    client, *_ = scene
    for path in ("/", "/api/state", "/events?since=0"):
        answer = client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")


def test_prompts_with_markup_stay_json(scene):
    client, *_ = scene
    answer = client.get("/api/state")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["images"][0]["prompt"] == HOSTILE
    assert HOSTILE not in client.get("/").text


def test_the_page_itself_can_pick(scene):
    client, token, picked = scene
    headers = {"X-Imagegen-Token": token, "Origin": str(client.base_url).rstrip("/")}
    answer = client.post("/api/pick", json={"name": "mug", "take": 1}, headers=headers)
    assert (answer.json(), picked) == ({"done": "done"}, [("mug", 1)])
    picked.clear()
