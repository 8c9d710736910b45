"""[publish]: the files that a site reads follow the pictures, and cost nothing."""

from __future__ import annotations

import json

from gallery import listing, until

from imagegen.publish import manifest_schema

HERO = {"prompt": "a boat", "params": {"output_format": "png"}, "alt": "A boat"}
PUBLISH = {
    "json": "images.json",
    "eleventy": "_data/images.json",
    "python": "pictures.py",
    "html": "partials",
}


def boats(publish=PUBLISH, derive=True, **images):
    wanted = {"hero": HERO, **images}
    defaults = {"derive": {"widths": [40], "formats": ["webp"]}} if derive else {}
    return listing(wanted, defaults=defaults, publish=publish)


def manifest(project):
    return json.loads(project.read("images.json"))["images"]


def test_a_site_is_told_of_every_picture_and_nothing_is_written_twice(project, emulator):
    project.write("imagegen.toml", boats())
    assert "Published images.json, _data/images.json" in project.run("build", code=0).stderr
    hero = manifest(project)["hero"]
    assert (hero["src"], hero["alt"]) == ("/images/hero-40.webp", "A boat")
    assert hero["bytes"] == len(project.bytes("images/hero-40.webp"))
    assert hero["placeholder"] and hero["provenance"]["model"] == "flux-2-pro"
    stamps = {path: project.path(path).stat().st_mtime_ns for path in project.files()}
    asked = len(emulator.requests)
    assert "Published" not in project.run("build", code=0).stderr
    project.run("check", code=0)
    project.run("plan", "--check", code=0)
    assert {path: project.path(path).stat().st_mtime_ns for path in stamps} == stamps
    assert (emulator.charges, len(emulator.requests)) == (1, asked)


def test_a_change_that_costs_nothing_is_planned_checked_and_published(project, emulator):
    project.write("imagegen.toml", boats(derive=False))
    project.run("build", code=0)
    changed = boats(derive=False, hero={**HERO, "alt": "{{ x }} </script>"})
    project.write("imagegen.toml", changed.replace("{{ x }}", "{{{{ x }}}}"))
    planned = project.run("plan", "--check", code=1)
    assert "To publish: images.json, _data/images.json, pictures.py and 1 more." in planned.stdout
    assert len(project.run("plan", "--json", code=0).json["publish"]) == 4
    told = project.run("check", "--json", code=1).json
    assert {one["name"] for one in told["findings"]} >= {"images.json", "partials/hero.html"}
    assert "Published" in project.run("build", code=0).stderr
    assert manifest(project)["hero"]["alt"] == "{{ x }} </script>"
    assert emulator.charges == 1


def test_a_published_file_that_was_edited_or_deleted_comes_back(project, emulator):
    project.write("imagegen.toml", boats(derive=False))
    project.run("build", code=0)
    # A first look with nothing to do, so that the next answer comes from file stats alone.
    project.run("build", code=0)
    wanted = project.read("images.json")
    project.write("images.json", "mine\n")
    project.remove("pictures.py")
    said = project.run("build", code=0).stderr
    assert "Published images.json, pictures.py." in said
    assert "images.json was not made by imagegen; it is now .imagegen/edited/images-" in said
    assert project.read("images.json") == wanted
    assert emulator.charges == 1


def test_what_a_formatter_does_to_a_published_file_at_once_is_no_lasting_secret(project, emulator):
    project.write("imagegen.toml", boats({"json": "images.json"}, derive=False))
    building = project.start("build")
    until(project.path("images.json").exists)
    right = project.bytes("images.json")
    project.write("images.json", right.replace(b"  ", b"\t"))
    building.finish(code=0)
    assert "Published images.json" in project.run("build", code=0).stderr
    assert project.bytes("images.json") == right
    assert emulator.charges == emulator.posts == 1


def test_images_come_and_go(project, emulator):
    project.write("imagegen.toml", boats(derive=False, cup="a cup", jar="a jar"))
    said = project.run("build", "hero", "cup", code=0).stderr
    assert "Not published, for want of a picture: jar." in said
    assert list(manifest(project)) == ["cup", "hero"]
    project.write("imagegen.toml", boats(derive=False))
    project.run("build", code=0)
    assert list(manifest(project)) == ["hero"]
    assert [path for path in project.files() if path.startswith("partials/")] == [
        "partials/hero.html"
    ]
    assert emulator.charges == 2


def test_a_partial_that_comes_back_from_another_branch_goes_again(project, emulator):
    project.write("imagegen.toml", boats({"html": "partials"}, derive=False))
    project.run("build", code=0)
    project.run("build", code=0)
    project.write("partials/cup.html", '<picture data-imagegen="cup">\n</picture>\n')
    assert "To remove: partials/cup.html." in project.run("plan", "--check", code=1).stdout
    assert "Removed partials/cup.html" in project.run("build", code=0).stderr
    project.run("check", code=0)
    assert emulator.charges == 1


def test_files_of_a_former_picture_are_not_published_as_those_of_the_new_one(project, emulator):
    project.write("imagegen.toml", boats({"json": "images.json"}))
    project.run("build", code=0)
    before = manifest(project)["hero"]
    project.remove("images/hero-40.webp")
    blocking = project.write("images/hero-40.webp/note.txt", "in the way of the new file")
    assert "cannot write" in project.run("build", "hero", "--replace", "hero", code=1).stderr
    new = manifest(project)["hero"]
    assert new["original"]["digest"] != before["original"]["digest"]
    assert (new["src"], new["digest"]) == ("/images/hero.png", new["original"]["digest"])
    blocking.unlink()
    blocking.parent.rmdir()
    planned = project.run("plan", "--json", code=0).json["changes"][0]["reasons"]
    former = {"field": "derivatives", "old": "1 file of a former picture"}
    assert planned == [{**former, "new": "of what is shown"}]
    project.run("build", code=0)
    mended = manifest(project)["hero"]
    assert mended["src"] == before["src"] and mended["digest"] != before["digest"]
    assert emulator.charges == 2


def test_a_file_goes_once_no_line_of_publish_asks_for_it(project, emulator):
    project.write("imagegen.toml", boats({"json": "images.json", "python": "pictures.py"}))
    project.run("build", code=0)
    project.write("imagegen.toml", boats({"json": "data/images.json"}))
    assert "To publish: data/images.json. To remove: " in project.run("plan", code=0).stdout
    assert "asks for it no longer" in project.run("check", code=1).stdout
    assert "Removed images.json, pictures.py" in project.run("build", code=0).stderr
    assert not project.path("images.json").exists() and not project.path("pictures.py").exists()
    project.write("data/images.json", project.read("data/images.json") + "\n")
    project.write("imagegen.toml", boats({}))
    assert "it was changed, so it stays" in project.run("build", code=0).stderr
    assert "stays" not in project.run("build", "--refresh", code=0).stderr
    project.run("check", code=0)
    assert project.path("data/images.json").exists()
    assert emulator.charges == 1


def test_project_files_of_one_folder_leave_each_other_what_they_publish(project, emulator):
    project.write("imagegen.toml", boats({"json": "images.json"}, derive=False))
    project.write("draft.toml", boats({"json": "data/images.json"}, derive=False))
    for file in ("imagegen.toml", "draft.toml", "imagegen.toml"):
        project.run("build", "-f", file, code=0)
        project.run("check", "-f", file, code=0)
    assert project.path("images.json").exists() and project.path("data/images.json").exists()
    assert emulator.charges == emulator.posts == 1


def test_what_cannot_be_published_fails_the_build_after_the_pictures(project, emulator):
    project.write("imagegen.toml", boats({"json": "images.json"}, derive=False))
    project.write("images.json", "mine")
    project.write(".imagegen/edited", "in the way of what is kept aside")
    said = project.run("build", code=1).stderr
    assert "cannot write `images.json`" in said and "1 done" in said
    assert (project.read("images.json"), emulator.charges) == ("mine", 1)


def test_the_schema_of_the_manifest_is_printed(project):
    printed = project.run("schema", "--manifest", code=0)
    assert printed.json == manifest_schema.schema()
