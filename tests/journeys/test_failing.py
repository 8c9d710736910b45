"""One failed picture never stops the others; what is free is tried again, what is paid never."""

import signal

import journey
import pytest
from gallery import GENERATE, hear, mugs

from imagegen.emulator import faults

POST = {"method": "POST", "path": GENERATE}
FILE = {"path": "/cdn/images/*"}


def spoil(emulator, fault, *, times=None, match=None, **options):
    emulator.running.faults.replace([faults.rule(fault, times=times, match=match, **options)])


def spoil_each(emulator, spoilt, *, match, times=1):
    """Let the first of these faults happen to the first picture, and so on."""
    emulator.running.faults.replace(
        faults.rule(fault, times=times, match={**match, "prompt": f"number {i}"}, **options)
        for i, (fault, options) in enumerate(spoilt, start=1)
    )


def test_a_failed_job_stops_no_other_and_is_bought_by_the_next_build(project, emulator):
    project.write("imagegen.toml", mugs(4))
    spoil_each(emulator, [("job-failed", {}), ("job-cancelled", {})], match={}, times=None)
    told = project.run("build", code=1).stderr
    spent = emulator.running.service.ledger.spent
    assert f"2 done, 2 failed. Spent {spent} credits on 2 pictures." in told
    assert "failed: mug-1" in told
    assert "failed: mug-2" in told
    assert told.count("was not charged") == 2
    assert emulator.charges == 2
    emulator.running.faults.clear()
    project.run("build", code=0)
    assert emulator.charges == 4
    assert emulator.posts == 6


def test_a_refusal_by_moderation_is_remembered(project, emulator):
    project.write("imagegen.toml", mugs(2))
    spoil(emulator, "job-refused", match={"prompt": "number 2"})
    assert "refused by moderation" in project.run("build", code=1).stderr
    assert (emulator.charges, emulator.posts) == (1, 2)
    emulator.running.faults.clear()
    before = len(emulator.requests)
    told = project.run("build", code=1)
    assert "refused by moderation" in told.stderr
    assert "refused by moderation" in project.run("plan", code=0).stdout
    assert len(emulator.requests) == before
    project.run("build", "--replace", "mug-2", code=0)
    assert (emulator.charges, emulator.posts) == (2, 3)


def test_a_changed_prompt_is_sent_again_after_a_refusal(project, emulator):
    project.write("imagegen.toml", mugs(1))
    spoil(emulator, "job-refused", times=1)
    project.run("build", code=1)
    project.write("imagegen.toml", mugs(1).replace("mug number", "plain mug number"))
    project.run("build", code=0)
    assert (emulator.charges, emulator.posts) == (1, 2)


@pytest.mark.slow
def test_no_available_capacity_is_tried_again_as_a_new_attempt(project, emulator):
    project.write("imagegen.toml", mugs(1))
    spoil(emulator, "job-no-capacity", times=1)
    project.run("build", code=0)
    assert (emulator.charges, emulator.posts) == (1, 2)
    keys = {charge.idempotency_key for charge in emulator.running.ledger}
    assert len(keys) == 2


def test_a_refused_account_stops_the_rest_and_costs_nothing(project, emulator):
    project.write("imagegen.toml", mugs(3, provider={"max_in_flight": 1}))
    for posts, status in enumerate((401, 402, 403), start=1):
        spoil(emulator, "status", match=POST, status=status)
        told = project.run("build", code=1).stderr
        assert "Nothing was spent." in told
        assert "not tried" in told
        assert (emulator.charges, emulator.posts) == (0, posts)
    emulator.running.faults.clear()
    project.run("build", code=0)
    assert emulator.charges == 3


def test_a_busy_api_is_waited_for_as_long_as_it_asks(project, emulator):
    project.write("imagegen.toml", mugs(1))
    spoil(emulator, "status", times=2, match=POST, status=429, retry_after="1")
    told = project.run("build", code=0).stderr
    assert told.count("next try in 1 s") == 2
    assert (emulator.charges, emulator.posts) == (1, 3)


UNANSWERED = [
    ("status", {"status": 500}),
    ("answer-status", {"status": 502}),
    ("answer-lost", {}),
    ("answer-half", {}),
    ("hang-up", {}),
]


def test_an_unanswered_order_is_sent_again_and_charged_once(project, emulator):
    project.write("imagegen.toml", mugs(len(UNANSWERED)))
    spoil_each(emulator, UNANSWERED, match=POST)
    project.run("build", code=0)
    project.run("check", code=0)
    assert (emulator.charges, emulator.posts) == (5, 10)


@pytest.mark.parametrize("emulator", [{"duplicates": "in-flight", "latency": 0.5}], indirect=True)
def test_an_order_that_is_still_in_flight_is_not_a_second_one(project, emulator):
    project.write("imagegen.toml", mugs(1))
    spoil(emulator, "answer-lost", times=1, match=POST)
    project.run("build", code=0)
    assert emulator.charges == 1


@pytest.mark.parametrize("emulator", [{"duplicates": "reject"}], indirect=True)
def test_a_key_that_the_api_will_not_repeat_leaves_the_outcome_unknown(project, emulator):
    project.write("imagegen.toml", mugs(2))
    spoil(emulator, "answer-lost", times=1, match={**POST, "prompt": "number 1"})
    told = project.run("build", code=4).stderr
    assert "nobody can tell whether the order for `mug-1` was charged" in told
    assert "imagegen resolve" in told
    assert emulator.charges == 2
    posts = emulator.posts
    assert "outcome is unknown" in project.run("plan", code=0).stdout
    project.run("build", code=4)
    assert emulator.posts == posts
    assert emulator.charges == 2
    jobs = project.run("jobs", "--json", code=0).json["jobs"]
    assert [(job["image"], job["state"]) for job in jobs] == [("mug-1", "UNKNOWN")]


def test_a_result_that_is_a_bare_text_is_understood(project, emulator):
    project.write("imagegen.toml", mugs(1))
    spoil(emulator, "result-string")
    project.run("build", code=0)
    assert emulator.charges == 1


SPOILT = ["file-cut", "file-cut-chunked", "file-html", "file-bit-flip", "file-empty"]


def test_a_spoilt_download_is_fetched_again_and_not_bought_again(project, emulator):
    png = {"params": {"output_format": "png"}}
    project.write("imagegen.toml", mugs(len(SPOILT), defaults=png))
    spoil_each(emulator, [(fault, {}) for fault in SPOILT], match=FILE)
    project.run("build", code=0)
    project.run("check", code=0)
    assert (emulator.charges, emulator.posts) == (5, 5)
    fetched = [seen for seen in emulator.requests if seen.path.startswith("/cdn/")]
    assert len(fetched) == 10


@pytest.mark.slow
def test_a_picture_that_cannot_be_fetched_stays_noted_until_it_can(project, emulator):
    project.write("imagegen.toml", mugs(1))
    spoil(emulator, "file-html", match=FILE)
    told = project.run("build", code=1).stderr
    assert "is not bought again" in told
    assert "ordered already, nothing more to pay" in project.run("plan", code=0).stdout
    emulator.running.faults.clear()
    project.run("build", code=0)
    assert (emulator.charges, emulator.posts) == (1, 1)


def test_an_api_that_cannot_be_reached_is_waited_for_and_charges_once(project):
    with journey.kept_port() as port:
        project.base_url = f"http://127.0.0.1:{port}"
        project.write("imagegen.toml", mugs(1))
        given_up = project.start("build")
        hear(given_up, "the API cannot be reached")
        given_up.signal(signal.SIGINT)
        given_up.finish(code=130)
        patient = project.start("build")
        hear(patient, "the API cannot be reached")
        with journey.emulator(port=port) as emulator:
            patient.finish(code=0)
            assert (emulator.charges, emulator.posts) == (1, 1)


STRANGER = '[provider]\nbase_url = "https://collector.example"\n'


def test_a_key_of_the_environment_does_not_go_where_a_checkout_says(project, emulator):
    project.write("imagegen.toml", STRANGER + mugs(1))
    result = project.run("build", code=2, env={"APIFRAME_BASE_URL": None})
    assert "your key is not sent to `collector.example`" in result.stderr
    assert "export APIFRAME_BASE_URL=https://collector.example" in result.stderr
    project.write("imagegen.toml", mugs(1))
    project.write(".env", "APIFRAME_BASE_URL=https://collector.example\n")
    result = project.run("build", code=2, env={"APIFRAME_BASE_URL": None})
    assert "the address from .env of this project" in result.stderr
    assert emulator.requests == []


def test_an_address_on_this_machine_may_stand_in_the_project_file(project, emulator):
    local = f'[provider]\nbase_url = "{emulator.url}"\n'
    project.write("imagegen.toml", local + mugs(1))
    project.run("build", code=0, env={"APIFRAME_BASE_URL": None})
    assert emulator.charges == 1
