import json

import pytest

from imagegen.providers.apiframe import refusals
from imagegen.providers.apiframe.api import Answer
from imagegen.providers.provider import Ambiguous, Busy, KeyReused, Refused, Unavailable


def answer(status, error="", headers=None, **more):
    body = json.dumps({"error": error, **more}).encode() if error else b"<html>oops</html>"
    return Answer(status, headers or {}, body, whole=True)


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (202, "", Ambiguous),
        (204, "", Ambiguous),
        (303, "", Ambiguous),
        (408, "", Ambiguous),
        (425, "", Ambiguous),
        (500, "boom", Ambiguous),
        (502, "", Ambiguous),
        (503, "queue", Ambiguous),
        (504, "", Ambiguous),
        (599, "", Ambiguous),
        (429, "slow down", Busy),
        (409, "Idempotency-Key was used with a different body", KeyReused),
        (409, "conflict", KeyReused),
        (409, "", KeyReused),
        (409, "A request with this idempotency key is in progress", Ambiguous),
        (409, "request in flight", Ambiguous),
        (422, "idempotency key reused", KeyReused),
        (422, "still processing this idempotency key", Ambiguous),
        (422, "prompt is odd", Refused),
        (400, "idempotent requests must use the same parameters", KeyReused),
        (400, "Idempotency-Key must be at most 255 characters", Refused),
        (400, "Validation error", Refused),
        (400, "", Refused),
        (401, "Invalid API key", Refused),
        (404, "", Refused),
        (405, "", Refused),
        (413, "", Refused),
        (451, "", Refused),
        (301, "", Refused),
        (307, "", Refused),
    ],
)
def test_the_meaning_of_a_paid_posts_status(status, error, kind):
    assert type(refusals.submission(answer(status, error))) is kind


@pytest.mark.parametrize(
    ("status", "error", "all_stop"),
    [
        (401, "Invalid API key", True),
        (402, "Insufficient credits", True),
        (403, "API key is inactive", True),
        (400, "This API key belongs to v1", True),
        (302, "", True),
        (400, "Validation error", False),
        (404, "", False),
    ],
)
def test_what_no_other_order_can_pass_stops_all(status, error, all_stop):
    refused = refusals.submission(answer(status, error))
    assert isinstance(refused, Refused)
    assert (refused.stops_all, refused.status) == (all_stop, status)


def test_a_lack_of_credits_says_how_many():
    lack = answer(402, "Insufficient credits", creditsRequired=8, creditsAvailable=3)
    assert "needs 8 credits and 3 are left" in refusals.submission(lack).problem.detail


def test_a_validation_error_is_shown_with_its_details_and_request_id():
    details = {"fluxParams.resolution": ["Invalid option\x1b[31m"]}
    wrong = answer(400, "Validation error", {"x-request-id": "req-1"}, details=details)
    assert refusals.submission(wrong).problem.detail == (
        "It answered 400: Validation error; `fluxParams.resolution`: Invalid option\\x1b[31m. "
        "Request id: req-1."
    )


def test_busy_waits_as_long_as_it_was_asked_to():
    asked = refusals.submission(answer(429, "slow", {"retry-after": "7"}))
    unasked = refusals.submission(answer(429, "slow"))
    absurd = refusals.submission(answer(429, "slow", {"retry-after": "99999"}))
    assert isinstance(asked, Busy)
    assert isinstance(unasked, Busy)
    assert isinstance(absurd, Busy)
    assert (asked.seconds, unasked.seconds, absurd.seconds) == (7, 5, 300)
    assert "99999 s" in absurd.problem.detail


def test_a_redirect_names_the_foreign_host_only():
    away = answer(307, "", {"location": "https://evil.example/steal?token=1"})
    detail = refusals.submission(away).problem.detail
    assert "`https://evil.example`" in detail
    assert "the key would be sent along" in detail
    assert "token" not in detail


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, Unavailable),
        (303, Unavailable),
        (408, Unavailable),
        (429, Unavailable),
        (500, Unavailable),
        (503, Unavailable),
        (400, Refused),
        (401, Refused),
        (302, Refused),
    ],
)
def test_the_meaning_of_a_free_requests_status(status, kind):
    assert type(refusals.free(answer(status, "no"), "the jobs were looked up")) is kind


def test_a_free_request_passes_on_how_long_to_wait():
    fault = refusals.free(answer(429, "no", {"retry-after": "3"}), "x")
    assert isinstance(fault, Unavailable)
    assert fault.seconds == 3
