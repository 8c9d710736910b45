"""Faults of single requests: what a client meets, and whether anything was paid."""

import json
from pathlib import Path

import httpx
import pytest
from emulation import talking

from imagegen.emulator import faults
from imagegen.emulator.mishaps import ANSWERS, REQUESTS, TEXTS

POST = {"method": "POST"}


def struck(fault, **options):
    """Submit once under a fault; returns the response and what was charged."""
    with talking() as talk:
        talk.emulator.faults.add(faults.rule(fault, match=POST, **options))
        return talk.generate(), len(talk.emulator.ledger)


@pytest.mark.parametrize("status", TEXTS)
def test_a_status_is_answered_and_nothing_is_paid(status):
    response, charges = struck("status", status=status)
    assert (response.status_code, response.json()["error"]) == (status, TEXTS[status])
    assert charges == 0


def test_retry_after_may_be_anything():
    response, _ = struck("status", status=429, retry_after="31536000000")
    assert response.headers["retry-after"] == "31536000000"
    assert "retry-after" not in struck("status", status=429)[0].headers


def test_a_402_has_its_numbers():
    assert {"creditsRequired", "creditsAvailable"} < set(struck("status", status=402)[0].json())


def test_a_gateway_may_answer_in_html():
    response, charges = struck("html")
    assert (response.status_code, charges) == (502, 0)
    assert response.headers["content-type"].startswith("text/html")


def test_a_request_is_delayed():
    response, charges = struck("delay", seconds=0.2)
    assert response.elapsed.total_seconds() >= 0.2
    assert (response.status_code, charges) == (202, 1)


@pytest.mark.parametrize(("fault", "charges"), [("hang-up", 0), ("answer-lost", 1)])
def test_the_connection_closes_before_or_after_the_charge(fault, charges):
    with talking() as talk:
        talk.emulator.faults.add(faults.rule(fault, times=1))
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            talk.generate(key="k")
        assert len(talk.emulator.ledger) == charges
        talk.buy(key="k")
        assert len(talk.emulator.ledger) == 1


def test_an_answer_comes_late_or_late_and_never():
    response, charges = struck("answer-late", seconds=0.2)
    assert response.elapsed.total_seconds() >= 0.2
    assert charges == 1
    with talking() as talk:
        talk.emulator.faults.add(faults.rule("answer-late-and-lost", seconds=0.2))
        with pytest.raises(httpx.ReadTimeout):
            talk.client.post("/v2/images/generate", json={}, timeout=0.05)
        with pytest.raises(httpx.RemoteProtocolError):
            talk.client.get("/v2/me")


def test_an_error_may_follow_the_charge():
    response, charges = struck("answer-status", status=503)
    assert (response.status_code, charges) == (503, 1)


def test_redirects_go_down_a_list_or_in_a_loop():
    with talking() as talk:
        there = ["http://169.254.169.254/latest", "http://[::ffff:127.0.0.1]/"]
        talk.emulator.faults.add(faults.rule("redirect", times=3, to=there))
        seen = [talk.client.get("/v2/me") for _ in range(3)]
        assert [answer.headers["location"] for answer in seen] == [*there, there[0]]
        talk.emulator.faults.add(faults.rule("redirect", status=307))
        loop = talk.client.get("/v2/me")
        assert (loop.status_code, loop.headers["location"]) == (307, str(loop.url))


def test_an_answer_may_lack_the_job_id():
    response, charges = struck("answer-without-job-id")
    assert (response.status_code, response.json(), charges) == (202, {"status": "QUEUED"}, 1)


@pytest.mark.parametrize(
    ("fault", "start"),
    [
        ("answer-odd-types", b'{"jobId": 17'),
        ("answer-list", b'[{"jobId"'),
        ("answer-deep", b"[" * 1000),
        ("answer-huge", b'{"jobId": "xxx'),
        ("answer-html", b"<html>"),
        ("answer-odd-charset", b"\xff\xfe{\x00"),
    ],
)
def test_a_body_is_garbled_after_the_charge(fault, start):
    response, charges = struck(fault)
    assert response.content.startswith(start)
    assert (response.status_code, charges) == (202, 1)


def test_a_body_may_hold_what_json_forbids_or_end_early():
    assert b"NaN" in struck("answer-nan")[0].content
    assert struck("answer-empty")[0].content == b""
    with pytest.raises(json.JSONDecodeError):
        struck("answer-half")[0].json()


def test_a_gzip_bomb_is_small_on_the_wire():
    with talking() as talk:
        talk.emulator.faults.add(faults.rule("answer-gzip-bomb"))
        with talk.client.stream("GET", "/v2/me") as response:
            assert int(response.headers["content-length"]) < 2**19
            assert response.headers["content-encoding"] == "gzip"


def test_garbling_leaves_result_files_alone():
    with talking() as talk:
        job_id = talk.buy()
        talk.emulator.faults.add(faults.rule("answer-empty", match={"path": "/cdn/*"}))
        assert talk.picture(job_id).content


def test_every_fault_of_the_tables_is_struck_here():
    text = Path(__file__).read_text("utf-8")
    assert [name for name in (*REQUESTS, *ANSWERS) if f'"{name}"' not in text] == []
