"""Candidates and picking: N takes bought once, one chosen, none lost, nothing paid for twice."""

import json
import shutil

import journey
import pytest
from gallery import accepted, killed_when, listing, spoil

FOUR = listing({"hero": {"prompt": "a red boat", "candidates": 4}})
SLOW = pytest.mark.parametrize("emulator", [{"latency": 0.6}], indirect=True)


@pytest.fixture
def emulator(request):
    """A prompt emulator of small pictures."""
    settings = {"latency": 0, "picture_scale": 32, "rate_limit": 0} | getattr(request, "param", {})
    with journey.emulator(**settings) as running:
        yield running


def names(project):
    """Return the names and the actions of the plan."""
    changes = project.run("plan", "--json", code=0).json["changes"]
    return {change["name"]: change["action"] for change in changes}


def idle(project, emulator):
    """Build, and say whether that had nothing to do and asked nobody for anything."""
    requests = len(emulator.requests)
    done = project.run("build", code=0)
    return "Nothing to do" in done.stderr and len(emulator.requests) == requests


def shown(project):
    return project.bytes("images/hero.jpg")


def locked(project, name):
    """Return the block of one image in the lock."""
    return project.read("imagegen.lock").split(f"[images.{name}]\n")[1].split("\n[")[0]


@pytest.fixture
def four(project, emulator):
    """Four candidates, bought."""
    project.write("imagegen.toml", FOUR)
    project.run("build", code=0)
    assert emulator.charges == 4
    return project


def test_candidates_are_planned_bought_once_each_and_listed(project, emulator):
    project.write("imagegen.toml", FOUR)
    plan = project.run("plan", "--json", code=0).json
    assert [c["name"] for c in plan["changes"]] == ["hero", *(f"hero#{n}" for n in range(1, 5))]
    assert plan["summary"]["generate"] == 4
    project.run("build", "--max-images", "3", code=5)
    assert emulator.posts == 0
    project.run("build", code=0)
    assert emulator.charges == 4
    assert [name for name in project.files() if name.startswith("images")] == ["images/hero.jpg"]
    assert idle(project, emulator)
    assert "hero#3" in project.run("show", code=0).stdout
    assert "hero#3" in project.run("jobs", "--all", code=0).stdout


def test_a_pick_is_free_and_lasts_and_check_knows_who_has_not_chosen(four, emulator):
    findings = four.run("check", "--json", code=1).json["findings"]
    assert [(one["name"], one["kind"]) for one in findings] == [("hero", "unpicked")]
    first, requests = shown(four), len(emulator.requests)
    picked = four.run("pick", "hero", "3", "--json", code=0).json
    assert (picked["take"], picked["changed"]) == (3, True)
    assert shown(four) != first
    assert "picked = true" in locked(four, "hero")
    assert not four.run("pick", "hero", "3", "--json", code=0).json["changed"]
    four.run("pick", "hero", "1", code=0)
    assert shown(four) == first
    four.run("check", code=0)
    assert idle(four, emulator)
    assert len(emulator.requests) == requests


def test_picking_what_is_shown_is_a_choice_too(four, emulator):
    before = shown(four)
    assert four.run("pick", "hero", "1", "--json", code=0).json["changed"]
    assert shown(four) == before
    four.run("check", code=0)
    assert idle(four, emulator)


def test_a_take_that_was_never_bought_is_refused_with_those_there_are(four, emulator):
    told = four.run("pick", "hero", "9", code=2).stderr
    assert "1, 2, 3, 4" in told
    assert "did you mean `hero`" in four.run("pick", "heroe", "1", code=2).stderr
    assert "name one image" in four.run("pick", "her*", "1", code=2).stderr
    four.write("imagegen.toml", FOUR.replace("red", "blue"))
    assert "Nothing was bought yet" in four.run("pick", "hero", "2", code=2).stderr
    assert emulator.charges == 4


def test_an_edited_output_is_kept_aside_by_a_pick(four):
    four.write("images/hero.jpg", b"drawn by hand")
    assert "what was in" in four.run("pick", "hero", "2", code=0).stderr
    (kept,) = [name for name in four.files() if name.startswith(".imagegen/edited")]
    assert four.bytes(kept) == b"drawn by hand"


def test_a_fresh_clone_keeps_candidates_and_pick_and_fetches_others_free(four, emulator):
    four.run("pick", "hero", "2", code=0)
    clone = four.on_another_machine(key=None)
    clone.run("check", code=0)
    assert idle(clone, emulator)
    assert "API key is needed" in clone.run("pick", "hero", "4", code=1).stderr
    keyed = four.on_another_machine()
    keyed.run("pick", "hero", "4", code=0)
    four.run("pick", "hero", "4", code=0)
    assert shown(keyed) == shown(four)
    assert emulator.charges == emulator.posts == 4


def test_a_rename_keeps_candidates_and_pick_for_free_without_any_store(four, emulator):
    four.run("pick", "hero", "3", code=0)
    clone = four.on_another_machine(key=None)
    before = shown(clone)
    clone.write("imagegen.toml", FOUR.replace("hero", "main"))
    clone.run("build", code=0)
    assert clone.bytes("images/main.jpg") == before
    assert "picked = true" in locked(clone, "main")
    assert set(names(clone)) == {"main", *(f"main#{n}" for n in range(1, 5))}
    clone.run("check", code=0)
    assert emulator.charges == emulator.posts == 4


def test_a_changed_prompt_buys_new_ones_and_the_old_ones_come_back_free(four, emulator):
    four.run("pick", "hero", "3", code=0)
    four.write("imagegen.toml", FOUR.replace("red", "blue"))
    assert list(names(four).values()).count("generate") == 4
    four.run("build", code=0)
    assert "picked" not in locked(four, "hero")
    four.run("check", code=1)
    four.write("imagegen.toml", FOUR)
    assert "generate" not in names(four).values()
    four.run("build", code=0)
    four.run("pick", "hero", "3", code=0)
    assert idle(four, emulator)
    assert emulator.charges == emulator.posts == 8


def test_fewer_candidates_lose_none_and_more_buy_only_what_is_missing(four, emulator):
    for count in (2, 4, 5):
        four.write("imagegen.toml", FOUR.replace("= 4", f"= {count}"))
        four.run("build", code=0)
        assert set(names(four)) == {"hero", *(f"hero#{n}" for n in range(1, max(count, 4) + 1))}
    assert emulator.charges == 5


def test_without_candidates_the_choice_stays_and_they_come_back_free(four, emulator):
    four.run("pick", "hero", "3", code=0)
    before = shown(four)
    four.write("imagegen.toml", listing({"hero": "a red boat"}))
    four.run("build", code=0)
    assert set(names(four)) == {"hero"}
    assert "hero#" not in four.read("imagegen.lock")
    assert shown(four) == before
    four.write("imagegen.toml", FOUR)
    four.run("build", code=0)
    assert set(names(four).values()) == {"keep"}
    four.run("check", code=0)
    assert emulator.charges == emulator.posts == 4


def test_replace_adds_a_take_that_stays_among_the_candidates(four, emulator):
    four.run("pick", "hero", "3", code=0)
    before = shown(four)
    four.run("build", "--replace", "hero*", code=0)
    assert emulator.charges == 5
    assert shown(four) != before
    assert "take = 5" in locked(four, "hero")
    assert "take = 5" in locked(four, '"hero#5"')
    assert [f["kind"] for f in four.run("check", "--json", code=1).json["findings"]] == ["unpicked"]
    four.run("pick", "hero", "3", code=0)
    assert shown(four) == before
    clone = four.on_another_machine()
    clone.run("pick", "hero", "5", code=0)
    assert idle(clone, emulator)
    assert idle(four, emulator)
    assert "no image is called `hero#2`" in four.run("build", "--replace", "hero#2", code=2).stderr
    assert emulator.charges == emulator.posts == 5


def test_naming_an_image_builds_its_candidates_and_a_candidate_itself(project, emulator):
    project.write("imagegen.toml", FOUR)
    project.run("build", "hero#2", code=0)
    assert emulator.charges == 1
    project.run("build", "hero", code=0)
    assert emulator.charges == 4


@SLOW
def test_a_killed_build_buys_no_candidate_twice(project, emulator):
    project.write("imagegen.toml", FOUR)
    killed_when(project, "build", happened=lambda: accepted(project, 2))
    project.run("build", code=0)
    assert set(names(project).values()) == {"keep"}
    assert emulator.charges == 4
    assert idle(project, emulator)


@SLOW
def test_nothing_is_chosen_while_another_take_is_on_its_way(project, emulator):
    project.write("imagegen.toml", listing({"hero": {"prompt": "a red boat", "candidates": 2}}))
    project.run("build", code=0)
    before = shown(project)
    args = ("build", "--replace", "hero")
    killed_when(project, *args, happened=lambda: accepted(project, 3))
    told = "take 3 of `hero` is on its way"
    assert told in project.run("pick", "hero", "2", code=2).stderr
    project.write("photo.jpg", before)
    assert told in project.run("import", "hero", "photo.jpg", code=2).stderr
    project.run("pick", "hero", "3", code=0)
    project.run("pick", "hero", "1", code=0)
    assert shown(project) == before
    assert idle(project, emulator)
    assert emulator.charges == 3


def test_a_refused_candidate_leaves_the_others(project, emulator):
    spoil(emulator, "job-refused", times=1)
    project.write("imagegen.toml", FOUR)
    project.run("build", code=1)
    emulator.running.faults.clear()
    assert emulator.charges == 3
    blocked = project.run("plan", "--json", code=0).json["changes"]
    (refused,) = [one["name"] for one in blocked if "blocked" in one]
    assert refused.startswith("hero#")
    project.run("build", code=1)
    assert project.path("images/hero.jpg").exists()
    project.run("pick", "hero", "2" if refused != "hero#2" else "3", code=0)
    assert idle(project, emulator)
    project.run("check", code=0)
    assert emulator.charges == 3


def test_two_images_of_one_request_share_what_was_bought(four, emulator):
    both = {"hero": {"prompt": "a red boat", "candidates": 4}, "card": "a red boat"}
    four.run("pick", "hero", "3", code=0)
    four.write("imagegen.toml", listing(both))
    four.run("build", code=0)
    assert "take = 3" in locked(four, "hero")
    assert emulator.charges == 4


def test_a_draft_needs_no_candidates(project):
    project.write("imagegen.toml", FOUR)
    planned = project.run("plan", "--draft", "--json", code=0).json["changes"]
    assert [change["name"] for change in planned] == ["hero"]
    project.run("build", "--draft", code=0)
    project.write("imagegen.toml", FOUR + '\n[provider]\nname = "draft"\n')
    assert set(names(project)) == {"hero"}


def test_a_draft_between_builds_loses_no_candidate_and_no_pick(four, emulator):
    four.run("pick", "hero", "3", code=0)
    before = shown(four)
    four.write("imagegen.toml", FOUR.replace("red", "blue"))
    four.run("build", "--draft", code=0)
    assert shown(four) != before
    four.write("imagegen.toml", FOUR)
    four.run("build", code=0)
    assert shown(four) == before
    four.run("check", code=0)
    assert set(names(four).values()) == {"keep"}
    assert emulator.charges == emulator.posts == 4


def test_what_cannot_be_a_choice_is_told_with_its_place(project):
    fixed = {"prompt": "a boat", "candidates": 4}
    project.write("imagegen.toml", listing({"a": fixed | {"take": 2}, "b": fixed | {"seed": 7}}))
    told = project.run("plan", "--json", code=2).json["errors"]
    assert [one["summary"] for one in told] == [
        "`candidates` and `take` exclude each other",
        "`candidates` and `seed` exclude each other",
    ]
    assert all(one["line"] for one in told)


def test_any_bought_take_can_be_picked_also_without_candidates(project, emulator):
    project.write("imagegen.toml", listing({"hero": "a red boat"}))
    project.run("build", code=0)
    first = shown(project)
    project.run("build", "--replace", "hero", code=0)
    project.run("pick", "hero", "1", code=0)
    assert shown(project) == first
    assert idle(project, emulator)
    project.write("imagegen.toml", listing({"hero": {"prompt": "a red boat", "take": 2}}))
    assert "`take = 2` in the project file" in project.run("pick", "hero", "1", code=2).stderr
    assert emulator.charges == emulator.posts == 2


def test_a_protected_choice_buys_no_new_candidates(four, emulator):
    kept = {"prompt": "a blue boat", "candidates": 4, "protect": True}
    four.write("imagegen.toml", listing({"hero": kept}))
    assert "generate" not in names(four).values()
    four.run("build", code=0)
    four.write("imagegen.toml", FOUR)
    assert set(names(four).values()) == {"keep"}
    assert emulator.charges == emulator.posts == 4


def test_a_lost_store_never_makes_anybody_pay_for_candidates_again(four, emulator):
    shutil.rmtree(four.home)
    assert idle(four, emulator)
    four.run("pick", "hero", "2", code=0)
    assert emulator.charges == emulator.posts == 4
    assert json.loads(four.run("plan", "--json", code=0).stdout)["summary"]["paid"] == 0
