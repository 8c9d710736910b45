"""The endpoints under /v2: answers, errors, the list."""

import uuid

import httpx
import pytest
from emulation import talking

from imagegen.emulator import faults
from imagegen.emulator.settings import Settings

JOB_KEYS = {
    "id",
    "status",
    "model",
    "progress",
    "result",
    "error",
    "creditCost",
    "webhookStatus",
    "expired",
    "createdAt",
    "completedAt",
}


def error(response):
    return response.status_code, response.json()["error"]


def test_a_submission_is_accepted():
    with talking(Settings()) as talk:
        response = talk.generate()
        assert response.status_code == 202
        assert set(response.json()) == {"jobId", "status"}
        assert response.json()["status"] == "QUEUED"
        assert response.headers["x-request-id"]
        assert response.headers["date"]
        assert "server" not in response.headers


def test_a_job_shows_its_life():
    time = [1000.0]
    with talking(Settings(clock=lambda: time[0], latency=10)) as talk:
        job_id = talk.buy()
        queued = talk.job(job_id)
        assert set(queued) == JOB_KEYS | {"input"}
        assert (queued["status"], queued["progress"], queued["creditCost"]) == ("QUEUED", 0, 6)
        time[0] += 5.5
        assert (talk.job(job_id)["status"], talk.job(job_id)["progress"]) == ("PROCESSING", 50)
        time[0] += 4.5
        done = talk.job(job_id)
        assert (done["status"], done["progress"]) == ("COMPLETED", 100)
        assert done["completedAt"] == "1970-01-01T00:16:50.000Z"
        assert done["result"] == {"images": [f"{talk.emulator.url}/cdn/images/{job_id}-1.png"]}


def test_jobs_beyond_the_slots_wait():
    with talking(Settings(latency=60, slots=2, clock=lambda: 1000.0)) as talk:
        for _ in range(4):
            talk.buy()
        starts = sorted(job.starts for job in talk.emulator.service.ledger.jobs)
        assert starts == [1006.0, 1006.0, 1060.0, 1060.0]


def test_bad_keys_and_ids_are_refused():
    with talking(Settings(keys=("afk_good",)), key="afk_bad") as talk:
        assert error(talk.generate()) == (401, "Invalid API key")
        talk.client.headers["X-API-Key"] = "afk_good"
        assert talk.client.get("/v2/jobs/17").status_code == 400
        assert error(talk.client.get(f"/v2/jobs/{uuid.uuid4()}")) == (404, "Job not found")
        del talk.client.headers["X-API-Key"]
        assert error(talk.client.get("/v2/me")) == (401, "API key is required")


def test_somebody_elses_job_is_not_found():
    with talking() as talk:
        job_id = talk.buy()
        talk.client.headers["X-API-Key"] = "afk_somebody_else"
        assert talk.client.get(f"/v2/jobs/{job_id}").status_code == 404
        assert talk.client.get("/v2/jobs").json()["jobs"] == []
        assert len(talk.client.get("/v2/jobs?scope=team").json()["jobs"]) == 1


def test_a_bad_body_is_told_by_path():
    with talking() as talk:
        response = talk.generate(fluxParams={"steps": 51})
        assert response.status_code == 400
        assert response.json() == {
            "error": "Validation error",
            "details": {"fluxParams.steps": ["Too big: expected number to be <=50"]},
        }
        assert talk.emulator.ledger == []


def test_the_list_is_paged_from_the_newest_on():
    with talking() as talk:
        bought = [talk.buy(f"mug {n}") for n in range(5)]
        seen, query = [], {"limit": "2"}
        for _ in range(3):
            page = talk.client.get("/v2/jobs", params=query).json()
            seen += [job["id"] for job in page["jobs"]]
            assert all(set(job) == JOB_KEYS for job in page["jobs"])
            query["cursor"] = page["nextCursor"]
        assert sorted(seen) == sorted(bought)
        assert (page["hasMore"], page["nextCursor"]) == (False, None)
        assert [job["createdAt"] for job in page["jobs"]] <= [talk.job(seen[0])["createdAt"]]


def test_the_list_can_be_filtered():
    with talking() as talk:
        talk.emulator.faults.add(faults.rule("job-refused", match={"model": "imagen-4"}))
        good, bad = talk.buy(), talk.buy(model="imagen-4")

        def ids(**query):
            return [job["id"] for job in talk.client.get("/v2/jobs", params=query).json()["jobs"]]

        assert ids(status="FAILED") == [bad]
        assert ids(model="flux-2-pro") == [good]
        assert ids(search=good) == [good]
        body = talk.client.get("/v2/jobs?include_models=true").json()
        assert body["models"] == ["flux-2-pro", "imagen-4"]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "status=DONE", "cursor=%21", "cursor=e30", "search=17"],
)
def test_a_bad_query_is_refused(query):
    with talking() as talk:
        assert talk.client.get(f"/v2/jobs?{query}").status_code == 400


def test_a_member_may_not_list_the_team():
    with talking(Settings(role="MEMBER")) as talk:
        assert talk.client.get("/v2/jobs?scope=team").status_code == 403


def test_me_tells_the_team_and_the_key():
    with talking() as talk:
        talk.buy()
        me = talk.client.get("/v2/me").json()
        assert me["team"]["credits"] == 9_994
        assert me["apiKey"]["prefix"] == "afk_0000"


def test_models_need_no_key():
    with talking() as talk:
        models = httpx.get(f"{talk.emulator.url}/v2/models?modality=image", timeout=60).json()[
            "models"
        ]
        assert "flux-2-pro" in [model["id"] for model in models]
        assert talk.client.get("/v2/models?modality=video").json() == {"models": []}
        assert talk.client.get("/v2/models?modality=smell").status_code == 400


def test_the_rate_is_limited():
    with talking(Settings(rate_limit=2)) as talk:
        answers = [talk.client.get("/v2/me") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 1 <= int(answers[2].headers["retry-after"]) <= 60


def test_what_is_not_emulated_says_so():
    with talking() as talk:
        assert error(talk.client.post("/v2/images/edit", json={})) == (
            404,
            "Not emulated: POST /v2/images/edit",
        )
        assert talk.client.get("/nothing").status_code == 404
        assert talk.client.get("/v2/images/generate").status_code == 404
