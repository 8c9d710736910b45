"""What `build` buys: everything once, then only what has changed."""

import json
import time

import journey
from gallery import listing, mugs
from journey import KEY


def test_twelve_pictures_are_bought_once_and_then_only_what_changes(project, emulator):
    project.write("imagegen.toml", mugs(12, provider={"max_in_flight": 12}))
    project.run("build", code=0)
    assert emulator.charges == 12
    assert len([name for name in project.files() if name.startswith("images/")]) == 12
    before = len(emulator.requests)
    assert "Nothing to do: 12 images" in project.run("build", code=0).stderr
    project.remove(".imagegen/fingerprint")
    assert "Nothing to do: 12 images" in project.run("build", code=0).stderr
    assert len(emulator.requests) == before
    project.write("imagegen.toml", project.read("imagegen.toml").replace("number 7", "number 77"))
    told = project.run("build", code=0)
    assert emulator.charges == 13
    assert "generated  mug-7 -> images/mug-7." in told.stderr


def test_only_the_named_images_are_built(project, emulator):
    project.write("imagegen.toml", listing({"cup-a": "a", "cup-b": "b", "pot": "p"}))
    assert project.run("build", "cup-*", code=0).stderr.count("generated") == 2
    assert emulator.charges == 2
    assert project.run("plan", "--json", code=0).json["summary"]["generate"] == 1


def test_an_unknown_name_is_answered_with_the_nearest(project):
    project.write("imagegen.toml", listing({"hero": "a desk"}))
    told = project.run("build", "heor", code=2).stderr
    assert "no image is called `heor`" in told
    assert "did you mean `hero`?" in told


def test_without_a_key_nothing_is_sent_and_the_remedy_is_told(project):
    project.key = None
    project.write("imagegen.toml", mugs(1))
    told = project.run("build", code=2).stderr
    assert "an API key is needed" in told
    assert "imagegen build --draft" in told


def test_the_key_and_the_address_may_stand_in_a_file_beside_the_project(project, emulator):
    project.write("imagegen.toml", mugs(1))
    project.write(".env", f"APIFRAME_API_KEY={KEY}\nAPIFRAME_BASE_URL={emulator.url}\n")
    project.run("build", code=0, env={"APIFRAME_API_KEY": None, "APIFRAME_BASE_URL": None})
    assert emulator.charges == 1


def test_the_json_of_a_build_names_every_picture_and_the_money(project, emulator):
    project.write("imagegen.toml", mugs(2))
    told = project.run("build", "--json", code=0).json
    assert told["summary"] == {
        "done": 2,
        "failed": 0,
        "credits": emulator.running.service.ledger.spent,
    }
    row = told["results"][0]
    assert set(row) == {"name", "action", "output", "credits", "error"}
    assert (row["name"], row["action"], row["error"]) == ("mug-1", "generate", None)
    assert project.run("build", "--json", code=0).json["results"] == []


def test_what_was_bought_is_told_though_the_project_file_broke_meanwhile(project):
    with journey.emulator(latency=1) as emulator:
        project.base_url = emulator.url
        project.write("imagegen.toml", mugs(1))
        build = project.start("build")
        while not emulator.posts:
            time.sleep(0.02)
        project.write("imagegen.toml", "[images.mug")
        told = build.finish(code=0).stderr
        assert f"1 done. Spent {emulator.running.service.ledger.spent} credits on 1 pic" in told
        assert "lacks its `]`" in project.run("build", code=2).stderr


def test_two_images_with_one_request_are_one_purchase_and_two_outputs(project, emulator):
    project.write("imagegen.toml", listing({"cup": "a cup", "mug": "a cup"}))
    project.run("build", code=0)
    assert emulator.charges == 1
    outputs = [name for name in project.files() if name.startswith("images/")]
    assert len(outputs) == 2
    assert project.bytes(outputs[0]) == project.bytes(outputs[1])


def test_a_take_in_the_project_buys_another_picture_and_the_first_comes_back_free(
    project, emulator
):
    project.write("imagegen.toml", listing({"mug": {"prompt": "a mug", "output": "mug.webp"}}))
    project.run("build", code=0)
    first = project.bytes("images/mug.webp")
    project.write(
        "imagegen.toml", listing({"mug": {"prompt": "a mug", "output": "mug.webp", "take": 2}})
    )
    project.run("build", code=0)
    assert emulator.charges == 2
    assert project.bytes("images/mug.webp") != first
    before = len(emulator.requests)
    project.write(
        "imagegen.toml", listing({"mug": {"prompt": "a mug", "output": "mug.webp", "take": 1}})
    )
    project.run("build", code=0)
    assert project.bytes("images/mug.webp") == first
    assert len(emulator.requests) == before


def test_the_lock_holds_no_key_no_address_and_no_path_of_this_machine(project, emulator):
    project.write("imagegen.toml", mugs(1))
    project.run("build", code=0)
    lock = project.read("imagegen.lock")
    for secret in (KEY, emulator.url, str(project.folder), str(project.home), "http"):
        assert secret not in lock
    assert json.dumps(emulator.running.ledger[0].job) in lock
