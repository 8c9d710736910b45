"""`plan`: what build would do, why, for how much; the saved plan is carried out or refused."""

import json
import os
from dataclasses import replace

from gallery import listing, mugs


def test_the_json_of_a_plan_has_the_promised_shape(project, emulator):
    project.write("imagegen.toml", listing({"cup": "a cup", "mug": "a mug"}))
    project.run("build", "cup", code=0)
    before = len(emulator.requests)
    project.write("imagegen.toml", listing({"cup": "a cup", "mug": "a mug", "pot": "a mug"}))
    plan = project.run("plan", "--json", code=0).json
    assert set(plan) == {"format", "changes", "summary"}
    assert plan["format"] == 1
    actions = {change["name"]: change["action"] for change in plan["changes"]}
    assert actions == {"cup": "keep", "mug": "generate", "pot": "restore"}
    for change in plan["changes"]:
        assert set(change) >= {"name", "action", "reasons", "price"}
        assert all(set(reason) == {"field", "old", "new"} for reason in change["reasons"])
    assert plan["summary"]["generate"] == plan["summary"]["paid"] == 1
    assert len(emulator.requests) == before


def test_the_exit_code_of_plan_check_says_whether_anything_is_to_do(project, emulator):
    project.write("imagegen.toml", mugs(2))
    project.run("plan", code=0)
    project.run("plan", "--check", code=1)
    project.run("build", "mug-1", code=0)
    project.run("plan", "--check", "mug-1", code=0)
    project.run("plan", "--check", "mug-*", code=1)
    assert "did you mean `mug-1`?" in project.run("plan", "mug1", code=2).stderr
    assert emulator.charges == 1


def test_a_plan_tells_field_by_field_what_differs(project, emulator):
    project.write("imagegen.toml", mugs(1, defaults={"params": {"resolution": "1MP"}}))
    project.run("build", code=0)
    text = mugs(1, defaults={"params": {"resolution": "2MP"}}).replace("number 1", "number one")
    project.write("imagegen.toml", text)
    told = project.run("plan", code=0).stdout
    assert 'params.resolution: "1MP" -> "2MP"' in told
    assert 'prompt: "mug number 1" -> "mug number one"' in told
    assert "Plan: 1 to generate." in told


def test_a_saved_plan_is_carried_out_once_and_refused_when_it_is_stale(project, emulator):
    project.write("imagegen.toml", mugs(2))
    project.run("plan", "--out", "good.json", code=0)
    project.write("imagegen.toml", mugs(3))
    told = project.run("build", "--plan", "good.json", code=1).stderr
    assert "the saved plan is out of date" in told
    assert len(emulator.requests) == 0
    project.write("imagegen.toml", mugs(2))
    project.run("build", "--plan", "good.json", code=0)
    assert emulator.charges == 2
    project.run("build", "--plan", "good.json", code=1)
    told = project.run("plan", "--out", "imagegen.toml/deep.json", code=2).stderr
    assert "cannot write `imagegen.toml/deep.json`" in told
    project.write("bad.json", "[" * 100_000)
    assert "is not a plan" in project.run("build", "--plan", "bad.json", code=2).stderr
    assert emulator.charges == 2


def test_a_saved_plan_of_named_images_is_for_those_names(project, emulator):
    project.write("imagegen.toml", mugs(2))
    project.run("plan", "mug-2", "--out", "two.json", code=0)
    assert [c["name"] for c in json.loads(project.read("two.json"))["changes"]] == ["mug-2"]
    assert "--plan goes alone" in project.run("build", "mug-2", "--plan", "two.json", code=2).stderr
    project.run("build", "--plan", "two.json", code=0)
    assert emulator.charges == 1
    project.write("notes.txt", "mine")
    assert "is not a plan" in project.run("plan", "--out", "notes.txt", code=2).stderr


def test_a_replacement_is_planned_saved_and_carried_out_once(project, emulator):
    project.write("imagegen.toml", listing({"mug": {"prompt": "a mug", "protect": True}}))
    project.run("build", code=0)
    told = project.run("plan", "--replace", "m*", "--out", "again.json", code=0).stdout
    assert "take: 1 -> 2" in told
    assert "Plan: 1 to generate. Costs 6 credits." in told
    assert emulator.charges == 1
    project.run("build", "--plan", "again.json", code=0)
    assert "take = 2" in project.read("imagegen.lock")
    project.run("build", "--plan", "again.json", code=1)
    assert "did you mean `mug`?" in project.run("plan", "--replace", "mag", code=2).stderr
    project.run("plan", "--replace", "mug", "--draft", code=2)
    assert emulator.charges == emulator.posts == 2


def test_the_project_file_is_found_upwards_or_named(project, emulator):
    project.write("imagegen.toml", mugs(1))
    project.write("deep/down/note.txt", "")
    inner = type(project)(project.path("deep/down"), project.home, project.base_url)
    assert "1 to generate" in inner.run("plan", code=0).stdout
    inner.run("build", code=0)
    assert project.path("images/mug-1.jpg").exists()
    outer = type(project)(project.folder.parent, project.home, project.base_url)
    assert "No project file" in outer.run("plan").stderr or outer.results[-1].code == 2
    outer.run("plan", "--check", "-f", "project/imagegen.toml", code=0)
    assert emulator.charges == 1


def test_a_plan_needs_no_key_and_sends_nothing(project):
    project.key = None
    project.write("imagegen.toml", mugs(1))
    assert "1 to generate" in project.run("plan", code=0).stdout


def test_a_folder_whose_name_is_no_text_is_refused_before_anything_is_bought(project, emulator):
    odd = replace(project, folder=project.folder / os.fsdecode(b"\xff"))
    odd.write("imagegen.toml", mugs(1))
    assert "is not UTF-8" in odd.run("build", code=2).stderr
    assert emulator.posts == 0
