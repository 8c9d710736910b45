"""Webhooks: which, when, signed how, and again until somebody listens."""

import contextlib
import hashlib
import hmac
import http.server
import json
import threading
import time

import pytest
from emulation import KEY, talking

from imagegen.emulator import faults
from imagegen.emulator.settings import Settings
from imagegen.emulator.webhooks import signature


@contextlib.contextmanager
def listening(statuses=()):
    """Yield a URL and the list of deliveries (headers, body); answers `statuses`, then 200."""
    seen, left = [], list(statuses)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((dict(self.headers), body))
            self.send_response(left.pop(0) if left else 200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def until(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def events(seen):
    return [json.loads(body)["event"] for _, body in seen]


def test_a_completed_job_is_told_and_signed():
    with listening() as (url, seen), talking(Settings(latency=0.1)) as talk:
        job_id = talk.buy(webhookUrl=url)
        until(lambda: talk.job(job_id)["webhookStatus"] == "delivered")
        (headers, body) = seen[0]
        told = json.loads(body)
        assert (told["event"], told["jobId"], told["progress"]) == ("completed", job_id, 100)
        assert told["result"] == talk.job(job_id)["result"]
        secret = hashlib.sha256(KEY.encode()).hexdigest().encode()
        digest = hmac.new(secret, body, "sha256").hexdigest()
        assert headers["X-Webhook-Signature"] == f"sha256={digest}"
        assert headers["X-Webhook-Event"] == "completed"


def test_the_wanted_events_are_told():
    with listening() as (url, seen), talking(Settings(latency=0.2)) as talk:
        talk.emulator.faults.add(faults.rule("job-refused"))
        talk.buy(webhookUrl=url, webhookEvents=["progress", "failed", "completed"])
        until(lambda: len(seen) == 3)
        # The vendor promises no order, and those that are due together may overtake each other.
        assert sorted(events(seen)) == ["failed", "progress", "progress"]
        told = {json.loads(body)["event"]: json.loads(body) for _, body in seen}
        assert "content policy" in told["failed"]["error"]


def test_a_failed_delivery_is_tried_again():
    with listening([500]) as (url, seen), talking(Settings(latency=0.0)) as talk:
        job_id = talk.buy(webhookUrl=url)
        status = talk.job(job_id)["webhookStatus"]
        assert status == "pending" or len(seen) == 2
        until(lambda: talk.job(job_id)["webhookStatus"] == "delivered")
        assert events(seen) == ["completed", "completed"]


def test_deliveries_may_come_twice_forged_or_never():
    with listening() as (url, seen), talking(Settings(latency=0.0)) as talk:
        for number, name in enumerate(("webhook-twice", "webhook-forged", "webhook-lost"), 1):
            talk.emulator.faults.add(faults.rule(name, match={"job": number}))
            talk.buy(webhookUrl=url)
        until(lambda: len(seen) == 3)
        good = {
            signature(body, hashlib.sha256(KEY.encode()).hexdigest(), Settings())
            for _, body in seen
        }
        assert len({headers["X-Webhook-Signature"] for headers, _ in seen} & good) == 1


def genuine(headers, body):
    """Whether a delivery is signed with the key, over these very bytes."""
    secret = hashlib.sha256(KEY.encode()).hexdigest()
    return headers["X-Webhook-Signature"] == signature(body, secret, Settings())


def told_with(fault, *, deliveries, **options):
    """Return the deliveries (genuine, body) of one job that meets a fault, and the job's id."""
    with listening() as (url, seen), talking(Settings(latency=0.0)) as talk:
        talk.emulator.faults.add(faults.rule(fault, **options))
        job_id = talk.buy(webhookUrl=url)
        early = list(seen)
        until(lambda: len(seen) >= deliveries)
        return [(genuine(*one), one[1]) for one in seen], job_id, early


def test_a_webhook_may_come_before_the_answer_to_the_order():
    seen, job_id, early = told_with("webhook-early", deliveries=2)
    assert [json.loads(body)["jobId"] for _, body in early] == [job_id]
    assert [json.loads(body)["event"] for _, body in seen] == ["completed", "completed"]


def test_a_webhook_may_come_again_byte_for_byte():
    seen, _, _ = told_with("webhook-replayed", deliveries=4, seconds=0.05, count=3)
    assert len(set(seen)) == 1
    assert seen[0][0]


def test_a_webhook_may_be_altered_on_its_way():
    ((good, body), *_), job_id, _ = told_with("webhook-altered", deliveries=1)
    assert not good
    assert json.loads(body)["jobId"] == job_id


def test_a_webhook_may_name_a_job_that_nobody_knows():
    ((good, body), *_), job_id, _ = told_with("webhook-foreign", deliveries=1)
    assert good
    assert json.loads(body)["jobId"] != job_id


def test_late_webhooks_are_overtaken():
    # How late one has to be depends on how busy the machine is.
    for seconds in (0.5, 2, 8):
        with listening() as (url, seen), talking(Settings(latency=0.0)) as talk:
            late = faults.rule("webhook-late", match={"job": 1}, seconds=seconds)
            talk.emulator.faults.add(late)
            first, second = talk.buy("a", webhookUrl=url), talk.buy("b", webhookUrl=url)
            until(lambda seen=seen: len(seen) == 2)
        order = [json.loads(body)["jobId"] for _, body in seen]
        if order == [second, first]:
            break
    assert order == [second, first]


def test_a_job_without_a_webhook_has_no_webhook_status():
    with talking() as talk:
        assert talk.job(talk.buy())["webhookStatus"] is None


@pytest.mark.parametrize(("form", "key"), [("hex", b"ab" * 32), ("raw", b"\xab" * 32)])
def test_the_secret_has_two_forms(form, key):
    expected = "sha256=" + hmac.new(key, b"body", "sha256").hexdigest()
    assert signature(b"body", "ab" * 32, Settings(signing=form)) == expected
