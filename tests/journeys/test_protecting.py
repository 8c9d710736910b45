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


def test_what_is_derived_of_a_protected_picture_follows_the_project_for_free(project, emulator):
    def mug(prompt, *widths):
        derive = {"widths": list(widths), "formats": ["webp"]}
        table = {"prompt": prompt, "output": "mug.webp", "protect": True, "derive": derive}
        return listing({"mug": table}, provenance={"embed": "all", "prompt": True})

    project.write("imagegen.toml", mug("a black mug", 20, 40))
    project.run("build", code=0)
    good = project.bytes("images/mug.webp")
    project.write("imagegen.toml", mug("a white mug", 20, 60))
    # The file that is gone is wanted no longer: `restore` could not bring it back.
    project.remove("images/mug-40.webp")
    project.run("check", code=1)
    change = project.run("plan", "--json", code=0).json["changes"][0]
    assert (change["action"], change["blocked"]) == ("derive", "protected")
    project.run("build", code=0)
    made = project.bytes("images/mug-60.webp")
    assert b"a black mug" in made and b"white" not in made
    assert project.bytes("images/mug.webp") == good
    project.run("check", code=0)
    assert "kept: protected" in project.run("plan", "--check", code=0).stdout
    project.remove("images/mug.webp")
    project.run("restore", code=0)
    assert project.bytes("images/mug.webp") == good
    assert emulator.charges == emulator.posts == 1


def test_not_even_a_picture_that_is_at_hand_takes_the_place_of_a_protected_one(project, emulator):
    project.write("imagegen.toml", mug("a black mug", protect=True))
    project.run("build", code=0)
    good = project.bytes("images/mug.webp")
    # The pot's picture is at hand, and now the mug asks for the same.
    project.write("imagegen.toml", mug("a pot", protect=True))
    for _ in range(2):
        assert "kept: protected" in project.run("plan", "--check", code=0).stdout
        project.run("build", code=0)
    project.run("check", code=0)
    assert project.bytes("images/mug.webp") == good
    assert emulator.charges == emulator.posts == 2


def test_no_build_replaces_a_protected_picture_or_buys_a_choice_of_it(project, emulator):
    project.write("imagegen.toml", mug("a black mug", protect=True))
    project.run("build", code=0)
    good = project.bytes("images/mug.webp")
    project.write("imagegen.toml", mug("a white mug", protect=True, candidates=2))
    project.run("plan", "--check", code=0)
    project.run("check", code=0)
    # Without the lock nobody knows whose picture it is, so it stays, whatever is at hand.
    project.remove("imagegen.lock")
    for prompt in ("a white mug", "a pot"):
        project.write("imagegen.toml", mug(prompt, protect=True, candidates=2))
        for _ in range(2):
            assert "take `protect` away" in project.run("build", code=1).stderr
    assert project.bytes("images/mug.webp") == good
    assert emulator.charges == emulator.posts == 2


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
