"""An edit that is taken back brings back what its image showed: chosen, replaced, taken in."""

import shutil

import journey
import pytest
from gallery import listing

from imagegen.pictures.convert import convert


@pytest.fixture
def emulator():
    """A prompt emulator of small pictures."""
    with journey.emulator(latency=0, picture_scale=32, rate_limit=0) as running:
        yield running


def pictures(project):
    return {name: project.bytes(name) for name in project.files() if name.startswith("images/")}


def summary(project):
    return project.run("plan", "--json", code=0).json["summary"]


def edited_and_back(project, before, after):
    """Build another project file, then the first one again, which is to cost nothing more."""
    project.write("imagegen.toml", after)
    project.run("build", code=0)
    project.write("imagegen.toml", before)
    assert summary(project)["generate"] == 0
    project.run("build", code=0)


def test_what_was_picked_or_replaced_comes_back_for_each_image_of_a_request(project, emulator):
    two = {"candidates": 2}

    def listed(colour):
        choices = {name: {"prompt": f"a {colour} gate", **two} for name in ("door", "gate")}
        return listing({**choices, "hero": f"a {colour} boat", "wall": f"a {colour} boat"})

    project.write("imagegen.toml", listed("red"))
    project.run("build", code=0)
    project.run("build", "--replace", "gate", "--replace", "hero", code=0)
    project.run("pick", "door", "2", code=0)
    before = pictures(project), project.bytes("imagegen.lock")
    edited_and_back(project, listed("red"), listed("blue"))
    assert (pictures(project), project.bytes("imagegen.lock")) == before
    findings = project.run("check", "--json", code=1).json["findings"]
    assert [(one["name"], one["kind"]) for one in findings] == [("gate", "unpicked")]
    # A later pick wins, and an image that goes and comes back is no other one.
    project.run("pick", "door", "1", code=0)
    project.run("pick", "hero", "1", code=0)
    before = pictures(project)
    edited_and_back(project, listed("red"), listing({"other": "a blue boat"}))
    assert pictures(project) == before
    assert "Nothing to do" in project.run("build", code=0).stderr
    assert emulator.charges == emulator.posts == 8


def test_a_picture_that_was_taken_in_comes_back_and_buys_nothing(project, emulator):
    red, blue = listing({"hero": "a red boat"}), listing({"hero": "a blue boat"})
    project.write("imagegen.toml", blue)
    project.run("build", code=0)
    project.write("photo.png", convert(project.bytes("images/hero.jpg"), "png"))
    project.write("imagegen.toml", red)
    project.run("import", "hero", "photo.png", code=0)
    before = pictures(project), project.bytes("imagegen.lock")
    edited_and_back(project, red, blue)
    assert (pictures(project), project.bytes("imagegen.lock")) == before
    project.run("check", code=0)
    # It answers no other image, and none of another project.
    project.write("imagegen.toml", listing({"hero": "a blue boat", "card": "a red boat"}))
    assert summary(project)["generate"] == 1
    other = project.beside("other")
    other.write("imagegen.toml", red)
    assert summary(other)["generate"] == 1
    # Nor does anything come back whose bytes are gone.
    project.write("imagegen.toml", blue)
    project.run("build", code=0)
    project.write("imagegen.toml", red)
    assert summary(project)["generate"] == 0
    shutil.rmtree(project.home / "imagegen/store/objects")
    assert summary(project)["generate"] == 1
    assert emulator.charges == emulator.posts == 1


def test_what_an_image_showed_comes_back_under_the_name_that_mv_gave_it(project, emulator):
    red, blue = listing({"hero": "a red boat"}), listing({"hero": "a blue boat"})
    for picture in (red, blue):
        project.write("imagegen.toml", picture)
        project.run("build", code=0)
    project.run("build", "--replace", "hero", code=0)
    project.run("pick", "hero", "1", code=0)
    project.write("photo.png", convert(project.bytes("images/hero.jpg"), "png"))
    chosen = project.bytes("images/hero.jpg")
    project.write("imagegen.toml", red)
    project.run("import", "hero", "photo.png", code=0)
    taken_in = project.bytes("images/hero.jpg")
    project.write("imagegen.toml", blue)
    project.run("build", code=0)
    project.run("mv", "hero", "cover", code=0)
    for colour, shown in (("red", taken_in), ("blue", chosen)):
        project.write("imagegen.toml", listing({"cover": f"a {colour} boat"}))
        project.run("build", code=0)
        assert project.bytes("images/cover.jpg") == shown
    assert emulator.charges == emulator.posts == 3


def test_neither_a_protected_picture_nor_a_later_take_gives_way_to_what_was_before(
    project, emulator
):
    red, blue = listing({"hero": "a red boat"}), listing({"hero": "a blue boat"})
    project.write("imagegen.toml", blue)
    project.run("build", code=0)
    project.write("photo.png", convert(project.bytes("images/hero.jpg"), "png"))
    project.write("imagegen.toml", red)
    project.run("import", "hero", "photo.png", code=0)
    project.write("imagegen.toml", blue)
    project.run("build", code=0)
    before = pictures(project)
    project.write("imagegen.toml", listing({"hero": {"prompt": "a red boat", "protect": True}}))
    assert "kept: protected" in project.run("plan", "--check", code=0).stdout
    project.run("build", code=0)
    assert pictures(project) == before
    # The lock is lost, and with it what tells that another take is shown by now.
    edited_and_back(project, blue, red)
    project.run("build", "--replace", "hero", code=0)
    before = pictures(project)
    project.remove("imagegen.lock")
    project.run("build", code=0)
    assert pictures(project) == before
    assert emulator.charges == emulator.posts == 2
