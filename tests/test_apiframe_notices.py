"""Which requests are notices of the API: signed for this key, over these very bytes."""

import hashlib
import hmac
import json

import pytest

from imagegen.providers.apiframe.notices import Notices
from imagegen.secret import Secret

KEY = "afk_canary_0123456789"
ID = "4ffcb9da-0000-4000-8000-000000000001"
BODY = json.dumps({"event": "completed", "jobId": ID, "status": "COMPLETED"}).encode()
HASH = hashlib.sha256(KEY.encode())
HEX, RAW = HASH.hexdigest().encode(), HASH.digest()


def signed(body, signer=HEX):
    return hmac.new(signer, body, "sha256").hexdigest()


def heard(signature, body=BODY):
    return Notices(Secret(KEY)).job_id({"x-webhook-signature": signature}, body)


@pytest.mark.parametrize("signer", [HEX, RAW], ids=["hex", "raw"])
@pytest.mark.parametrize("prefix", ["sha256=", ""])
def test_both_encodings_of_the_signing_key_are_genuine(signer, prefix):
    assert heard(prefix + signed(BODY, signer)) == ID
    assert heard(prefix + signed(BODY, signer).upper()) == ID


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        signed(BODY, KEY.encode()),
        signed(BODY, hashlib.sha256(b"afk_other").hexdigest().encode()),
        signed(BODY)[:-1],
        signed(BODY) + "0",
        "sha512=" + signed(BODY),
        f"{signed(BODY)}, {signed(BODY)}",
        "ä" * 64,
        "é" * 32,
    ],
)
def test_any_other_signature_is_not(signature):
    assert heard(signature) is None


def test_a_request_without_a_signature_is_not_a_notice():
    assert Notices(Secret(KEY)).job_id({}, BODY) is None


def test_the_signature_is_of_the_raw_bytes():
    assert heard(signed(BODY), BODY + b"\n") is None
    spaced = BODY.replace(b":", b" :")
    assert heard(signed(spaced), spaced) == ID


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"\xff",
        b"[" * 100_000,
        b'{"jobId": 7}',
        b'{"jobId": null}',
        b'{"jobId": "../x"}',
        b'{"jobId": ""}',
        b'{"jobId": "\\ud800"}',
        b'{"id": "4ffcb9da-0000-4000-8000-000000000001"}',
    ],
)
def test_a_signed_body_that_names_no_job_is_nothing(body):
    assert heard(signed(body), body) is None


def test_what_signs_does_not_show_itself():
    shown = repr(Notices(Secret(KEY)))
    assert KEY not in shown
    assert HEX.decode() not in shown
