import json

import pytest

from imagegen.providers.apiframe import answers
from imagegen.providers.apiframe.api import Answer, Unreadable
from imagegen.providers.provider import Job, JobStatus

ID = "4ffcb9da-0000-4000-8000-000000000001"
URL = f"https://cdn2.apiframe.ai/images/{ID}-1.png"


def answer(value, status=200):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Answer(status, {}, body, whole=True)


def row(**changes):
    return {"id": ID, "status": "COMPLETED", "model": "flux-2-pro", **changes}


def test_a_completed_job_is_read():
    full = row(progress=100, result={"images": [URL]}, creditCost=8, webhookStatus="sent")
    job = answers.job(answer(full), ID)
    assert job == Job(ID, JobStatus.COMPLETED, progress=100, urls=(URL,), credits=8)


@pytest.mark.parametrize(
    ("result", "urls"),
    [
        (
            {"images": [URL, "https://b.example/2.png"], "gridUrl": "x"},
            (URL, "https://b.example/2.png"),
        ),
        (URL, (URL,)),
        (None, ()),
        ({}, ()),
        ({"images": None}, ()),
        ({"images": [None, 3, URL, {}]}, (URL,)),
        ({"images": ["x" * 10_000]}, ()),
        (
            {"images": ["https://a/\ud800", "https://a/\x1b", "https://a/\u2028", "https://a/ü"]},
            ("https://a/ü",),
        ),
        (17, ()),
    ],
)
def test_every_shape_of_result_is_read_or_left_out(result, urls):
    assert answers.job(answer(row(result=result)), ID).urls == urls


@pytest.mark.parametrize("status", ["PONDERING", None, 7, ["COMPLETED"], {}])
def test_a_job_with_an_unknown_status_is_still_at_work(status):
    assert answers.job(answer(row(status=status)), ID).status is JobStatus.PROCESSING


@pytest.mark.parametrize(
    ("changes", "progress", "price"),
    [
        ({"progress": 140, "creditCost": None}, 100, None),
        ({"progress": -1, "creditCost": 2.5}, 0, None),
        ({"progress": True, "creditCost": True}, None, None),
        ({"progress": "65", "creditCost": "8"}, None, None),
        ({"progress": float("nan"), "creditCost": -1}, None, None),
    ],
)
def test_wrong_numbers_are_not_known_rather_than_wrong(changes, progress, price):
    job = answers.job(answer(row(**changes)), ID)
    assert (job.progress, job.credits) == (progress, price)


def test_an_error_text_is_made_safe_and_expiry_is_seen():
    job = answers.job(answer(row(status="FAILED", error="no\x1b[2J", expired=True)), ID)
    assert job.error == "no\\x1b[2J"
    assert job.expired


def test_an_answer_about_another_job_is_unreadable():
    with pytest.raises(Unreadable):
        answers.job(answer(row(id="someone-elses")), ID)


def test_rows_without_sense_are_left_out_of_a_page():
    rows = [row(), None, 4, {}, {"id": 5}, {"id": "../../me", "status": "QUEUED"}]
    page = answers.page(answer({"jobs": rows, "nextCursor": "abc", "hasMore": True}))
    assert [job.id for job in page.jobs] == [ID]
    assert page.cursor == "abc"


@pytest.mark.parametrize("end", [{"nextCursor": None}, {"nextCursor": "a", "hasMore": False}, {}])
def test_the_last_page_has_no_cursor(end):
    assert answers.page(answer({"jobs": [], **end})).cursor is None


@pytest.mark.parametrize("job_id", [None, "", 5, "a/b", "..", "x" * 200, "a\n", "a?b"])
def test_an_acceptance_without_a_usable_id_is_unreadable(job_id):
    with pytest.raises(Unreadable):
        answers.accepted(answer({"jobId": job_id, "status": "QUEUED"}))


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"[" * 200_000, b"\xff\xfe\xfd", b'"x"', b"null", b"1" * 9000]
)
def test_what_is_no_json_object_is_unreadable_everywhere(body):
    for read in (answers.accepted, answers.page, answers.upload, answers.account):
        with pytest.raises(Unreadable):
            read(answer(body))
    assert answers.said(answer(body)) == ""


def test_a_body_that_broke_off_is_unreadable_though_it_is_json():
    with pytest.raises(Unreadable):
        answers.accepted(Answer(202, {}, b'{"jobId": "a"}', whole=False))


def test_an_error_is_told_with_its_details():
    form = {"error": "Validation error", "details": {"prompt": ["Too big\x07"], "": ["odd"]}}
    assert answers.said(answer(form)) == "Validation error; `prompt`: Too big\\x07; odd"


def test_the_account_is_read_as_far_as_it_is_told():
    team = {"credits": 3644, "plan": "af_basic", "maxConcurrentJobs": 10}
    assert answers.account(answer({"team": team})) == answers.Account(3644, "af_basic", 10)
    assert answers.account(answer({"team": None})) == answers.Account(None, None, None)


@pytest.mark.parametrize(
    "url", [None, "", "ftp://a/b", "https://a/\x00", "https://a/" + "x" * 9000]
)
def test_an_upload_without_a_proper_url_is_unreadable(url):
    with pytest.raises(Unreadable):
        answers.upload(answer({"url": url}))
