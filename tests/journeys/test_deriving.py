"""Files made from pictures for a site: only what changed is made, and nothing is ever bought."""

from __future__ import annotations

from gallery import listing

HERO = {"prompt": "a boat", "params": {"output_format": "png"}}
DERIVE = {"widths": [40, 80], "formats": ["webp", "jpeg"]}


def boat(derive=DERIVE, **keys):
    """Return a project of one picture and what is made from it."""
    defaults = {"derive": derive} if derive else {}
    return listing({"hero": {**HERO, **keys}}, defaults=defaults)


def stamps(project):
    return {
        name: project.path(name).stat().st_mtime_ns
        for name in project.files()
        if name.startswith("images/")
    }


def made(project):
    return [name for name in project.files() if name.startswith("images/hero-")]


FOUR = [
    "images/hero-40.jpeg",
    "images/hero-40.webp",
    "images/hero-80.jpeg",
    "images/hero-80.webp",
]


def test_a_picture_gets_its_derivatives_and_a_second_build_does_nothing(project, emulator):
    project.write("imagegen.toml", boat())
    assert "4 files made of it" in project.run("build", code=0).stderr
    assert made(project) == FOUR
    before, asked = stamps(project), len(emulator.requests)
    assert "Nothing to do" in project.run("build", code=0).stderr
    project.run("check", code=0)
    assert (stamps(project), len(emulator.requests), emulator.charges) == (before, asked, 1)


def test_only_what_changed_is_made_anew_and_what_nobody_wants_goes(project, emulator):
    project.write("imagegen.toml", boat())
    project.run("build", code=0)
    before, asked = stamps(project), len(emulator.requests)
    project.write("imagegen.toml", boat({"widths": [40, 60], "formats": ["webp"]}))
    planned = project.run("plan", "--check", code=1).stdout
    assert "      widths: [40, 80] -> [40, 60]" in planned
    assert '      formats: ["jpeg", "webp"] -> ["webp"]' in planned
    project.run("build", code=0)
    after = stamps(project)
    assert made(project) == ["images/hero-40.webp", "images/hero-60.webp"]
    assert after["images/hero-40.webp"] == before["images/hero-40.webp"]
    assert after["images/hero.png"] == before["images/hero.png"]
    project.write("imagegen.toml", boat(None))
    told = project.run("build", code=0).stderr
    assert "derived    hero, removed 2 files\n" in told
    assert made(project) == []
    assert (len(emulator.requests), emulator.charges) == (asked, 1)


def test_a_fresh_clone_makes_them_from_the_output_and_asks_nobody(project, emulator):
    project.write("imagegen.toml", boat())
    project.run("build", code=0)
    clone = project.on_another_machine(key=None)
    for name in made(clone):
        clone.remove(name)
    asked = len(emulator.requests)
    assert "missing" in clone.run("check", code=1).stdout
    clone.run("build", code=0)
    assert {name: clone.bytes(name) for name in FOUR} == {
        name: project.bytes(name) for name in FOUR
    }
    clone.run("check", code=0)
    assert (len(emulator.requests), emulator.charges) == (asked, 1)


def test_a_converted_output_is_all_that_a_clone_needs(project, emulator):
    project.write("imagegen.toml", boat(output="hero.webp"))
    project.run("build", code=0)
    clone = project.on_another_machine(key=None)
    clone.write("imagegen.toml", boat({"widths": [60], "formats": ["jpeg"]}, output="hero.webp"))
    clone.run("build", code=0)
    assert made(clone) == ["images/hero-60.jpeg"]
    # Back where the original is, what the clone has made still counts.
    for name in ("imagegen.toml", "imagegen.lock", "images/hero-60.jpeg"):
        project.write(name, clone.bytes(name))
    for name in FOUR:
        project.remove(name)
    assert "Nothing to do" in project.run("build", code=0).stderr
    assert emulator.charges == 1


def test_deleted_and_edited_ones_come_back_and_the_edited_one_is_kept_aside(project, emulator):
    project.write("imagegen.toml", boat())
    project.run("build", code=0)
    before = {name: project.bytes(name) for name in FOUR}
    project.remove("images/hero-40.webp")
    project.write("images/hero-80.jpeg", b"edited")
    found = project.run("check", code=1).stdout
    assert "missing   hero: images/hero-40.webp" in found
    assert "edited    hero: images/hero-80.jpeg" in found
    project.run("build", code=0)
    assert {name: project.bytes(name) for name in FOUR} == before
    assert any(project.bytes(name) == b"edited" for name in project.files() if "edited" in name)
    project.remove("images/hero-40.webp")
    assert "restored   hero -> images/hero-40.webp" in project.run("restore", code=0).stderr
    assert project.bytes("images/hero-40.webp") == before["images/hero-40.webp"]
    project.remove("images/hero.png")
    said = project.run("build", code=0).stderr
    assert "restored" in said and "made of it" not in said, "only the output was gone"
    assert emulator.charges == 1


def test_another_name_moves_them_without_encoding_and_a_retired_image_takes_them_along(
    project, emulator
):
    project.write("imagegen.toml", boat())
    project.run("build", code=0)
    before = project.bytes("images/hero-80.webp")
    project.write("imagegen.toml", boat(output="start/main.png"))
    project.run("build", code=0)
    assert made(project) == []
    assert project.bytes("images/start/main-80.webp") == before
    project.write("imagegen.toml", listing({"other": {**HERO, "prompt": "a boat"}}))
    project.run("build", code=0)
    assert [name for name in project.files() if name.startswith("images/")] == ["images/other.png"]
    assert emulator.charges == 1


def test_a_hash_in_the_name_changes_with_the_file_and_only_then(project, emulator):
    hashed = {"widths": [40], "formats": ["webp"], "name": "{stem}.{hash}.{format}"}
    project.write("imagegen.toml", boat(hashed))
    project.run("build", code=0)
    (first,) = [name for name in project.files() if ".webp" in name]
    project.run("build", code=0)
    assert project.path(first).exists()
    project.write("imagegen.toml", boat({**hashed, "quality": {"webp": 30}}))
    project.run("build", code=0)
    (second,) = [name for name in project.files() if ".webp" in name]
    assert first != second
    assert emulator.charges == 1


def test_a_new_picture_gets_new_derivatives_in_the_old_ones_place(project, emulator):
    project.write("imagegen.toml", boat())
    project.run("build", code=0)
    before = {name: project.bytes(name) for name in FOUR}
    project.run("build", "--replace", "hero", "hero", code=0)
    after = {name: project.bytes(name) for name in FOUR}
    assert all(before[name] != after[name] for name in FOUR)
    assert not any("edited" in name for name in project.files())
    assert emulator.charges == 2


def test_the_lock_says_what_they_are_and_hides_no_machine(project, emulator):
    project.write("imagegen.toml", boat())
    project.run("build", code=0)
    lock = project.read("imagegen.lock")
    assert "[images.hero.derived]" in lock
    assert "libwebp" in lock
    assert str(project.folder) not in lock
    assert emulator.charges == 1


def test_two_images_never_share_a_file_that_only_the_pictures_size_makes_the_same(
    project, emulator
):
    both = {"hero": {**HERO}, "hero-40": {"prompt": "a ship", "output": "hero-40.webp"}}
    project.write("imagegen.toml", listing(both, defaults={"derive": DERIVE}))
    assert "hero-40.webp" in project.run("plan", code=2).stderr
    assert emulator.posts == 0


def test_a_choice_is_recorded_also_where_only_derivatives_are_made(project, emulator):
    project.write("imagegen.toml", boat(candidates=2))
    project.run("build", code=0)
    project.remove("images/hero-40.webp")
    project.run("pick", "hero", "1", code=0)
    project.run("check", code=0)
    assert emulator.charges == 2


def test_what_a_killed_build_left_in_a_folder_of_derivatives_goes_with_the_next_one(
    project, emulator
):
    left = project.write("images/40/.imagegen-abcd.tmp", b"half")
    inside = {"widths": [40], "formats": ["webp"], "name": "{width}/{stem}.{format}"}
    project.write("imagegen.toml", boat(inside))
    project.run("build", code=0)
    assert not left.exists()
    assert project.path("images/40/hero.webp").exists()
    assert emulator.charges == 1


def test_a_rename_takes_the_derivatives_and_what_is_published_along(project, emulator):
    site = listing({"hero": HERO}, defaults={"derive": DERIVE}, publish={"json": "images.json"})
    project.write("imagegen.toml", site)
    project.run("build", code=0)
    before = project.bytes("images/hero-80.webp")
    assert "4 files made of it" in project.run("mv", "hero", "boat", code=0).stderr
    assert made(project) == []
    assert project.bytes("images/boat-80.webp") == before
    assert '"boat"' in project.read("images.json")
    project.run("check", code=0)
    assert "Nothing to do" in project.run("build", code=0).stderr
    assert emulator.charges == 1
