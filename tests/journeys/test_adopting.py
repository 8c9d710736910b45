"""Pictures that were not bought: `import` and `accept`; nothing is paid, and nothing is lost."""

import shutil

import journey
import pytest
from gallery import listing

from imagegen.pictures.convert import convert
from imagegen.pictures.inspect import inspect

RED = listing({"hero": "a red boat"})
BLUE = listing({"hero": "a blue boat"})


@pytest.fixture
def emulator(request):
    """A prompt emulator of small pictures."""
    settings = {"latency": 0, "picture_scale": 32, "rate_limit": 0} | getattr(request, "param", {})
    with journey.emulator(**settings) as running:
        yield running


def shown(project):
    return project.bytes("images/hero.jpg")


def summary(project):
    return project.run("plan", "--json", code=0).json["summary"]


@pytest.fixture
def bought(project, emulator):
    """An image that is bought and in its place, and a picture beside it that is not."""
    project.write("imagegen.toml", RED)
    project.run("build", code=0)
    project.write("photo.png", convert(shown(project), "png"))
    return project


def test_a_picture_is_imported_without_buying_and_kept_until_the_request_changes(bought, emulator):
    first = shown(bought)
    done = bought.run("import", "hero", "photo.png", "--json", code=0).json["images"]
    assert [(one["name"], one["original"]["format"]) for one in done] == [("hero", "png")]
    assert shown(bought) != first
    assert inspect(shown(bought)).format == "jpeg"
    assert "take = 0" in bought.read("imagegen.lock")
    bought.run("check", code=0)
    assert "Nothing to do" in bought.run("build", code=0).stderr
    assert "Nothing to do" in bought.on_another_machine(key=None).run("build", code=0).stderr
    bought.write("imagegen.toml", BLUE)
    assert summary(bought)["generate"] == 1
    bought.write("imagegen.toml", RED)
    assert summary(bought)["keep"] == 1
    bought.run("pick", "hero", "1", code=0)
    assert shown(bought) == first
    assert emulator.charges == emulator.posts == 1


def test_a_clone_that_imports_keeps_what_was_bought_for_a_later_pick(bought, emulator):
    clone = bought.on_another_machine(key=None)
    first = shown(clone)
    clone.run("import", "hero", "photo.png", code=0)
    clone.run("pick", "hero", "1", code=0)
    assert shown(clone) == first
    assert emulator.charges == 1


def test_a_picture_that_was_taken_in_answers_no_other_image_but_one_renamed(bought, emulator):
    bought.run("import", "hero", "photo.png", code=0)
    taken = shown(bought)
    bought.write("imagegen.toml", listing({"main": "a red boat"}))
    bought.run("build", code=0)
    assert bought.bytes("images/main.jpg") == taken
    assert "take = 0" in bought.read("imagegen.lock")
    bought.write("imagegen.toml", listing({"main": "a red boat", "card": "a red boat"}))
    bought.run("build", code=0)
    assert bought.bytes("images/card.jpg") != taken
    assert bought.bytes("images/main.jpg") == taken
    bought.run("check", code=0)
    assert emulator.charges == emulator.posts == 1


def test_another_picture_bought_after_an_import_counts_on_from_those_bought(bought, emulator):
    bought.run("import", "hero", "photo.png", code=0)
    bought.run("build", "--replace", "hero", code=0)
    assert "take = 2" in bought.read("imagegen.lock")
    assert emulator.charges == 2
    assert any(name.startswith(".imagegen/edited/images/hero") for name in bought.files())


def test_an_edited_output_is_accepted_and_from_then_on_right(bought, emulator):
    assert "as locked already" in bought.run("accept", "hero", code=0).stderr
    edited = convert(bought.bytes("photo.png"), "jpeg")
    bought.write("images/hero.jpg", edited)
    bought.run("check", code=1)
    clone = bought.on_another_machine(key=None)
    for one in (bought, clone):
        taken = one.run("accept", "her*", "--json", code=0).json["images"]
        assert [row["taken_in"] for row in taken] == [True]
        assert shown(one) == edited
        one.run("check", code=0)
        assert "Nothing to do" in one.run("build", code=0).stderr
    bought.run("restore", code=0)
    bought.remove("images/hero.jpg")
    bought.run("restore", code=0)
    assert shown(bought) == edited
    assert emulator.charges == emulator.posts == 1


def test_an_accepted_picture_whose_file_and_bytes_are_gone_is_never_replaced_by_another(
    bought, emulator
):
    bought.write("images/hero.jpg", convert(bought.bytes("photo.png"), "jpeg"))
    bought.run("accept", "hero", code=0)
    clone = bought.on_another_machine()
    clone.remove("images/hero.jpg")
    told = clone.run("build", code=1).stderr
    assert "was taken in, not bought" in told
    assert "version control" in told
    assert "version control" in clone.run("restore", code=1).stderr
    after = {"hero": "a red boat", "night": {"prompt": "it at night", "references": ["@hero"]}}
    clone.write("imagegen.toml", listing(after))
    assert "import hero FILE" in clone.run("build", "night", code=1).stderr.split("night:")[1]
    clone.write("imagegen.toml", RED)
    shutil.copy(bought.path("images/hero.jpg"), clone.path("images/hero.jpg"))
    clone.run("check", code=0)
    assert emulator.charges == emulator.posts == 1


def test_what_cannot_be_taken_in_is_refused_and_changes_nothing(project):
    project.write("imagegen.toml", RED)
    project.write("page.png", "<!doctype html><title>no</title>")
    told = project.run("import", "hero", "page.png", code=2).stderr
    assert "`page.png` is no picture to use" in told
    assert "is not there" in project.run("import", "hero", "nowhere.png", code=2).stderr
    other = project.run("import", "heroo", "page.png", code=2).stderr
    assert "did you mean `hero`" in other
    assert "[images.heroo]" in other
    assert "name one image" in project.run("import", "hero*", "page.png", code=2).stderr
    assert "`images/hero.jpg` of `hero` is not there" in project.run("accept", "*", code=2).stderr
    project.write("images/hero.jpg", b"drawn by hand")
    assert "is no picture" in project.run("accept", "hero", code=2).stderr
    assert not project.path("imagegen.lock").exists()
    url = {"prompt": "a red boat", "references": ["https://example.com/x.png"]}
    project.write("imagegen.toml", listing({"hero": url}))
    told = project.run("import", "hero", "page.png", code=2).stderr
    assert "save that picture in the project" in told
    fixed = listing({"hero": {"prompt": "a red boat", "take": 2}})
    project.write("imagegen.toml", fixed)
    assert "`take = 2`" in project.run("import", "hero", "page.png", code=2).stderr
    project.write("imagegen.toml", listing({"hero": "a boat"}, provider={"name": "draft"}))
    assert "only drafted" in project.run("accept", "hero", code=2).stderr


def test_an_edited_file_is_kept_aside_by_an_import(bought, emulator):
    bought.write("images/hero.jpg", b"drawn by hand")
    assert "what was in" in bought.run("import", "hero", "photo.png", code=0).stderr
    (kept,) = [name for name in bought.files() if name.startswith(".imagegen/edited")]
    assert bought.bytes(kept) == b"drawn by hand"
    assert emulator.charges == 1


def test_the_only_file_of_a_picture_that_was_taken_in_is_kept_when_its_image_goes(bought):
    edited = convert(bought.bytes("photo.png"), "jpeg")
    bought.write("images/hero.jpg", edited)
    bought.run("accept", "hero", code=0)
    bought.run("mv", "hero", "main", code=0)
    bought.run("build", code=0)
    bought.write("imagegen.toml", listing({"other": "a red boat"}))
    bought.run("build", code=0)
    assert not any(name.startswith(".imagegen/edited") for name in bought.files())
    bought.write("imagegen.toml", listing({"another": "a blue boat"}, provider={"name": "draft"}))
    bought.run("build", code=0)
    (kept,) = [name for name in bought.files() if name.startswith(".imagegen/edited")]
    assert bought.bytes(kept) == edited


def test_a_draft_in_between_loses_no_picture_that_was_taken_in(bought, emulator):
    bought.run("import", "hero", "photo.png", code=0)
    taken, lock = shown(bought), bought.bytes("imagegen.lock")
    bought.write("imagegen.toml", BLUE)
    bought.run("build", "--draft", code=0)
    assert shown(bought) != taken
    assert "Nothing to do" in bought.run("build", "--draft", code=0).stderr
    assert "is a draft" in bought.run("accept", "hero", code=2).stderr
    bought.write("imagegen.toml", RED)
    bought.run("build", code=0)
    assert (shown(bought), bought.bytes("imagegen.lock")) == (taken, lock)
    assert emulator.charges == emulator.posts == 1


def test_candidates_stay_beside_a_picture_that_was_taken_in(bought, emulator):
    bought.write("imagegen.toml", listing({"hero": {"prompt": "a red boat", "candidates": 2}}))
    bought.run("build", code=0)
    bought.run("import", "hero", "photo.png", code=0)
    bought.run("check", code=0)
    assert "Nothing to do" in bought.run("build", code=0).stderr
    bought.run("pick", "hero", "2", code=0)
    bought.run("check", code=0)
    assert emulator.charges == emulator.posts == 2


def test_a_picture_that_was_taken_in_is_kept_aside_though_the_lock_is_lost(bought, emulator):
    mine = convert(bought.bytes("photo.png"), "jpeg")
    bought.write("photo.jpg", mine)
    bought.run("import", "hero", "photo.jpg", code=0)
    assert shown(bought) == mine
    bought.remove("imagegen.lock")
    told = bought.run("build", code=0).stderr
    assert "what was in images/hero.jpg is in .imagegen/edited/" in told
    aside = [name for name in bought.files() if ".imagegen/edited/" in name]
    assert mine in [bought.bytes(name) for name in aside]
    assert emulator.charges == 1
