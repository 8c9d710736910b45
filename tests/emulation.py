"""How tests talk to a running emulator: one client with a key, and the usual requests."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import httpx

from imagegen.emulator.serve import Running, running
from imagegen.emulator.settings import Settings

KEY = "afk_0000aaaabbbbcccc"
FAST = Settings(latency=0.0, picture_scale=16)


class Talk:
    """A client of one emulator."""

    def __init__(self, emulator: Running, client: httpx.Client) -> None:
        self.emulator = emulator
        self.client = client

    def generate(self, prompt="a red mug", *, key=None, model="flux-2-pro", **more):
        headers = {} if key is None else {"Idempotency-Key": key}
        body = {"model": model, "prompt": prompt, **more}
        return self.client.post("/v2/images/generate", json=body, headers=headers)

    def buy(self, prompt="a red mug", **more):
        """Submit; returns the job id."""
        response = self.generate(prompt, **more)
        assert response.status_code == 202, response.text
        return response.json()["jobId"]

    def job(self, job_id):
        response = self.client.get(f"/v2/jobs/{job_id}")
        assert response.status_code == 200, response.text
        return response.json()

    def finished(self, job_id, seconds=60.0):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            job = self.job(job_id)
            if job["status"] in ("COMPLETED", "FAILED", "CANCELLED"):
                return job
            time.sleep(0.02)
        raise AssertionError(f"not finished: {job}")

    def picture(self, job_id):
        """Fetch the first picture of a job, without a key."""
        return httpx.get(self.finished(job_id)["result"]["images"][0], timeout=60)


@contextlib.contextmanager
def talking(settings: Settings = FAST, key: str = KEY) -> Iterator[Talk]:
    with (
        running(settings) as emulator,
        httpx.Client(base_url=emulator.url, headers={"X-API-Key": key}, timeout=60) as client,
    ):
        yield Talk(emulator, client)
