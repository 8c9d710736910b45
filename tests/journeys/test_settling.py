"""Orders whose outcome only a person can tell: what `resolve` shows, notes and leads to."""

import os
import pty
import select
import subprocess

import journey
import pytest
from gallery import POST, killed_unanswered, killed_when, listing, mugs, spoil, until

from imagegen.emulator import faults

RED, BLUE = listing({"hero": "a red boat"}), listing({"hero": "a blue boat"})
UNKNOWN = pytest.mark.parametrize("emulator", [{"duplicates": "reject"}], indirect=True)
"""An API that repeats no answer: an order whose answer was lost stays unknown."""


def lost(project, emulator, text=RED, charges=1):
    """Order what `text` lists, lose the answer, and find out that nobody can tell."""
    project.write("imagegen.toml", text)
    spoil(emulator, "answer-lost", match=POST)
    killed_when(project, "build", happened=lambda: emulator.charges == charges)
    emulator.running.faults.clear()
    project.run("build", code=4)


def only(project):
    (order,) = project.run("resolve", "--json", code=4).json["unknown"]
    return order


@UNKNOWN
def test_an_unknown_order_is_listed_with_all_that_is_known(project, emulator):
    lost(project, emulator)
    order = only(project)
    charge = emulator.running.ledger[0]
    assert (order["image"], order["model"], order["wanted"]) == ("hero", "flux-2-pro", True)
    assert order["idempotency_key"] == charge.idempotency_key
    assert [one["job"] for one in order["candidates"]] == [charge.job]
    told = project.run("resolve", "hero", code=4)
    assert f"1. job {charge.job}, flux-2-pro, 20" in told.stdout
    assert f"key {charge.idempotency_key[:12]}…" in told.stdout
    assert "imagegen resolve NAME --pay-again" in told.stderr
    assert project.run("resolve", "mug", code=2).stdout == ""
    assert emulator.posts == 2


@UNKNOWN
def test_an_adopted_job_brings_its_picture_and_costs_nothing_more(project, emulator):
    lost(project, emulator)
    job = only(project)["candidates"][0]["job"]
    stranger = "4ffcb9da-0000-4000-8000-000000000009"
    told = project.run("resolve", "hero", "--adopt", stranger, code=2).stderr
    assert f"the API does not know job {stranger}" in told
    project.run("resolve", "hero", "--adopt", job, code=0)
    assert "nothing to settle" in project.run("resolve", "hero", "--adopt", job, code=2).stderr
    project.run("build", code=0)
    project.run("check", code=0)
    project.run("resolve", code=0)
    assert emulator.charges == 1


@UNKNOWN
def test_paying_again_buys_exactly_one_more_however_often_it_is_said(project, emulator):
    lost(project, emulator)
    for _ in range(3):
        told = project.run("resolve", "hero", "--pay-again", "--json", code=0).json
        assert told["settled"][0]["choice"] == "pay-again"
    assert emulator.posts == 2
    assert project.run("plan", "--json", code=0).json["summary"]["generate"] == 1
    project.run("build", code=0)
    assert emulator.charges == 2
    project.run("resolve", "hero", "--pay-again", code=2)
    project.run("build", code=0)
    project.run("check", code=0)
    assert emulator.charges == 2
    keys = [charge.idempotency_key for charge in emulator.running.ledger]
    assert len(set(keys)) == 2


@UNKNOWN
def test_a_second_attempt_that_is_killed_is_taken_up_and_not_bought_once_more(project, emulator):
    lost(project, emulator)
    project.run("resolve", "hero", "--pay-again", code=0)
    killed_unanswered(project, emulator, "build")
    project.run("build", code=0)
    assert emulator.charges == 2


@UNKNOWN
def test_an_abandoned_order_is_not_bought_until_somebody_asks_for_it(project, emulator):
    lost(project, emulator)
    project.run("resolve", "hero", "--abandon", code=0)
    posts = emulator.posts
    assert "imagegen resolve hero --pay-again" in project.run("build", code=1).stderr
    assert "was abandoned" in project.run("plan", code=0).stdout
    assert emulator.posts == posts
    project.run("resolve", "hero", "--pay-again", code=0)
    project.run("build", code=0)
    assert emulator.charges == 2


@UNKNOWN
def test_a_replacement_that_is_paid_again_replaces(project, emulator):
    project.write("imagegen.toml", RED)
    project.run("build", code=0)
    spoil(emulator, "answer-lost", match=POST)
    killed_when(project, "build", "--replace", "hero", happened=lambda: emulator.charges == 2)
    emulator.running.faults.clear()
    project.run("build", code=4)
    project.run("resolve", "hero", "--abandon", code=0)
    project.run("build", code=0)
    assert "take = 1" in project.read("imagegen.lock")
    project.run("resolve", "hero", "--pay-again", code=2)
    assert emulator.charges == 2


@UNKNOWN
def test_a_replacement_is_paid_again_once_and_stays(project, emulator):
    project.write("imagegen.toml", RED)
    project.run("build", code=0)
    spoil(emulator, "answer-lost", match=POST)
    killed_when(project, "build", "--replace", "hero", happened=lambda: emulator.charges == 2)
    emulator.running.faults.clear()
    project.run("build", code=4)
    project.run("resolve", "hero", "--pay-again", code=0)
    project.run("build", code=0)
    project.run("build", code=0)
    assert "take = 2" in project.read("imagegen.lock")
    assert emulator.charges == 3


@UNKNOWN
def test_what_no_image_asks_for_any_more_can_be_given_up_and_not_paid_again(project, emulator):
    lost(project, emulator)
    project.write("imagegen.toml", BLUE)
    told = project.run("resolve", "hero", "--pay-again", code=2).stderr
    assert "no image asks for the picture" in told
    assert "no image asks for it any more" in project.run("resolve", code=4).stdout
    project.run("resolve", "hero", "--abandon", code=0)
    project.run("resolve", code=0)
    assert emulator.charges == 1


def asked(project, *answers):
    """Run `resolve` at a terminal, type these answers; returns exit code and what it said."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        journey.command(["resolve"]),
        cwd=project.folder,
        env=project.environment(),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    said, left = b"", list(answers)
    while select.select([master], [], [], 30)[0]:
        try:
            said += os.read(master, 65536)
        except OSError:
            break
        if left and said.rstrip().endswith(b"]:"):
            os.write(master, left.pop(0).encode() + b"\n")
    os.close(master)
    return process.wait(timeout=30), said.decode()


@UNKNOWN
@pytest.mark.parametrize(
    ("answers", "code", "state", "charges"),
    [
        (["s"], 4, "UNKNOWN", 1),
        (["?", "1"], 0, "ADOPTED", 1),
        (["a"], 0, "ABANDONED", 1),
        (["p"], 0, "ABANDONED", 2),
    ],
)
def test_at_a_terminal_each_order_is_asked_for(project, emulator, answers, code, state, charges):
    lost(project, emulator)
    found, said = asked(project, *answers)
    assert found == code, said
    assert "1-1 adopt that job" in said
    (job,) = project.run("jobs", "--all", "--json", code=0).json["jobs"]
    assert job["state"] == state
    project.run("build", code={"UNKNOWN": 4, "ABANDONED": 2 - charges}.get(state, 0))
    assert emulator.charges == charges


def test_a_refusal_of_the_second_try_does_not_undo_the_first(project, emulator):
    project.write("imagegen.toml", RED)
    emulator.running.faults.replace(
        [
            faults.rule("answer-lost", match={**POST, "post": 1}),
            faults.rule("status", match={**POST, "post": 2}, status=402),
        ]
    )
    project.run("build", code=1)
    assert emulator.charges == 1
    project.run("build", code=0)
    project.run("check", code=0)
    assert emulator.charges == 1


def test_a_limit_that_is_reached_by_unanswered_orders_says_so(project, emulator):
    limits = {"budget": {"credits_per_day": 11}, "prices": {"flux-2-pro": 6}}
    project.write("imagegen.toml", mugs(1, **limits))
    killed_unanswered(project, emulator, "build")
    project.write("imagegen.toml", listing({"other": "a boat"}, **limits))
    told = project.run("build", code=5).stderr
    assert "today would cost 12 credits and may cost 11" in told
    assert "6 of them are held back for orders that got no answer" in told
    assert emulator.charges == 0


@UNKNOWN
def test_damage_leaves_orders_that_can_be_paid_again(project, emulator):
    project.write("imagegen.toml", RED)
    project.run("build", code=0)
    (ledger,) = (project.home / "imagegen/accounts").glob("*/ledger.jsonl")
    first, second, *others = ledger.read_bytes().split(b"\n")
    broken = second.replace(b"INTENT", b"INTENX")
    ledger.write_bytes(b"\n".join([first, broken, *others]))
    project.remove("imagegen.lock")
    project.run("build", code=0)
    until(lambda: emulator.charges == 1)
    project.run("resolve", code=0)
