"""Tests of the running preview: its port, its end."""

from __future__ import annotations

import contextlib
import socket
import time

import httpx
import previewing
import pytest

from imagegen.errors import WrongInput
from imagegen.preview import serve


def pick(name, take):
    return f"{name} {take}"


def test_it_listens_on_loopback_only_and_takes_the_next_free_port(tmp_path):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        serve.running(file, port=taken.getsockname()[1], pick=pick) as url,
    ):
        assert httpx.URL(url).host == "127.0.0.1"
        assert httpx.URL(url).port > taken.getsockname()[1]
        assert httpx.get(f"{url}api/state", timeout=60).json()["summary"] == {"new": 1}


def test_where_no_port_is_free_it_says_what_to_do(tmp_path):
    with contextlib.ExitStack() as stack:
        # It may be taken already, by another run of this test.
        with contextlib.suppress(OSError):
            stack.enter_context(socket.create_server(("127.0.0.1", 65535)))
        with pytest.raises(WrongInput, match="no free port from 65535 on"):
            stack.enter_context(serve.running(tmp_path, port=65535, pick=pick))


def test_it_ends_soon_although_a_page_listens(tmp_path):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    with httpx.Client(timeout=60) as client:
        with serve.running(file, port=0, pick=pick) as url:
            request = client.build_request("GET", f"{url}events?since=0")
            answer = client.send(request, stream=True)
            lines = answer.iter_lines()
            assert next(lines).startswith(":")
            began = time.monotonic()
        assert list(lines)[-1] == "", "the stream has a proper end"
        answer.close()
    assert time.monotonic() - began < 5
