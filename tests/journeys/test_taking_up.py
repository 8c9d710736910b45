"""Orders that a run has left behind: who takes them up, for which image, and when nobody does."""

import shutil

import pytest
from gallery import POST, accepted, killed_unanswered, killed_when, listing, spoil, until

from imagegen import digest

RED, BLUE = listing({"hero": "a red boat"}), listing({"hero": "a blue boat"})
SLOW = pytest.mark.parametrize("emulator", [{"latency": 0.6}], indirect=True)
FIXED = listing({"hero": {"prompt": "a red boat", "take": 2}})
TWINS = listing({"one": "a red boat", "two": "a red boat"})


def _settled_by_a_build(project):
    """Build, and return whether that has settled every job; one that still runs is left alone."""
    project.run("build", code=0)
    return "0 jobs not settled" in project.run("jobs", code=0).stderr


def moved(project, to):
    """Return the project as it is after its folder was moved."""
    shutil.move(project.folder, project.folder.with_name(to))
    return project.beside(to)


@pytest.mark.parametrize("answered", [False, True])
@SLOW
def test_an_order_for_a_take_that_is_asked_for_no_more_is_not_taken_up(project, emulator, answered):
    project.write("imagegen.toml", RED)
    project.run("build", code=0)
    first = project.bytes("images/hero.jpg")
    project.write("imagegen.toml", FIXED)
    if answered:
        killed_when(project, "build", happened=lambda: accepted(project, 2))
    else:
        killed_unanswered(project, emulator, "build")
    posts = emulator.posts
    project.write("imagegen.toml", RED)
    assert project.run("plan", "--json", code=0).json["summary"]["generate"] == 0
    project.run("build", code=0)
    assert project.bytes("images/hero.jpg") == first
    assert emulator.posts == posts
    project.write("imagegen.toml", FIXED)
    project.run("build", code=0)
    assert project.bytes("images/hero.jpg") != first
    assert emulator.charges == 2


@pytest.mark.parametrize("again", [(), ("--replace", "*")])
@pytest.mark.parametrize("answered", [False, True])
@SLOW
def test_images_that_were_replaced_together_stay_together(project, emulator, answered, again):
    project.write("imagegen.toml", TWINS)
    project.run("build", code=0)
    first = project.bytes("images/one.jpg")
    if answered:
        killed_when(project, "build", "--replace", "*", happened=lambda: accepted(project, 2))
    else:
        killed_unanswered(project, emulator, "build", "--replace", "*")
    project.run("build", *again, code=0)
    assert project.bytes("images/one.jpg") == project.bytes("images/two.jpg") != first
    assert project.read("imagegen.lock").count("take = 2") == 2
    project.run("plan", "--check", code=0)
    assert emulator.charges == 2


@SLOW
def test_half_of_a_replacement_is_finished_and_not_bought_again(project, emulator):
    project.write("imagegen.toml", TWINS)
    project.run("build", code=0)
    first = project.bytes("images/two.jpg")
    running = project.start("build", "--replace", "*")
    until(lambda: emulator.charges == 2)
    project.remove("images/two.jpg")
    project.path("images/two.jpg/inside").mkdir(parents=True)
    assert "cannot write `images/two.jpg`" in running.finish(code=1).stderr
    shutil.rmtree(project.path("images/two.jpg"))
    project.run("build", "--replace", "*", code=0)
    assert project.bytes("images/one.jpg") == project.bytes("images/two.jpg") != first
    assert emulator.charges == 2
    project.run("build", "--replace", "one", code=0)
    assert project.bytes("images/one.jpg") != project.bytes("images/two.jpg")
    assert emulator.charges == 3


@SLOW
def test_a_moved_checkout_fetches_what_it_left_behind_and_changes_nothing_unasked(
    project, emulator
):
    project.write("imagegen.toml", RED)
    project.run("build", code=0)
    first = project.bytes("images/hero.jpg")
    killed_when(project, "build", "--replace", "hero", happened=lambda: accepted(project, 2))
    there = moved(project, "moved")
    assert "is gone" in there.run("jobs", code=0).stdout
    until(lambda: _settled_by_a_build(there))
    assert there.bytes("images/hero.jpg") == first
    assert there.run("plan", "--json", code=0).json["summary"]["paid"] == 0
    there.run("build", "--replace", "hero", code=0)
    assert there.bytes("images/hero.jpg") != first
    assert emulator.charges == emulator.posts == 2


def test_an_unsent_order_of_a_vanished_project_is_sent_only_when_it_is_asked_for(project, emulator):
    project.write("imagegen.toml", RED)
    project.run("build", code=0)
    killed_unanswered(project, emulator, "build", "--replace", "hero")
    there = moved(project, "moved")
    there.run("build", code=0)
    assert emulator.posts == 2
    there.run("build", "--replace", "hero", code=0)
    assert "take = 2" in there.read("imagegen.lock")
    assert emulator.charges == 2


@SLOW
def test_any_project_of_the_account_fetches_the_pictures_of_a_vanished_one(project, emulator):
    project.write("imagegen.toml", RED)
    killed_when(project, "build", happened=lambda: accepted(project, 1))
    shutil.rmtree(project.folder)
    other = project.beside("other")
    other.write("imagegen.toml", BLUE)
    other.run("build", code=0)
    other.run("build", code=0)
    assert "0 jobs not settled" in other.run("jobs", code=0).stderr
    assert emulator.charges == emulator.posts == 2


@SLOW
def test_what_a_living_project_has_left_behind_is_its_own(project, emulator):
    project.write("imagegen.toml", RED)
    project.run("build", code=0)
    killed_when(project, "build", "--replace", "hero", happened=lambda: accepted(project, 2))
    shutil.copytree(project.folder, project.folder.with_name("clone"))
    other = project.beside("clone")
    other.run("build", code=0)
    assert other.read("imagegen.lock") == project.read("imagegen.lock")
    assert "1 job not settled" in other.run("jobs", code=0).stderr
    project.run("build", code=0)
    assert "take = 2" in project.read("imagegen.lock")
    assert emulator.charges == emulator.posts == 2


@pytest.mark.parametrize("emulator", [{"latency": 0.6, "one_user": True}], indirect=True)
def test_a_plan_tells_of_a_job_that_another_key_has_ordered(project, emulator):
    project.write("imagegen.toml", RED)
    killed_when(project, "build", happened=lambda: accepted(project, 1))
    job = emulator.running.ledger[0].job
    project.key = "afk_rotated_0123456789abcdef"
    told = project.run("plan", code=0).stdout
    assert f'job of another key: none -> "{job}"' in told
    assert "price not known, or free if this key can see the job" in told
    project.run("build", code=0)
    assert "another key" not in project.run("plan", code=0).stdout
    assert emulator.charges == emulator.posts == 1


@pytest.mark.parametrize("emulator", [{"one_user": True}, {}], indirect=True)
def test_an_order_that_another_key_sent_unanswered_is_not_sent_with_this_one(project, emulator):
    seen = emulator.running.service.settings.one_user
    project.write("imagegen.toml", RED)
    spoil(emulator, "answer-lost", match=POST)
    killed_when(project, "build", happened=lambda: emulator.charges == 1)
    emulator.running.faults.clear()
    project.key = "afk_rotated_0123456789abcdef"
    if not seen:
        project.run("build", code=0)
        assert emulator.charges == 2, "another account pays for itself"
        return
    for _ in range(2):
        project.run("build", code=4)
    assert emulator.posts == 1
    job = emulator.running.ledger[0].job
    project.run("resolve", "hero", "--adopt", job, code=0)
    project.run("build", code=0)
    project.run("check", code=0)
    assert emulator.charges == emulator.posts == 1


OLD = listing({"zero": {"prompt": "a red boat", "output": "x.jpg"}})
NEW = listing({"main": {"prompt": "a blue boat", "output": "x.jpg"}})


def test_a_file_has_one_owner_and_restore_brings_back_that_ones_picture(project, emulator):
    project.write("imagegen.toml", OLD)
    project.run("build", code=0)
    project.write("imagegen.toml", NEW)
    project.run("build", "main", code=0)
    new = project.bytes("images/x.jpg")
    assert "unlisted  zero" in project.run("check", code=1).stdout
    project.run("restore", code=0)
    assert project.bytes("images/x.jpg") == new
    project.remove("images/x.jpg")
    project.run("restore", code=0)
    assert project.bytes("images/x.jpg") == new
    project.run("build", code=0)
    project.run("check", code=0)
    project.write("imagegen.toml", OLD)
    project.run("build", code=0)
    assert project.bytes("images/x.jpg") != new
    assert emulator.charges == 2


def test_restore_leaves_a_file_alone_that_two_entries_claim(project, emulator):
    project.write("imagegen.toml", OLD)
    project.run("build", code=0)
    old = project.read("imagegen.lock")
    project.write("imagegen.toml", NEW)
    project.run("build", code=0)
    new = project.bytes("images/x.jpg")
    both = project.read("imagegen.lock") + old[old.index("[images.zero]") :]
    project.write("imagegen.lock", both)
    project.run("restore", code=0)
    assert project.bytes("images/x.jpg") == new
    project.remove("images/x.jpg")
    project.run("restore", code=0)
    assert project.bytes("images/x.jpg") == new, "the project file says whose it is"
    project.remove("images/x.jpg")
    project.write("imagegen.toml", "[images.zero]\nprompt = 7\n")
    told = project.run("restore", code=1).stderr
    assert "`images/x.jpg` belongs to `main` and `zero`" in told
    assert not project.path("images/x.jpg").exists()
    assert digest.sha256_of(new) in {path.name for path in project.home.rglob("*")}
