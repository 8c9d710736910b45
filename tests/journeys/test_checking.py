"""`check`: the gate for CI; no key, no home, no network, and a place for every fault."""

import pytest
import versioned
from gallery import listing, mugs

STEEL = {"mug": {"prompt": "a mug", "output": "mug.webp"}, "pot": "a pot"}


def kinds(project):
    told = project.run("check", "--json", code=1).json
    return sorted((finding["kind"], finding["name"]) for finding in told["findings"])


def test_check_passes_on_a_fresh_clone_without_key_home_and_network(project, emulator):
    project.write("imagegen.toml", mugs(2))
    project.run("build", code=0)
    clone = project.on_another_machine(key=None)
    before = len(emulator.requests)
    assert "All 2 images fit." in clone.run("check", code=0).stderr
    assert clone.run("check", "--json", code=0).json == {"format": 1, "findings": [], "images": 2}
    assert len(emulator.requests) == before
    assert not clone.home.exists(), "check made a home"


def test_check_finds_everything_that_does_not_fit(project, emulator):
    project.write("imagegen.toml", listing(STEEL))
    project.run("build", code=0)
    before = len(emulator.requests)
    kept = project.bytes("images/mug.webp")
    project.write("images/mug.webp", versioned.pointer(kept))
    assert "git lfs pull" in project.run("check", code=1).stderr
    project.write("images/mug.webp", kept + b"x")
    assert "git lfs" not in project.run("check", code=1).stderr
    assert kinds(project) == [("edited", "mug")]
    project.remove("images/mug.webp")
    assert kinds(project) == [("missing", "mug")]
    project.run("build", code=0)
    mug = {**STEEL["mug"], "prompt": "a cup"}
    project.write("imagegen.toml", listing({"mug": mug, "jar": "a jar"}))
    assert kinds(project) == [("stale", "mug"), ("unlisted", "pot"), ("unlocked", "jar")]
    told = project.run("check", code=1)
    assert 'prompt: "a mug" -> "a cup"' in told.stdout
    assert "3 things do not fit" in told.stderr
    project.write("imagegen.toml", listing({**STEEL, "mug": {**STEEL["mug"], "output": "m.webp"}}))
    assert kinds(project) == [("stale", "mug")]
    assert len(emulator.requests) == before


def test_many_drafts_are_told_in_one_line_and_each_kind_has_its_way(project):
    project.key = None
    project.write("imagegen.toml", mugs(5))
    project.run("build", "--draft", code=0)
    told = project.run("check", "--alt", code=1)
    assert told.stdout.splitlines() == [
        "stale     5 images: mug-1, mug-2, mug-3 and 2 more: "
        "a draft; the real picture is still to be bought",
        "alt       5 images: mug-1, mug-2, mug-3 and 2 more: no alt text",
    ]
    assert "10 things do not fit; see imagegen plan; write `alt`" in told.stderr
    assert len(project.run("check", "--json", code=1).json["findings"]) == 5


@pytest.mark.parametrize("verb", ["check", "plan", "build", "restore", "show"])
def test_a_lock_that_cannot_be_read_stops_everything_with_its_place(project, emulator, verb):
    project.write("imagegen.toml", mugs(1))
    lock = "version = 1\n<<<<<<< ours\ntake = 1\n=======\ntake = 2\n>>>>>>> theirs\n"
    project.write("imagegen.lock", lock)
    told = project.run(verb, code=2).stderr
    assert "imagegen.lock:2:1: the lock has conflict markers" in told
    project.write("imagegen.lock", "version = 1\n[images\n")
    assert "imagegen.lock:2:" in project.run(verb, code=2).stderr
    project.write("imagegen.lock", "version = 2\n")
    assert "reads version 1" in project.run(verb, code=2).stderr
    assert project.read("imagegen.lock") == "version = 2\n"
    assert len(emulator.requests) == 0


def test_a_wrong_project_file_is_told_in_full_and_nothing_is_sent(project):
    wrong = '[images.mug]\npromt = "a mug"\n\n[images.pot]\nprompt = "a pot"\nseed = "x"\n'
    project.write("imagegen.toml", wrong)
    told = project.run("check", code=2).stderr
    assert "imagegen.toml:2:1" in told
    assert "imagegen.toml:6:" in told
    assert "prompt" in told


def test_a_lock_of_somebody_else_cannot_reach_out_of_the_project(project, emulator):
    project.write("imagegen.toml", mugs(1))
    project.run("build", code=0)
    victim = project.folder.parent / "victim.jpg"
    victim.write_bytes(project.bytes("images/mug-1.jpg"))
    lock = project.read("imagegen.lock").replace('"images/mug-1.jpg"', '"../victim.jpg"')
    project.write("imagegen.lock", lock)
    project.write("imagegen.toml", mugs(1).replace("mug-1", "cup"))
    assert "does not stay inside the project" in project.run("build", code=2).stderr
    assert victim.exists()
    assert emulator.charges == 1
