"""Drafts: free, offline, without a key; never in the way of a picture that was paid for."""

from gallery import listing, mugs


def test_a_draft_build_needs_no_key_and_no_network(project):
    project.key = None
    project.write("imagegen.toml", mugs(2))
    told = project.run("build", "--draft", code=0).stderr
    assert told.count("generated") == 2
    assert "Nothing was spent." in told
    outputs = [name for name in project.files() if name.startswith("images/")]
    assert len(outputs) == 2
    assert "draft, to generate" in project.run("show", code=0).stdout
    good = [project.bytes(name) for name in outputs]
    project.remove(outputs[0])
    project.run("build", "--draft", code=0)
    assert [project.bytes(name) for name in outputs] == good
    assert "Nothing to do" in project.run("build", "--draft", code=0).stderr
    assert "stale" in project.run("check", code=1).stdout
    project.run("plan", "--check", code=1)
    project.run("plan", "--check", "--draft", code=0)


def test_a_real_build_after_drafts_buys_the_pictures(project, emulator):
    project.write("imagegen.toml", mugs(1))
    project.run("build", "--draft", code=0)
    assert len(emulator.requests) == 0
    draft = project.bytes("images/mug-1.jpg") if project.path("images/mug-1.jpg").exists() else b""
    project.run("build", code=0)
    assert emulator.charges == 1
    project.run("check", code=0)
    name = next(name for name in project.files() if name.startswith("images/"))
    assert project.bytes(name) != draft


def test_a_draft_build_never_replaces_a_current_paid_picture(project, emulator):
    project.write("imagegen.toml", listing({"mug": {"prompt": "a mug", "output": "mug.webp"}}))
    project.run("build", code=0)
    good, lock = project.bytes("images/mug.webp"), project.read("imagegen.lock")
    before = len(emulator.requests)
    project.run("build", "--draft", code=0)
    assert project.bytes("images/mug.webp") == good
    assert project.read("imagegen.lock") == lock
    project.write("imagegen.toml", listing({"mug": {"prompt": "a cup", "output": "mug.webp"}}))
    project.run("build", "--draft", code=0)
    assert project.bytes("images/mug.webp") != good
    project.write("imagegen.toml", listing({"mug": {"prompt": "a mug", "output": "mug.webp"}}))
    project.run("build", code=0)
    assert project.bytes("images/mug.webp") == good
    assert len(emulator.requests) == before


def test_a_draft_that_stands_in_for_a_bought_picture_is_told_and_gives_way(project, emulator):
    project.write("imagegen.toml", listing({"mug": {"prompt": "a mug", "output": "mug.webp"}}))
    project.run("build", code=0)
    good = project.bytes("images/mug.webp")
    clone = project.on_another_machine(key=None)
    clone.remove("images/mug.webp")
    clone.run("build", "--draft", code=0)
    assert clone.run("check", "--json", code=1).json["findings"][0] == {
        "name": "mug",
        "kind": "missing",
        "text": "a draft stands in for images/mug.webp",
    }
    assert 'file: "a draft" -> "as locked"' in clone.run("plan", code=0).stdout
    clone.run("build", code=0, env={"APIFRAME_API_KEY": project.key})
    assert clone.bytes("images/mug.webp") == good
    # Nobody drew that file, so no copy of it is kept.
    assert not clone.path(".imagegen/edited").exists()
    assert emulator.charges == 1


def test_a_draft_and_a_replacement_exclude_each_other(project):
    project.write("imagegen.toml", mugs(1))
    told = project.run("build", "--draft", "--replace", "mug-1", code=2).stderr
    assert "--replace buys a picture and --draft never does" in told


def test_a_protected_paid_picture_is_not_drafted_over(project, emulator):
    table = {"prompt": "a mug", "output": "mug.webp", "protect": True}
    project.write("imagegen.toml", listing({"mug": table}))
    project.run("build", code=0)
    good = project.bytes("images/mug.webp")
    project.write("imagegen.toml", listing({"mug": {**table, "prompt": "a cup"}}))
    project.run("build", "--draft", code=0)
    assert project.bytes("images/mug.webp") == good
    assert emulator.charges == 1


def test_a_project_of_drafts_builds_checks_and_shows_offline(project):
    project.key = None
    project.write("imagegen.toml", mugs(2, provider={"name": "draft"}))
    assert project.run("plan", "--json", code=0).json["summary"]["paid"] == 0
    assert "free draft" in project.run("plan", code=0).stdout
    project.run("build", code=0)
    project.run("check", code=0)
    project.run("plan", "--check", code=0)
    assert "Nothing to do" in project.run("build", code=0).stderr
    assert project.run("show", "--json", code=0).json["images"][0]["provider"] == "draft"
    clone = project.on_another_machine(key=None)
    clone.run("check", code=0)
    clone.run("build", code=0)
