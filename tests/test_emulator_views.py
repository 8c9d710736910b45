"""How a job looks to a client."""

from test_emulator_jobs import job

from imagegen.emulator.jobs import Fate
from imagegen.emulator.settings import Settings
from imagegen.emulator.views import View, timestamp
from imagegen.providers.provider import JobStatus


def view(now=200.0, **settings):
    return View(Settings(**settings), "http://here", now)


def test_result_urls_start_where_the_client_asked():
    assert view().result(job(job_id="x")) == {
        "images": ["http://here/cdn/images/x-1.jpg", "http://here/cdn/images/x-2.jpg"]
    }


def test_the_old_bare_string_is_a_switch():
    assert view(bare_result=True).result(job(job_id="x")) == "http://here/cdn/images/x-1.jpg"


def test_nothing_is_shown_before_the_end():
    row = view(now=105.0).row(job(fate=Fate(JobStatus.FAILED, error="no")), "pending")
    assert (row["status"], row["error"], row["result"]) == ("PROCESSING", None, None)
    assert (row["creditCost"], row["webhookStatus"]) == (6, "pending")


def test_times_have_milliseconds_and_a_z():
    assert timestamp(1_773_568_832.0005) == "2026-03-15T10:00:32.000Z"


def test_a_failed_event_has_the_documented_keys():
    told = view().event(job(job_id="x", fate=Fate(JobStatus.FAILED, error="no")), "failed")
    assert told == {
        "event": "failed",
        "jobId": "x",
        "status": "FAILED",
        "error": "no",
        "model": "flux-2-pro",
    }
