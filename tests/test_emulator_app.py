"""What holds for every path."""

import socket
from urllib.parse import urlsplit

from emulation import FAST, talking


def test_every_error_is_json_with_a_request_id():
    with talking() as talk:
        answers = [
            talk.client.get("/nothing"),
            talk.client.delete("/v2/me"),
            talk.client.get("/cdn/images/x"),
            talk.client.post("/v2/images/upscale"),
        ]
        assert [answer.status_code for answer in answers] == [404, 405, 404, 404]
        assert all(isinstance(answer.json()["error"], str) for answer in answers)
        assert len({answer.headers["x-request-id"] for answer in answers}) == 4


def test_a_client_that_leaves_in_the_middle_buys_nothing():
    with talking(FAST) as talk:
        address = urlsplit(talk.emulator.url)
        with socket.create_connection((address.hostname, address.port)) as half:
            half.sendall(
                b"POST /v2/images/generate HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"
            )
        assert talk.client.get("/v2/me").status_code == 200
        assert talk.emulator.ledger == []


def test_a_strange_body_is_refused_and_not_a_crash():
    with talking() as talk:
        for content in (b"", b"[]", b"\xff", b"[" * 5000, b'{"prompt": 1e999}'):
            answer = talk.client.post("/v2/images/generate", content=content)
            assert answer.status_code == 400
