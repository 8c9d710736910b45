"""A job's life by the clock, the shelf's order, and the slots."""

import uuid

from imagegen.emulator.jobs import Fate, Job, Shelf, Slots
from imagegen.providers.provider import JobStatus


def job(created=100.0, starts=101.0, ends=111.0, fate=None, job_id=None):
    return Job(
        id=job_id or str(uuid.uuid4()),
        ordinal=1,
        owner="a",
        model="flux-2-pro",
        input={"prompt": "a mug"},
        pictures=2,
        extension="jpg",
        credits=6,
        created=created,
        starts=starts,
        ends=ends,
        fate=fate or Fate(),
        salt="",
    )


def test_status_and_progress_follow_the_clock():
    seen = [(job().status(now).value, job().progress(now)) for now in (100, 101, 106, 110.99, 111)]
    assert seen == [
        ("QUEUED", 0),
        ("PROCESSING", 1),
        ("PROCESSING", 50),
        ("PROCESSING", 99),
        ("COMPLETED", 100),
    ]


def test_a_stuck_job_never_ends():
    assert job(fate=Fate(JobStatus.QUEUED)).status(1e9) is JobStatus.QUEUED
    assert job(fate=Fate(JobStatus.PROCESSING)).status(1e9) is JobStatus.PROCESSING


def test_only_completed_jobs_expire():
    assert job().expired(121, retention=10)
    assert not job().expired(120, retention=10)
    assert not job(fate=Fate(JobStatus.FAILED)).expired(1e9, retention=10)


def test_files_are_numbered_from_one():
    assert job(job_id="x").file_names() == ("x-1.jpg", "x-2.jpg")


def test_the_shelf_is_read_from_the_newest_on():
    jobs = [job(created=at, job_id=name) for at, name in ((1, "a"), (3, "b"), (3, "c"), (2, "d"))]
    shelf = Shelf(jobs)
    assert [kept.id for kept in shelf.newest_first()] == ["c", "b", "d", "a"]
    assert [kept.id for kept in shelf.newest_first((3, "b"))] == ["d", "a"]
    assert shelf.get("D") is jobs[3]
    assert shelf.get("e") is None


def test_no_more_jobs_run_at_once_than_there_are_slots():
    slots, spans = Slots(2), []
    for now in (0.0, 0.0, 0.0, 0.0, 1.0, 50.0):
        starts, ends = slots.peek(now, 10.0)
        slots.hold(ends)
        spans.append((starts, ends))
    assert spans == [(1, 10), (1, 10), (10, 19), (10, 19), (19, 28), (51, 60)]
