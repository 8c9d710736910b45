"""The server as a process: ready, killed, started again, stopped."""

import contextlib
import re
import signal
import socket
import subprocess
import sys

import httpx
import pytest
from emulation import KEY

from imagegen.emulator.serve import running, serve
from imagegen.emulator.settings import Settings
from imagegen.errors import WrongInput

PROGRAM = """
import functools, pathlib, sys
from imagegen.emulator.serve import serve
from imagegen.emulator.settings import Settings
state = pathlib.Path(sys.argv[1])
settings = Settings(state=state, latency=0.0, credits=100, picture_scale=16)
serve(settings, functools.partial(print, flush=True))
"""
HEADERS = {"X-API-Key": KEY, "Idempotency-Key": "k"}
BODY = {"model": "flux-2-pro", "prompt": "a red mug"}


@contextlib.contextmanager
def process(state):
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(state)], stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            line = child.stdout.readline()
            match = re.fullmatch(r"imagegen emulator ready on (http://127\.0\.0\.1:\d+)\n", line)
            assert match, line
            yield match[1], child
        finally:
            child.kill()


def state_of(client, job_id):
    job = client.get(f"/v2/jobs/{job_id}").json()
    picture = client.get(f"/cdn/images/{job_id}-1.png")
    me = client.get("/v2/me").json()
    job["result"] = None
    return job, picture.content, me["team"]["credits"]


def test_a_killed_emulator_goes_on_where_it_was(tmp_path):
    with (
        process(tmp_path) as (url, child),
        httpx.Client(base_url=url, headers=HEADERS, timeout=60) as client,
    ):
        job_id = client.post("/v2/images/generate", json=BODY).json()["jobId"]
        uploaded = client.post("/v2/uploads", files={"file": b"GIF89a"}).json()["url"]
        before = state_of(client, job_id)
        child.kill()
        child.wait()
    with (
        process(tmp_path) as (url, _),
        httpx.Client(base_url=url, headers=HEADERS, timeout=60) as client,
    ):
        assert state_of(client, job_id) == before
        assert client.post("/v2/images/generate", json=BODY).json()["jobId"] == job_id
        assert client.get(httpx.URL(uploaded).path).content == b"GIF89a"
        assert len(client.get("/emulator/ledger").json()["ledger"]) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_cleanly(tmp_path, number):
    with process(tmp_path) as (_, child):
        child.send_signal(number)
        assert child.wait(5) == 0
        assert child.stdout.read() == ""


def test_no_key_is_ever_written(tmp_path):
    settings = Settings(state=tmp_path, picture_scale=16)
    with running(settings) as emulator, httpx.Client(base_url=emulator.url, timeout=60) as client:
        client.post("/v2/images/generate", json=BODY, headers=HEADERS)
        client.post("/v2/uploads", files={"file": b"GIF89a"}, headers=HEADERS)
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes()


def test_a_taken_port_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(WrongInput, match=f"port {port}"):
            serve(Settings(port=port), lambda _: None)


def test_a_running_emulator_shows_what_it_was_asked():
    with running(Settings(picture_scale=16)) as emulator:
        answer = httpx.post(
            f"{emulator.url}/v2/images/generate", json=BODY, headers=HEADERS, timeout=60
        )
        assert [charge.job for charge in emulator.ledger] == [answer.json()["jobId"]]
        assert emulator.charges == emulator.ledger
        assert emulator.posts == 1
        assert [(seen.method, seen.path) for seen in emulator.requests] == [
            ("POST", "/v2/images/generate")
        ]
