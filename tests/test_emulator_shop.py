"""The paid moment: idempotency, credits, refunds."""

import pytest
from emulation import FAST, talking

from imagegen.emulator import faults
from imagegen.emulator.settings import Settings


def test_the_same_key_and_body_is_the_same_job():
    with talking() as talk:
        first, second = talk.buy(key="k"), talk.buy(key="k")
        assert first == second
        assert len(talk.emulator.ledger) == 1
        assert talk.emulator.posts == 2


def test_a_replay_tells_the_jobs_status_of_now():
    with talking() as talk:
        talk.finished(talk.buy(key="k"))
        assert talk.generate(key="k").json()["status"] == "COMPLETED"


def test_posts_without_a_key_are_all_paid():
    with talking() as talk:
        assert talk.buy() != talk.buy()
        assert len(talk.emulator.ledger) == 2


def test_the_same_key_with_another_body_is_a_conflict():
    with talking() as talk:
        talk.buy("a cup", key="k")
        assert talk.generate("a mug", key="k").status_code == 409
        assert len(talk.emulator.ledger) == 1


def test_another_body_may_get_the_original_job():
    with talking(Settings(different_body="original")) as talk:
        assert talk.buy("a cup", key="k") == talk.buy("a mug", key="k")


def test_keys_of_other_callers_are_other_keys():
    with talking() as talk:
        first = talk.buy(key="k")
        talk.client.headers["X-API-Key"] = "afk_somebody_else"
        assert talk.buy(key="k") != first


def test_a_key_is_forgotten_after_its_window():
    time = [1000.0]
    with talking(Settings(clock=lambda: time[0], key_window=60)) as talk:
        first = talk.buy(key="k")
        time[0] += 59
        assert talk.buy(key="k") == first
        time[0] += 1
        assert talk.buy(key="k") != first


def test_an_overlong_key_is_refused():
    with talking() as talk:
        assert talk.generate(key="k" * 256).status_code == 400
        assert talk.generate(key="k" * 255).status_code == 202


def test_duplicates_while_in_flight_can_conflict():
    time = [1000.0]
    with talking(Settings(clock=lambda: time[0], latency=10, duplicates="in-flight")) as talk:
        first = talk.buy(key="k")
        assert talk.generate(key="k").status_code == 409
        time[0] += 10
        assert talk.buy(key="k") == first


def test_duplicates_can_be_rejected_or_ignored_for_a_while():
    with talking() as talk:
        first = talk.buy(key="k")
        talk.emulator.faults.add(faults.rule("duplicates", times=1, mode="reject"))
        response = talk.generate(key="k")
        assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reuse")
        talk.emulator.faults.add(faults.rule("duplicates", times=1, mode="ignore"))
        second = talk.buy(key="k")
        assert second != first
        assert talk.buy(key="k") == second


def test_credits_run_out():
    with talking(Settings(credits=10, prices={"flux-2-pro": 6})) as talk:
        talk.buy()
        response = talk.generate()
        assert response.status_code == 402
        assert response.json() == {
            "error": "Insufficient credits",
            "creditsRequired": 6,
            "creditsAvailable": 4,
        }
        assert talk.client.get("/v2/me").json()["team"]["credits"] == 4


@pytest.mark.parametrize("fault", ["job-refused", "job-cancelled"])
def test_a_job_that_fails_is_refunded(fault):
    with talking(FAST) as talk:
        talk.emulator.faults.add(faults.rule(fault))
        job = talk.finished(talk.buy())
        assert job["creditCost"] == 0
        assert talk.client.get("/v2/me").json()["team"]["credits"] == 10_000
        assert talk.emulator.charges == []
        assert [charge.refunded for charge in talk.emulator.ledger] == [True]
