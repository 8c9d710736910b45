"""Faults of looking at jobs."""

import pytest
from emulation import talking

from imagegen.emulator import faults


def test_a_job_is_missing_and_then_back():
    with talking() as talk:
        job_id = talk.buy()
        talk.emulator.faults.add(faults.rule("job-missing", times=2))
        answers = [talk.client.get(f"/v2/jobs/{job_id}").status_code for _ in range(3)]
        assert answers == [404, 404, 200]


def test_a_job_may_be_missing_from_the_list_alone():
    with talking() as talk:
        seen, hidden = talk.buy("red"), talk.buy("blue")
        match = {"path": "/v2/jobs", "prompt": "blue"}
        talk.emulator.faults.add(faults.rule("job-missing", match=match))
        rows = talk.client.get("/v2/jobs").json()["jobs"]
        assert [row["id"] for row in rows] == [seen]
        assert talk.job(hidden)["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("job-back-to-queued", "QUEUED"),
        ("job-back-to-processing", "PROCESSING"),
        ("job-odd-status", "THROTTLED"),
        ("job-odd-types", 7),
    ],
)
def test_a_status_may_go_back_or_be_odd(fault, status):
    with talking() as talk:
        job_id = talk.buy()
        assert talk.job(job_id)["status"] == "COMPLETED"
        talk.emulator.faults.add(faults.rule(fault, times=1))
        assert talk.job(job_id)["status"] == status
        assert talk.job(job_id)["status"] == "COMPLETED"


def test_a_job_may_say_that_it_has_expired():
    with talking() as talk:
        talk.emulator.faults.add(faults.rule("job-expired"))
        assert talk.job(talk.buy())["expired"] is True


def test_a_list_may_hold_strangers_odd_rows_or_nothing():
    with talking() as talk:
        job_id = talk.buy()

        def ids(fault, **options):
            talk.emulator.faults.replace([faults.rule(fault, **options)])
            return [row.get("id") for row in talk.client.get("/v2/jobs").json()["jobs"]]

        assert len(ids("list-strangers", count=2)) == 3
        assert ids("list-odd-rows") == [1, None, job_id]
        assert ids("list-empty") == []


def test_a_list_may_fail_while_jobs_can_be_looked_at():
    with talking() as talk:
        job_id = talk.buy()
        talk.emulator.faults.add(faults.rule("status", status=500, match={"path": "/v2/jobs"}))
        assert talk.client.get("/v2/jobs").status_code == 500
        assert talk.job(job_id)["status"] == "COMPLETED"
