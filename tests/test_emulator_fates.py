"""Faults that decide how a job ends."""

import pytest
from emulation import talking

from imagegen.emulator import faults
from imagegen.emulator.fates import FATES, FateFault
from imagegen.emulator.settings import Settings


def fated(fault, **options):
    """Buy under a fault and look once, long after the job should have ended."""
    time = [1000.0]
    with talking(Settings(clock=lambda: time[0])) as talk:
        talk.emulator.faults.add(faults.rule(fault, **options))
        job_id = talk.buy()
        time[0] += 3600
        return talk.job(job_id)


@pytest.mark.parametrize("status", ["QUEUED", "PROCESSING"])
def test_a_job_may_be_stuck(status):
    job = fated(f"job-stuck-{status.lower()}")
    assert (job["status"], job["completedAt"]) == (status, None)


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        ("job-failed", "Provider returned 500"),
        ("job-refused", "content policy"),
        ("job-no-capacity", "No available capacity — please retry shortly"),
        ("job-failed-escapes", "\x1b[31m"),
    ],
)
def test_a_job_may_fail_with_a_text(fault, part):
    job = fated(fault)
    assert (job["status"], job["progress"], job["result"]) == ("FAILED", 0, None)
    assert part in job["error"]
    assert job["creditCost"] == 0


def test_the_text_of_a_failure_can_be_chosen():
    assert fated("job-failed", error="[Image denied]")["error"] == "[Image denied]"


def test_a_job_may_be_cancelled():
    assert fated("job-cancelled")["status"] == "CANCELLED"


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        ("result-null", None),
        ("result-empty", {"images": []}),
        ("result-list", []),
        ("result-odd", {"images": [17, None, {"url": 1}]}),
    ],
)
def test_a_completed_job_may_have_an_odd_result(fault, result):
    job = fated(fault)
    assert (job["status"], job["result"]) == ("COMPLETED", result)


def test_a_result_may_be_the_old_bare_string_or_somebody_elses():
    assert fated("result-string")["result"].endswith("-1.png")
    job = fated("result-foreign", url="http://10.0.0.1/x.png")
    assert job["result"] == {"images": ["http://10.0.0.1/x.png"]}


def test_a_fate_can_be_chosen_by_job_prompt_or_model():
    with talking() as talk:
        talk.emulator.faults.add(faults.rule("job-refused", match={"job": 2}))
        talk.emulator.faults.add(faults.rule("job-cancelled", match={"prompt": "blue"}))
        bought = [talk.buy(prompt) for prompt in ("red", "green", "a blue mug")]
        statuses = [talk.finished(job_id)["status"] for job_id in bought]
        assert statuses == ["COMPLETED", "FAILED", "CANCELLED"]


def test_a_line_of_the_table_has_its_defaults():
    for fault in FATES.values():
        assert isinstance(fault, FateFault)
        fault.act(fault.complete({}))
