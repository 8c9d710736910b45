"""Ways in which a purchase could be made twice, or its price be counted twice; none does."""

import subprocess
import time

import journey
import pytest
from gallery import POST, accepted, killed_unanswered, killed_when, listing, mugs, spoil, until

RED, BLUE = listing({"hero": "a red boat"}), listing({"hero": "a blue boat"})

A_DAY_LATER = 0.6
"""Longer than `key_window` below: the API has forgotten the keys of what was bought before."""


def with_api(**settings):
    return pytest.mark.parametrize("emulator", [settings], indirect=True)


forgetful = with_api(key_window=0.5)


@forgetful
def test_a_rename_that_cannot_fetch_its_picture_keeps_the_record_of_it(project, emulator):
    project.write("imagegen.toml", RED)
    project.run("build", code=0)
    project.remove("images/hero.jpg")
    clone = project.on_another_machine(key=None)
    clone.write("imagegen.toml", listing({"main": "a red boat"}))
    clone.run("build", code=1)
    clone.key = journey.KEY
    time.sleep(A_DAY_LATER)
    clone.run("build", code=0)
    assert emulator.charges == emulator.posts == 1


@forgetful
def test_what_a_second_machine_edits_drafts_or_removes_comes_back_free(project, emulator):
    before = listing({"edited": "a boat", "drafted": "a cup", "removed": "a mug"})
    after = listing({"edited": "a ship", "drafted": "a bowl"})
    project.write("imagegen.toml", before)
    project.run("build", code=0)
    clone = project.on_another_machine()
    clone.write("imagegen.toml", after)
    clone.run("build", "--draft", "drafted", code=0)
    clone.run("build", "edited", "removed", code=0)
    assert emulator.charges == 4
    time.sleep(A_DAY_LATER)
    clone.write("imagegen.toml", before)
    clone.run("build", code=0)
    assert emulator.charges == emulator.posts == 4
    assert clone.read("imagegen.lock") == project.read("imagegen.lock")


@with_api(latency=0.6)
def test_a_replacement_that_was_killed_is_picked_up_by_the_next_build(project, emulator):
    project.write("imagegen.toml", RED)
    project.run("build", code=0)
    first = project.bytes("images/hero.jpg")
    killed_when(project, "build", "--replace", "hero", happened=lambda: accepted(project, 2))
    project.run("build", code=0)
    assert project.bytes("images/hero.jpg") != first
    assert emulator.charges == emulator.posts == 2


@with_api(latency=0.6)
def test_a_lock_that_cannot_be_written_is_told_and_asking_again_buys_nothing(project, emulator):
    project.write("imagegen.toml", RED)
    project.run("build", code=0)
    lock, aside = project.path("imagegen.lock"), project.path("aside")
    running = project.start("build", "--replace", "hero")
    until(lambda: emulator.charges == 2)
    lock.rename(aside)
    lock.mkdir()
    assert "imagegen.lock" in running.finish(code=1).stderr
    lock.rmdir()
    aside.rename(lock)
    project.run("build", "--replace", "hero", code=0)
    assert emulator.charges == emulator.posts == 2


def test_a_refused_replacement_stands_in_the_way_of_no_rename(project, emulator):
    project.write("imagegen.toml", RED)
    project.run("build", code=0)
    spoil(emulator, "job-refused")
    project.run("build", "--replace", "hero", code=1)
    emulator.running.faults.clear()
    project.write("imagegen.toml", listing({"main": "a red boat"}))
    project.run("build", code=0)
    project.run("check", code=0)
    assert emulator.charges == 1


def test_a_replacement_that_was_not_ordered_is_not_bought_by_a_revert(project, emulator):
    project.write("imagegen.toml", RED)
    project.run("build", code=0)
    killed_unanswered(project, emulator, "build", "--replace", "hero")
    for text in (BLUE, RED):
        project.write("imagegen.toml", text)
        project.run("build", code=0)
    project.run("plan", "--check", code=0)
    assert emulator.charges == 2


def test_an_image_without_a_take_never_shows_the_take_of_another(project, emulator):
    second = {"prompt": "a boat", "take": 2}
    project.write("imagegen.toml", listing({"second": second}))
    project.run("build", code=0)
    project.write("imagegen.toml", listing({"first": "a boat", "second": second}))
    project.run("build", code=0)
    assert project.bytes("images/first.jpg") != project.bytes("images/second.jpg")
    assert emulator.charges == 2


@with_api(latency=0.6)
def test_a_picture_whose_prompt_is_edited_while_it_is_made_is_fetched_all_the_same(
    project, emulator
):
    project.write("imagegen.toml", RED)
    killed_when(project, "build", happened=lambda: accepted(project, 1))
    project.write("imagegen.toml", BLUE)
    project.run("build", code=0)
    project.run("build", code=0)
    assert "0 jobs not settled" in project.run("jobs", code=0).stderr
    project.write("imagegen.toml", RED)
    project.key = None
    project.run("build", code=0)
    assert emulator.charges == emulator.posts == 2


def test_an_order_that_is_sent_again_counts_once_for_the_limit_of_a_day(project, emulator):
    limits = {"budget": {"credits_per_day": 6}, "prices": {"flux-2-pro": 6}}
    project.write("imagegen.toml", listing({"hero": "a red boat"}, **limits))
    killed_unanswered(project, emulator, "build")
    project.run("build", code=0)
    assert emulator.charges == 1


@with_api(latency=0.6, one_user=True)
def test_a_key_that_is_changed_while_a_job_runs_buys_nothing_again(project, emulator):
    project.write("imagegen.toml", RED)
    killed_when(project, "build", happened=lambda: accepted(project, 1))
    project.key = "afk_rotated_0123456789abcdef"
    project.run("build", code=0)
    project.run("check", code=0)
    assert emulator.charges == emulator.posts == 1


@with_api(duplicates="reject")
def test_a_project_settles_its_own_orders_and_no_other_projects(project, emulator):
    other = project.beside("other")
    project.write("imagegen.toml", RED)
    other.write("imagegen.toml", BLUE)
    spoil(emulator, "answer-lost", match=POST)
    killed_when(project, "build", happened=lambda: emulator.charges == 1)
    killed_when(other, "build", happened=lambda: emulator.charges == 2)
    emulator.running.faults.clear()
    for one in (project, other):
        one.run("build", code=4)
    project.run("resolve", "hero", "--abandon", code=0)
    project.run("resolve", code=0)
    assert "1 order may or may not be charged" in other.run("resolve", code=4).stderr
    other.run("build", code=4)
    assert emulator.charges == 2


def test_damage_to_the_ledger_is_told_and_a_person_can_settle_it(project, emulator):
    project.write("imagegen.toml", mugs(2))
    killed_unanswered(project, emulator, "build", orders=2)
    (ledger,) = (project.home / "imagegen/accounts").glob("*/ledger.jsonl")
    first, *others = ledger.read_bytes().split(b"\n")
    ledger.write_bytes(b"\n".join([first, others[0].replace(b"INTENT", b"INTENX"), *others[1:]]))
    told = project.run("build", code=4).stderr
    assert "the ledger of paid jobs was damaged" in told
    assert emulator.charges == 0
    project.run("resolve", "mug-*", "--pay-again", code=0)
    project.run("build", code=0)
    assert emulator.charges == 2


@with_api(duplicates="reject", latency=0.6)
def test_two_projects_that_order_the_same_at_once_both_get_the_one_job(project, emulator):
    other = project.beside("other")
    spoil(emulator, "answer-late", match=POST, seconds=1)
    both = []
    for one in (project, other):
        one.write("imagegen.toml", RED)
        both.append(one.start("build"))
    for running in both:
        running.finish(code=0)
    assert emulator.charges == 1


def test_a_replacement_is_bought_beside_the_images_that_are_named(project, emulator):
    project.write("imagegen.toml", mugs(3))
    project.run("build", "mug-1", "--replace", "mug-2", code=0)
    assert emulator.charges == 2


def test_a_refused_picture_is_something_to_do_and_is_shown_as_refused(project, emulator):
    project.write("imagegen.toml", RED)
    spoil(emulator, "job-refused")
    project.run("build", code=1)
    project.run("plan", "--check", code=1)
    assert "hero  refused" in project.run("show", code=0).stdout
    assert emulator.charges == 0


def test_a_reader_that_goes_away_changes_neither_the_work_nor_its_exit_code(project, emulator):
    project.write("imagegen.toml", mugs(2))
    process = subprocess.Popen(
        journey.command(["build"]),
        cwd=project.folder,
        env=project.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    project.run("check", code=0)
    assert emulator.charges == 2


def test_a_saved_plan_buys_the_request_that_was_read_and_no_other(project, emulator):
    project.write("imagegen.toml", RED)
    project.run("plan", "--out", "red.json", code=0)
    project.write("imagegen.toml", BLUE)
    assert "out of date" in project.run("build", "--plan", "red.json", code=1).stderr
    assert emulator.posts == 0


def test_limits_hold_for_an_order_that_is_sent_again_and_its_price_is_told(project, emulator):
    project.write("imagegen.toml", RED)
    killed_unanswered(project, emulator, "build")
    assert "may buy 0" in project.run("build", "--max-images", "0", code=5).stderr
    assert emulator.charges == 0
    assert "credits on 1 picture" in project.run("build", code=0).stderr
    assert emulator.charges == 1


@with_api(retention=2.0)
def test_a_paid_picture_that_the_provider_threw_away_is_bought_again_only_by_name(
    project, emulator
):
    project.write("imagegen.toml", RED)
    killed_when(project, "build", happened=lambda: accepted(project, 1))
    time.sleep(2.5)
    project.run("build", code=1)
    told = project.run("build", code=1).stderr
    assert "was paid for and its picture is gone" in told
    assert emulator.charges == emulator.posts == 1
    project.run("build", "--replace", "hero", code=0)
    assert emulator.charges == 2


def test_a_plan_that_costs_nothing_orders_nothing(project, emulator):
    project.write("imagegen.toml", RED)
    spoil(emulator, "job-no-capacity", match={"post": 1})
    killed_when(project, "build", happened=lambda: accepted(project, 1))
    assert project.run("plan", "--json", code=0).json["summary"]["paid"] == 0
    project.run("build", code=1)
    assert emulator.posts == 1
    assert project.run("plan", "--json", code=0).json["summary"]["generate"] == 1


def test_a_refusal_that_was_met_on_the_way_is_remembered_too(project, emulator):
    project.write("imagegen.toml", RED)
    spoil(emulator, "job-refused", match={"prompt": "red"})
    killed_when(project, "build", happened=lambda: accepted(project, 1))
    project.write("imagegen.toml", BLUE)
    project.run("build", code=0)
    project.write("imagegen.toml", RED)
    assert "refused by moderation" in project.run("build", code=1).stderr
    assert emulator.posts == 2


def test_another_take_is_bought_though_only_the_store_remembers_the_last_one(project, emulator):
    project.write("imagegen.toml", mugs(1))
    project.run("build", code=0)
    first = project.bytes("imagegen.lock")
    project.run("build", "--replace", "mug-1", code=0)
    project.write("imagegen.lock", first)
    for ledger in project.home.rglob("ledger.jsonl"):
        ledger.unlink()
    project.run("build", "--replace", "mug-1", code=0)
    assert "take = 3" in project.read("imagegen.lock")
    assert emulator.charges == 3
