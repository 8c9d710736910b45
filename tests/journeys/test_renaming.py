"""`imagegen mv`: one name, everywhere at once, for nothing."""

from __future__ import annotations

import shutil
import tomllib

import pytest
from gallery import accepted, killed_when, listing, until

PROJECT = """\
# pictures of the shop

[images.hero]      # on top of the page
prompt = 'a wooden desk'   # in the morning
alt = "hero"

[images.plate]
prompt = "a plate"
"""


def built(project, text=PROJECT):
    project.write("imagegen.toml", text)
    project.run("build", code=0)


def locked(project):
    return tomllib.loads(project.read("imagegen.lock"))["images"]


def test_file_lock_and_output_get_the_name_and_nothing_is_bought(project, emulator):
    built(project)
    before, lock = project.bytes("images/hero.jpg"), locked(project)
    said = project.run("mv", "hero", "banner", code=0).stderr
    assert project.read("imagegen.toml") == PROJECT.replace("[images.hero]", "[images.banner]")
    assert project.bytes("images/banner.jpg") == before
    assert not project.path("images/hero.jpg").exists()
    assert set(locked(project)) == {"banner", "plate"}
    assert locked(project)["banner"] | {"outputs": []} == lock["hero"] | {"outputs": []}
    assert "hero -> banner" in said
    assert "images/hero.jpg -> images/banner.jpg" in said
    project.run("check", code=0)
    requests = len(emulator.requests)
    assert "Nothing to do" in project.run("build", code=0).stderr
    assert (len(emulator.requests), emulator.posts) == (requests, 2)


def test_an_output_that_is_named_stays_where_it_is(project, emulator):
    built(project, listing({"hero": {"prompt": "a desk", "output": "top.webp"}}))
    told = project.run("mv", "hero", "banner", "--json", code=0).json
    assert told == {
        "format": 1,
        "old": "hero",
        "new": "banner",
        "moved": None,
        "locked": True,
        "references": [],
    }
    assert project.path("images/top.webp").exists()
    project.run("check", code=0)
    assert emulator.posts == 1


def test_an_edited_output_moves_as_it_is(project, emulator):
    built(project)
    project.write("images/hero.jpg", b"retouched by hand")
    project.run("mv", "hero", "banner", code=0)
    assert project.bytes("images/banner.jpg") == b"retouched by hand"
    assert not project.path("images/hero.jpg").exists()
    assert "edited" in project.run("plan", code=0).stdout
    assert emulator.posts == 2


def test_references_of_other_images_follow(project, emulator):
    built(
        project,
        listing({"hero": "a desk", "mascot": {"prompt": "by it", "references": ["@hero"]}}),
    )
    said = project.run("mv", "hero", "banner", code=0).stderr
    assert 'references = [\n    "@banner",\n]' in project.read("imagegen.toml")
    assert "the reference of mascot" in said
    project.run("check", code=0)
    project.run("build", code=0)
    assert emulator.posts == 2


def test_candidates_and_the_choice_among_them_keep_to_their_image(project, emulator):
    built(project, listing({"hero": {"prompt": "a desk", "candidates": 2}}))
    project.run("pick", "hero", "2", code=0)
    project.run("mv", "hero", "banner", code=0)
    assert set(locked(project)) == {"banner", "banner#1", "banner#2"}
    assert (locked(project)["banner"]["take"], locked(project)["banner"]["picked"]) == (2, True)
    project.run("check", code=0)
    assert "Nothing to do" in project.run("build", code=0).stderr
    assert emulator.posts == 2


def test_a_fresh_clone_without_key_or_store_renames_and_loses_nothing(project, emulator):
    built(project)
    clone = project.on_another_machine(key=None)
    clone.run("mv", "hero", "banner", code=0)
    clone.run("check", code=0)
    assert "Nothing to do" in clone.run("build", code=0).stderr
    assert emulator.posts == 2


def test_what_is_still_to_be_built_is_renamed_too(project):
    project.write("imagegen.toml", PROJECT)
    assert project.run("mv", "hero", "banner", "--json", code=0).json["locked"] is False
    assert "banner" in project.run("plan", code=0).stdout
    assert not project.path("imagegen.lock").exists() or locked(project) == {}


@pytest.mark.parametrize("emulator", [{"latency": 1}], indirect=True)
def test_a_picture_that_is_on_its_way_is_collected_under_the_new_name(project, emulator):
    project.write("imagegen.toml", listing({"hero": "a desk"}))
    killed_when(project, "build", happened=lambda: accepted(project, 1))
    project.run("mv", "hero", "banner", code=0)
    project.run("build", code=0)
    assert project.path("images/banner.jpg").exists()
    assert emulator.posts == 1


@pytest.mark.parametrize("written", ["project file", "lock"])
def test_a_kill_between_the_two_files_costs_nothing(project, emulator, written):
    built(project, listing({"hero": {"prompt": "a desk", "protect": True}, "plate": "a plate"}))
    old = {name: project.bytes(name) for name in ("imagegen.toml", "imagegen.lock")}
    project.run("mv", "hero", "banner", code=0)
    # The output is copied first and its old place cleared last.
    shutil.copy(project.path("images/banner.jpg"), project.path("images/hero.jpg"))
    undone = "imagegen.lock" if written == "project file" else "imagegen.toml"
    project.write(undone, old[undone])
    shutil.rmtree(project.home / "imagegen/store")
    if written == "project file":
        again = project.run("mv", "hero", "banner", code=2).stderr
        assert "It is `banner` in the project file already" in again
    assert project.run("plan", "--json", code=0).json["summary"]["generate"] == 0
    project.run("build", code=0)
    project.run("check", code=0)
    name = "banner" if written == "project file" else "hero"
    assert set(locked(project)) == {name, "plate"}
    assert [path for path in project.files() if path.startswith("images/")] == [
        *sorted([f"images/{name}.jpg", "images/plate.jpg"])
    ]
    assert emulator.posts == 2


@pytest.mark.parametrize("emulator", [{"latency": 1}], indirect=True)
def test_a_rename_waits_for_the_build_that_runs(project, emulator):
    project.write("imagegen.toml", listing({"hero": "a desk"}))
    building = project.start("build")
    until(lambda: emulator.posts == 1)
    project.run("mv", "hero", "banner", code=0)
    building.finish(code=0)
    assert set(locked(project)) == {"banner"}
    assert emulator.posts == 1


def test_what_cannot_be_renamed_is_said_all_at_once_and_nothing_is_touched(project):
    project.write("imagegen.toml", PROJECT)
    said = project.run("mv", "herp", "plate", code=2).stderr
    assert "no image is called `herp`" in said
    assert "did you mean `hero`?" in said
    assert "imagegen.toml:7:9: there is a `plate` already" in said
    assert project.read("imagegen.toml") == PROJECT
    assert project.files() == ["imagegen.toml"]


def test_a_name_that_only_the_lock_has_is_taken(project, emulator):
    built(project)
    project.write("imagegen.toml", listing({"hero": "a wooden desk"}))
    result = project.run("mv", "hero", "plate", code=2)
    assert "imagegen.lock has a `plate` already" in result.stderr
    assert "imagegen.lock:" in result.stderr
    assert emulator.posts == 2


def test_a_file_in_the_way_is_never_overwritten(project, emulator):
    built(project)
    project.write("images/banner.jpg", b"a photo of mine")
    before = project.files()
    result = project.run("mv", "hero", "banner", code=2)
    assert "`images/banner.jpg` is there already" in result.stderr
    assert project.bytes("images/banner.jpg") == b"a photo of mine"
    assert project.files() == before
    assert emulator.posts == 2


def test_problems_of_the_project_file_come_first(project):
    project.write("imagegen.toml", "[images.hero]\nprompt = 1\n")
    result = project.run("mv", "hero", "banner", code=2)
    assert "imagegen.toml:2:10" in result.stderr
    assert project.files() == ["imagegen.toml"]


@pytest.mark.parametrize(
    ("name", "place", "words"),
    [
        ("mug-red", "imagegen.toml:1:9", "The matrix of [images.mug] makes it."),
        ("mug", "imagegen.toml:1:9", "no image but a set of 2"),
        ("tea-1", "teas.csv:2", "a row of its table"),
        ("first", "posts/first.md", "The page"),
    ],
)
def test_an_image_of_a_set_says_where_its_name_comes_from(project, name, place, words):
    project.write(
        "imagegen.toml",
        '[images.mug]\nprompt = "a {colour} mug"\nmatrix = { colour = ["red", "blue"] }\n'
        '[images.tea]\nprompt = "tea"\ntable = "teas.csv"\nname = "tea-{sku}"\n'
        '[content]\nfiles = ["posts/*.md"]\n',
    )
    project.write("teas.csv", "sku\n1\n2\n")
    project.write("posts/first.md", "---\nimage:\n  prompt: a desk\n---\n")
    result = project.run("mv", name, "cup", code=2)
    assert place in result.stderr
    assert words in result.stderr


def test_a_name_that_a_template_makes_a_reference_of_is_refused(project):
    project.write(
        "imagegen.toml",
        '[images.desk-red]\nprompt = "a desk"\n[images.mug]\nprompt = "a {colour} mug"\n'
        'matrix = { colour = ["red"] }\nreferences = ["@desk-{colour}"]\n',
    )
    result = project.run("mv", "desk-red", "table", code=2)
    assert "cannot be called `table`; nothing was changed" in result.stderr
    assert "no image is called `desk-red`" in result.stderr
    assert "imagegen.toml:6" in result.stderr
