"""What the ledger remembers, and what a kill leaves of it."""

import json

import pytest
from test_emulator_jobs import job

from imagegen.emulator.jobs import Fate
from imagegen.emulator.ledger import Charge, Ledger
from imagegen.errors import WrongInput
from imagegen.providers.provider import JobStatus

FAILED = Fate(JobStatus.FAILED, error="no")


def charge(job_id, at=100.0):
    return Charge(job_id, "a" * 64, "k1", "b" * 64, "flux-2-pro", 6, at)


def filled(folder):
    with Ledger(folder) as ledger:
        ledger.charge(charge("one"), job(job_id="one"))
        ledger.charge(charge("two", 101.0), job(job_id="two", fate=FAILED))
        ledger.refund("two", 120.0)
    return folder / "ledger.jsonl"


def test_charges_refunds_and_jobs_survive(tmp_path):
    filled(tmp_path)
    with Ledger(tmp_path) as ledger:
        assert [kept.refunded for kept in ledger.charges] == [False, True]
        assert ledger.spent == 6
        assert ledger.jobs[1] == job(created=100.0, job_id="two", fate=FAILED)


def test_lines_have_the_promised_keys(tmp_path):
    lines = [json.loads(line) for line in filled(tmp_path).read_text().splitlines()]
    assert [line["event"] for line in lines] == ["charge", "charge", "refund"]
    names = {"event", "job", "key", "idempotencyKey", "bodySha256", "model", "credits", "at"}
    assert all(names <= set(line) for line in lines)


def test_a_refund_happens_once(tmp_path):
    filled(tmp_path)
    with Ledger(tmp_path) as ledger:
        ledger.refund("two", 130.0)
        assert ledger.spent == 6
        assert len(ledger.lines()) == 3


def test_a_torn_last_line_is_cut(tmp_path):
    path = filled(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:37])
    with Ledger(tmp_path) as ledger:
        assert len(ledger.charges) == 2
    assert path.read_bytes() == whole


def test_damage_before_the_end_is_refused(tmp_path):
    path = filled(tmp_path)
    path.write_bytes(b"{}\n" + path.read_bytes())
    with pytest.raises(WrongInput, match="Line 1"):
        Ledger(tmp_path)


def test_a_state_folder_has_one_emulator(tmp_path):
    with Ledger(tmp_path), pytest.raises(WrongInput, match="Another emulator"):
        Ledger(tmp_path)
