"""`protect` keeps a good picture; `--replace` buys another take of a named one."""

from gallery import listing


def mug(prompt, **more):
    return listing({"mug": {"prompt": prompt, "output": "mug.webp", **more}, "pot": "a pot"})


def test_a_protected_picture_is_kept_until_replace_names_it(project, emulator):
    project.write("imagegen.toml", mug("a black mug", protect=True))
    project.run("build", code=0)
    good = project.bytes("images/mug.webp")
    project.write("imagegen.toml", mug("a white mug", protect=True))
    told = project.run("plan", code=0).stdout
    assert "kept: protected" in told
    assert "imagegen build --replace mug" in told
    assert project.run("plan", "mug", "--json", code=0).json["changes"][0]["blocked"] == "protected"
    assert "protected" in project.run("show", code=0).stdout
    project.run("build", code=0)
    project.run("check", code=0)
    assert project.bytes("images/mug.webp") == good
    assert emulator.charges == emulator.posts == 2
    project.run("build", "--replace", "mug", code=0)
    assert project.bytes("images/mug.webp") != good
    assert emulator.charges == 3
    project.run("plan", "--check", code=0)


def test_replace_buys_the_next_take_of_that_image_and_it_stays(project, emulator):
    project.write("imagegen.toml", mug("a mug"))
    project.run("build", code=0)
    first = project.bytes("images/mug.webp")
    project.run("build", "--replace", "m*", code=0)
    assert emulator.charges == 3
    second = project.bytes("images/mug.webp")
    assert second != first
    assert "take = 2" in project.read("imagegen.lock")
    before = len(emulator.requests)
    project.run("build", code=0)
    assert project.bytes("images/mug.webp") == second
    project.write("imagegen.toml", mug("a mug", take=1))
    project.run("build", code=0)
    assert project.bytes("images/mug.webp") == first
    assert len(emulator.requests) == before


def test_replace_of_an_image_with_a_fixed_take_or_of_nobody_is_refused(project):
    project.write("imagegen.toml", mug("a mug", take=2))
    assert "write `take = 3` there" in project.run("build", "--replace", "mug", code=2).stderr
    assert "did you mean `pot`?" in project.run("build", "--replace", "po", code=2).stderr
