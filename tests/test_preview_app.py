"""Tests of the application: pages, pictures, thumbnails, events and picking over HTTP."""

from __future__ import annotations

import json
import threading

import httpx
import previewing
import pytest

from imagegen import digest
from imagegen.errors import Problem, WrongInput
from imagegen.preview import serve

SHA256 = digest.sha256_of(previewing.picture(0))


def pick(name, take):
    if take > 2:
        raise WrongInput(Problem(f"`{name}` has no take {take}"))
    return f"`{name}` shows take {take} now"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("shown")


@pytest.fixture(scope="module")
def client(folder):
    """A page of one preview for all tests here; they change nothing that another one looks at."""
    file = previewing.write(folder, {"mug": "a mug", "pot": "a pot"})
    previewing.build(file)
    (folder / "images/pot.png").write_bytes(b"<script>alert(1)</script>")
    with (
        serve.running(file, port=0, pick=pick) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        token = client.get("/").text.partition('imagegen-token" content="')[2].partition('"')[0]
        client.headers["X-Imagegen-Token"] = token
        client.get("/api/state")
        yield client


def test_the_page_and_its_parts_are_served_as_what_they_are(client):
    page = client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "{token}" not in page.text
    script = client.get("/page/main.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert client.get("/page/icon.svg").headers["content-type"].startswith("image/svg+xml")
    assert client.get("/page/unknown.js").status_code == 404


def test_a_picture_comes_with_its_own_type_and_for_ever(client):
    answer = client.get(f"/picture/{SHA256}")
    assert (answer.headers["content-type"], answer.content) == (
        "image/png",
        previewing.picture(0),
    )
    assert "immutable" in answer.headers["cache-control"]


def test_an_output_that_is_no_picture_is_never_served(client):
    sha256 = digest.sha256_of(b"<script>alert(1)</script>")
    rows = {row["name"]: row for row in client.get("/api/state").json()["images"]}
    assert rows["pot"]["picture"] == f"/picture/{sha256}"
    for answer in (client.get(f"/picture/{sha256}"), client.get(f"/thumb/{sha256}?w=320")):
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/plain")
        assert "alert" not in answer.text
        assert "not a picture" in answer.text


def test_thumbnails_come_in_two_widths(client):
    answer = client.get(f"/thumb/{SHA256}?w=640")
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]
    assert client.get(f"/thumb/{SHA256}").status_code == 200
    for width in ("10000", "0", "-1", "x", "320.0"):
        assert client.get(f"/thumb/{SHA256}?w={width}").status_code == 400


def events(client, address, headers=None):
    with client.stream("GET", address, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        while True:
            line = next(lines)
            if line.startswith("event: "):
                data = next(lines).removeprefix("data: ")
                yield line.removeprefix("event: "), json.loads(data)


def test_a_page_that_is_up_to_date_hears_what_comes_next(client, folder):
    images = {"jar": "a jar", "mug": "a mug", "pot": "a pot"}
    revision = client.get("/api/state").json()["revision"]
    timer = threading.Timer(0.3, previewing.write, (folder, images))
    timer.start()
    kind, patch = next(events(client, f"/events?since={revision}"))
    timer.join()
    assert (kind, patch["revision"], patch["order"]) == ("patch", revision + 1, sorted(images))


@pytest.mark.parametrize("since", ["0", "", "x", "-5", "9" * 18, "9" * 400, "٣"])
def test_a_page_of_another_time_starts_over(client, since):
    assert next(events(client, f"/events?since={since}")) == ("reset", {})


def test_a_browser_that_comes_back_says_what_it_has_heard_last(client, folder):
    before = client.get("/api/state").json()["revision"]
    previewing.write(folder, {"mug": "a red mug", "pot": "a pot"})
    heard, _ = next(events(client, f"/events?since={before}"))
    header = {"Last-Event-ID": str(before)}
    again, patch = next(events(client, "/events?since=0", header))
    assert (heard, again, patch["revision"]) == ("patch", "patch", before + 1)


def test_picking_says_what_it_did_or_why_not(client):
    done = client.post("/api/pick", json={"name": "mug", "take": 2})
    assert (done.status_code, done.json()) == (200, {"done": "`mug` shows take 2 now"})
    refused = client.post("/api/pick", json={"name": "mug", "take": 3})
    assert refused.status_code == 409
    assert refused.json()["problem"]["summary"] == "`mug` has no take 3"
    strange = client.post("/api/pick", content=b'{"name": "\\ud800", "take": 3}')
    assert (strange.status_code, "has no take" in strange.text) == (409, True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"name": "mug"}',
        b'{"name": 1, "take": 1}',
        b'{"name": "mug", "take": true}',
        b'{"name": "mug", "take": "2"}',
        b"[" * 4000,
        b'{"name": "mug", "take": 1}' + b" " * 5000,
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(client, body):
    assert client.post("/api/pick", content=body).status_code == 400
