"""Builds that hear the API's notices: a look comes sooner, and nothing else is different."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import itertools
import json
import random
import signal
import socket
import threading
import time
import tomllib

import journey
import pytest
from gallery import POST, killed_when, listing, mugs, spoil, until
from indoors import indoors

from imagegen.emulator import faults

SIGNER = hashlib.sha256(journey.KEY.encode()).hexdigest()
NOISE = (
    ("webhook-early", {}),
    ("webhook-lost", {}),
    ("webhook-twice", {}),
    ("webhook-late", {"seconds": 0.4}),
    ("webhook-replayed", {"seconds": 0.2, "count": 3}),
    ("webhook-replayed", {"seconds": 0, "count": 40}),
    ("webhook-forged", {}),
    ("webhook-altered", {}),
    ("webhook-foreign", {}),
)


def with_api(**settings):
    return pytest.mark.parametrize("emulator", [settings], indirect=True)


class Clock:
    """The time, which a test may put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def port():
    with journey.kept_port() as kept:
        yield kept


def told_at(port):
    """Return the provider's table of a project whose notices come to this machine."""
    return {"webhook_url": f"http://127.0.0.1:{port}/hook"}


def listening(port):
    return ("build", "--listen", f"127.0.0.1:{port}")


def looks(emulator):
    return sum(seen.path.startswith("/v2/jobs") for seen in emulator.requests)


def jobs(emulator):
    shelf = emulator.running.service.shop.shelf
    return [shelf.get(charge.job) for charge in emulator.running.ledger]


def sent(port, body, signer=SIGNER):
    """Send a signed notice; returns the status, None when nobody takes it."""
    talk = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    signature = hmac.new(signer.encode(), body, "sha256").hexdigest()
    try:
        talk.request("POST", "/hook", body, {"X-Webhook-Signature": f"sha256={signature}"})
        return talk.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        talk.close()


def notice(job_id, **more):
    return json.dumps({"event": "completed", "jobId": job_id, **more}).encode()


@pytest.mark.slow
@with_api(latency=3600, clock=Clock())
def test_a_notice_makes_the_look_come_at_once(project, emulator, port):
    # Two seconds pass from the tenth look to the next one: longer than most machines stand still.
    assert any(hastened(project, emulator, port, number) for number in range(1, 4))


def hastened(project, emulator, port, number):
    """Build one more picture whose job ends between two looks; returns whether that was seen."""
    clock, before = emulator.running.service.settings.clock, looks(emulator)
    project.write("imagegen.toml", mugs(number, provider=told_at(port)))
    running = project.start(*listening(port))
    until(lambda: looks(emulator) >= before + 10)
    began = time.monotonic()
    clock.ahead += 3600
    until(lambda: looks(emulator) >= before + 11)
    took = time.monotonic() - began
    said = running.finish(code=0).stderr
    assert "listening for notices on 127.0.0.1" in said
    assert emulator.charges == number
    return took < 1.4 and looks(emulator) == before + 11


def final(project, emulator):
    """Return what a build leaves behind, without the ids that each API invents anew."""
    lock = tomllib.loads(project.read("imagegen.lock"))
    for one in lock["images"].values():
        del one["job_id"]
    rows = project.run("jobs", "--all", "--json", code=0).json["jobs"]
    told = sorted((row["image"], row["state"], row["credits"], row["attempt"]) for row in rows)
    pictures = {name: project.bytes(name) for name in project.files() if name.startswith("images/")}
    return lock, told, pictures, emulator.charges, emulator.posts


PICTURES = {f"mug-{i}": f"mug number {i}" for i in range(1, 4)} | {"bad": "a refused mug"}


def built(folder, verb, provider, *, rules=(), signing="hex"):
    """Build on a machine and an API of their own; returns what is left behind."""
    with journey.emulator(latency=0.7, signing=signing) as emulator:
        emulator.running.faults.add(faults.rule("job-refused", match={"prompt": "refused"}), *rules)
        project = indoors(journey.Project(folder / "project", folder / "home", emulator.url))
        project.write("imagegen.toml", listing(PICTURES, provider=provider))
        project.run(*verb, code=1)
        assert project.leaks() == []
        said = "".join(one.stdout + one.stderr for one in project.results)
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert SIGNER not in said
        assert not [path for path in files if SIGNER.encode() in path.read_bytes()]
        return final(project, emulator)


@pytest.fixture(scope="module")
def polled(tmp_path_factory):
    """What a build leaves behind that nobody tells anything."""
    return built(tmp_path_factory.mktemp("polled"), ("build",), {})


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_any_mix_of_notices_ends_as_polling_alone(tmp_path, port, polled, seed):
    chance = random.Random(seed)
    rules = [
        faults.rule(name, match={"job": job}, **options)
        for job in range(1, 5)
        for name, options in chance.sample(NOISE, chance.randint(0, 3))
    ]
    signing = chance.choice(["hex", "raw"])
    heard = built(tmp_path, listening(port), told_at(port), rules=rules, signing=signing)
    assert heard == polled


@pytest.mark.slow
@with_api(latency=6)
def test_a_flood_of_notices_costs_few_looks(project, emulator, port):
    project.write("imagegen.toml", mugs(1, provider=told_at(port)))
    running = project.start(*listening(port))
    until(lambda: emulator.charges == 1)
    job_id = jobs(emulator)[0].id
    answers, over = [], threading.Event()

    def flood():
        for number in itertools.count():
            if over.is_set():
                return
            signer = SIGNER if number % 2 else "forged"
            answers.append(sent(port, notice(job_id, number=number), signer))

    threads = [threading.Thread(target=flood) for _ in range(6)]
    for thread in threads:
        thread.start()
    try:
        running.finish(code=0)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert answers.count(200) >= 5
    assert answers.count(401) >= 5
    # Nine looks of the usual pace in six seconds, one at the end, three that were hastened.
    assert looks(emulator) <= 13
    assert emulator.charges == emulator.posts == 1


@with_api(latency=3600, clock=Clock())
def test_a_notice_is_believed_in_nothing(project, emulator, port):
    project.write("imagegen.toml", mugs(1, provider=told_at(port)))
    running = project.start(*listening(port))
    until(lambda: emulator.charges == 1)
    job_id = jobs(emulator)[0].id
    lies = {"status": "FAILED", "result": {"images": ["http://127.0.0.1:1/x"]}, "creditCost": 0}
    until(lambda: sent(port, notice(job_id, **lies)) == 200)
    assert sent(port, notice("4ffcb9da-0000-4000-8000-000000000001", **lies)) == 404
    assert sent(port, notice(job_id), journey.KEY) == 401
    emulator.running.service.settings.clock.ahead = 3600
    running.finish(code=0)
    (row,) = project.run("jobs", "--all", "--json", code=0).json["jobs"]
    assert (row["state"], row["credits"]) == ("LOCKED", jobs(emulator)[0].credits)


@with_api(latency=0.5)
def test_slow_and_endless_senders_do_not_hold_the_build(project, emulator, port):
    project.write("imagegen.toml", mugs(2, provider=told_at(port)))
    running = project.start(*listening(port))
    with contextlib.ExitStack() as stack:
        until(lambda: emulator.charges == 2)
        for number in range(30):
            with contextlib.suppress(OSError):
                slow = socket.create_connection(("127.0.0.1", port), timeout=1)
                stack.enter_context(slow)
                head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\n\r\n"
                slow.sendall(head[: number or 1] if number < 15 else head + b"x" * 2000)
        running.finish(code=0, timeout=60)
    assert emulator.charges == 2


@with_api(latency=60)
def test_an_interrupt_ends_the_listening_too(project, emulator, port):
    project.write("imagegen.toml", mugs(1, provider=told_at(port)))
    running = project.start(*listening(port))
    until(lambda: looks(emulator))
    with socket.create_connection(("127.0.0.1", port)):
        running.signal(signal.SIGINT)
        running.finish(code=130, timeout=30)
    socket.create_server(("127.0.0.1", port)).close()


def test_drafts_need_no_port_and_no_address(project, offline, port):
    with socket.create_server(("127.0.0.1", port)):
        project.write("imagegen.toml", mugs(1))
        project.run(*listening(port), "--draft", code=0)
        project.write("imagegen.toml", mugs(2, provider={"name": "draft"}))
        project.run(*listening(port), code=0)


@with_api(latency=2)
def test_two_builds_cannot_listen_in_one_place(project, emulator, port):
    project.write("imagegen.toml", mugs(1, provider=told_at(port)))
    other = project.beside("other")
    other.write("imagegen.toml", listing({"cup": "a cup"}, provider=told_at(port)))
    running = project.start(*listening(port))
    until(lambda: emulator.charges == 1)
    told = other.run(*listening(port), code=2).stderr
    assert f"cannot listen on 127.0.0.1:{port}" in told
    assert "Address already in use. Nothing was bought" in told
    running.finish(code=0)
    assert emulator.posts == 1


def test_listening_without_an_address_for_the_api_is_refused(project, offline, port):
    project.write("imagegen.toml", mugs(1))
    told = project.run(*listening(port), code=2).stderr
    assert "--listen needs a `webhook_url`" in told
    assert "[provider]" in told


@pytest.mark.parametrize(
    "place",
    ["", "8788", ":8788", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "a b:1",
     "::1:8788", "http://127.0.0.1:8788", "127.0.0.1:8788/hook"],
)  # fmt: skip
def test_a_place_that_is_none_is_refused(project, offline, place):
    project.write("imagegen.toml", mugs(1, provider=told_at(1)))
    told = project.run("build", "--listen", place, code=2).stderr
    assert "write it like 127.0.0.1:8788" in told


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "192.0.2.1", "[2001:db8::1]"])
def test_a_host_that_is_not_this_machine_is_refused(project, offline, host):
    project.write("imagegen.toml", mugs(1, provider=told_at(1)))
    told = project.run("build", "--listen", f"{host}:8788", code=2).stderr
    assert f"cannot listen on {host}:8788" in told


def test_an_address_alone_goes_into_every_order(project, emulator, port):
    """The bytes of an order depend on the project file only, never on who listens."""
    project.write("imagegen.toml", mugs(1, provider=told_at(port)))
    project.run("build", code=0)
    assert [job.hook_url for job in jobs(emulator)] == [told_at(port)["webhook_url"]]


def test_another_address_changes_no_request(project, emulator, port):
    project.write("imagegen.toml", mugs(2))
    project.run("build", code=0)
    lock = project.read("imagegen.lock")
    for address in (told_at(port), told_at(9), {}):
        project.write("imagegen.toml", mugs(2, provider=address))
        project.run("plan", "--check", code=0)
        project.run("build", code=0)
    assert project.read("imagegen.lock") == lock
    assert emulator.posts == 2


@pytest.mark.parametrize("later", [{}, told_at(9)])
def test_an_order_that_is_sent_again_keeps_the_address_it_had(project, emulator, port, later):
    project.write("imagegen.toml", mugs(1, provider=told_at(port)))
    spoil(emulator, "answer-lost", match=POST)
    killed_when(project, "build", happened=lambda: emulator.charges == 1)
    emulator.running.faults.clear()
    project.write("imagegen.toml", mugs(1, provider=later))
    # Other bytes under the same idempotency key would be a conflict, and exit code 4.
    project.run("build", code=0)
    assert emulator.posts > emulator.charges == 1
