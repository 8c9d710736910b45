"""Several builds at once on one machine: one charge, no silent waiting, no lock that stays."""

from __future__ import annotations

import os
import signal
import time

import pytest
from gallery import POST, hear, listing, spoil, until

from imagegen import file_lock
from imagegen.emulator import faults

HERO = listing({"hero": "a red boat"})
FOREVER = {"fault": "answer-late", "match": POST | {"post": 1}, "seconds": 60}
"""The first order of all is charged and gets no answer for as long as a test lasts."""


def with_api(**settings):
    return pytest.mark.parametrize("emulator", [settings], indirect=True)


@pytest.fixture
def worktree(project):
    """A second folder of the same project, on the same machine, for the same account."""
    for one in (project, second := project.beside("worktree")):
        one.write("imagegen.toml", HERO)
    return second


def account(project):
    (folder,) = (project.home / "imagegen/accounts").iterdir()
    return folder


def claims(project):
    return list((project.home / "imagegen").glob("accounts/*/claims/*"))


@with_api(duplicates="ignore")
def test_two_worktrees_pay_once_also_where_the_vendor_knows_no_keys(project, worktree, emulator):
    spoil(emulator, "answer-late", match=POST, seconds=6)
    first = project.start("build")
    until(lambda: emulator.posts == 1)
    second = worktree.start("build")
    hear(second, "for another build to order `hero`")
    for running in (first, second):
        running.finish(code=0)
    assert emulator.charges == emulator.posts == 1
    assert project.read("imagegen.lock") == worktree.read("imagegen.lock")
    assert claims(project) == []


def test_a_killed_build_frees_its_order_and_the_next_sends_it_with_the_same_key(
    project, worktree, emulator
):
    spoil(emulator, **FOREVER)
    first = project.start("build")
    until(lambda: emulator.posts == 1)
    second = worktree.start("build")
    told = hear(second, "for another build to order `hero`")
    assert f"(process {first.process.pid}, in {project.folder})" in told
    assert emulator.posts == 1
    first.kill()
    second.finish(code=0)
    assert (emulator.posts, emulator.charges) == (2, 1)
    assert claims(project) == []
    assert "0 jobs not settled" in worktree.run("jobs", code=0).stderr


def test_a_claim_that_a_killed_build_left_is_tidied_away(project, emulator):
    project.write("imagegen.toml", HERO)
    spoil(emulator, **FOREVER)
    running = project.start("build")
    until(lambda: emulator.charges)
    running.kill()
    assert len(claims(project)) == 1
    project.write("imagegen.toml", listing({"hero": "a blue boat"}))
    project.run("build", code=0)
    assert claims(project) == []


def test_waiting_for_another_build_ends_with_an_interrupt(project, worktree, emulator):
    spoil(emulator, **FOREVER)
    first = project.start("build")
    until(lambda: emulator.posts == 1)
    second = worktree.start("build")
    hear(second, "for another build to order `hero`")
    second.signal(signal.SIGINT)
    asked = time.monotonic()
    assert "nothing new was ordered" in second.finish(code=130).stderr
    # Sooner by far than anything that it could have waited for.
    assert time.monotonic() - asked < 30
    assert first.process.poll() is None
    first.kill()
    assert emulator.posts == emulator.charges == 1


def test_a_build_that_was_refused_leaves_the_order_to_the_one_that_waits(
    project, worktree, emulator
):
    spoil(emulator, "delay", match=POST | {"post": 1}, seconds=6)
    emulator.running.faults.add(faults.rule("status", match=POST | {"post": 1}, status=400))
    first = project.start("build")
    until(lambda: emulator.posts == 1)
    second = worktree.start("build")
    hear(second, "for another build to order `hero`")
    first.finish(code=1)
    second.finish(code=0)
    assert (emulator.posts, emulator.charges) == (2, 1)


def test_a_second_build_of_a_project_says_which_one_it_waits_for(project, emulator):
    project.write("imagegen.toml", HERO)
    spoil(emulator, **FOREVER)
    first = project.start("build")
    until(lambda: emulator.posts == 1)
    build, restore = project.start("build"), project.start("restore")
    holder = f"(process {first.process.pid})"
    hear(build, f"waiting for another build of this project {holder}")
    hear(restore, f"waiting for a build of this project {holder}")
    first.kill()
    for one in (build, restore):
        one.finish(code=0)
    assert emulator.charges == 1


def test_a_build_says_that_it_waits_for_the_ledger(project, emulator):
    project.write("imagegen.toml", HERO)
    project.run("build", code=0)
    project.write("imagegen.toml", listing({"hero": "a blue boat"}))
    with file_lock.held(account(project) / "ledger.lock"):
        running = project.start("build")
        hear(running, "waiting for another build that uses the ledger of paid jobs")
        assert emulator.posts == 1
    running.finish(code=0)
    assert emulator.charges == 2


def test_what_killed_writes_left_in_the_home_goes_and_what_is_in_use_stays(project, emulator):
    project.write("imagegen.toml", HERO)
    project.run("build", code=0)
    home = project.home / "imagegen"
    places = [home, home / "store/objects", home / "store/answers", account(project)]
    left = [place / ".imagegen-killed.tmp" for place in [*places, project.folder]]
    for file in left:
        file.write_bytes(b"half a file")
    used = home / "store/objects/.imagegen-used.tmp"
    used.touch()
    descriptor = os.open(used, os.O_RDWR)
    project.write("imagegen.toml", listing({"hero": "a blue boat"}))
    try:
        assert file_lock.take(descriptor)
        project.run("build", code=0)
    finally:
        os.close(descriptor)
    assert [file for file in left if file.exists()] == []
    assert used.exists()
