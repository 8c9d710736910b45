"""The verbs that look and tell: show, jobs, doctor, schema, init, help."""

import json
import re
import tomllib

import jsonschema
import pytest
from gallery import listing, mugs
from journey import KEY


def test_show_tells_what_is_known_of_an_image(project, emulator):
    project.write(
        "imagegen.toml", listing({"mug": {"prompt": "a mug", "alt": "A mug"}, "pot": "p"})
    )
    project.run("build", "mug", code=0)
    rows = project.run("show", code=0).stdout.splitlines()
    assert [row.split()[:2] for row in rows] == [["mug", "current"], ["pot", "to"]]
    page = project.run("show", "mug", code=0).stdout
    assert "prompt" in page
    assert "a mug" in page
    told = project.run("show", "m*", "--json", code=0).json
    (mug,) = told["images"]
    assert (told["format"], mug["name"], mug["state"], mug["alt"]) == (1, "mug", "current", "A mug")
    assert mug["job"] == emulator.running.ledger[0].job
    assert mug["credits"] == emulator.running.ledger[0].credits
    assert mug["stored"] is True
    assert "did you mean `mug`?" in project.run("show", "mugg", code=2).stderr
    assert emulator.charges == 1


def test_jobs_lists_what_was_paid(project, emulator):
    project.write("imagegen.toml", mugs(2))
    assert project.run("jobs", "--json", code=0).json == {"format": 1, "jobs": []}
    project.run("build", code=0)
    assert project.run("jobs", "--json", code=0).json["jobs"] == []
    told = project.run("jobs", "--all", "--json", code=0).json["jobs"]
    assert {job["job"] for job in told} == {charge.job for charge in emulator.running.ledger}
    assert {job["state"] for job in told} == {"LOCKED"}
    text = project.run("jobs", "--all", code=0)
    assert text.stdout.count("LOCKED") == 2
    assert "mug-1" in text.stdout


def test_doctor_tells_what_is_missing_and_shows_no_key(project):
    project.write("imagegen.toml", mugs(1))
    told = project.run("doctor", "--json", code=0).json
    topics = {sight["topic"]: sight["state"] for sight in told["sights"]}
    assert topics["project"] == topics["key"] == topics["home"] == topics["webp"] == "ok"
    project.key = None
    assert "is not set: drafts work" in project.run("doctor", code=0).stdout
    project.write(".env", f"APIFRAME_API_KEY={KEY}\n")
    assert "not in .gitignore" in project.run("doctor", code=0).stdout
    project.write("imagegen.toml", "[images.mug]\n[images.pot]\nprompt_file = 'gone.txt'\n")
    told = project.run("doctor", code=1).stdout
    why = "[images.mug] has no `prompt` (imagegen.toml:1:9); and 1 problem more, see imagegen plan"
    assert f"\nmissing  project       {why}\n" in told


def test_doctor_tells_which_site_generators_drop_what_pictures_say_of_themselves(project):
    project.write("imagegen.toml", mugs(1))
    project.write("package.json", '{"devDependencies": {"@11ty/eleventy-img": "7", "astro": "7"}}')
    project.write("hugo.toml", "")
    project.write("mkdocs.yml", "plugins:\n  - optimize\n")
    project.write("_config.yml", "")
    sights = project.run("doctor", "--json", code=0).json["sights"]
    told = {sight["topic"]: (sight["state"], sight["text"]) for sight in sights}
    for name, setting in {
        "Eleventy": "sharp.keepMetadata()",
        "Astro": "passthroughImageService()",
        "Hugo": "no setting keeps it",
        "MkDocs": "optimize_exclude",
    }.items():
        state, text = told[name]
        assert (state, setting in text) == ("note", True), name
    assert told["Jekyll"][0] == "ok"
    project.write("package.json", '{"dependencies": {"@11ty/eleventy": "3"}, "devDependencies": 1}')
    project.write("mkdocs.yml", "plugins:\n  - search\n  # - optimize\n")
    project.write("_config.yml", "")
    project.write("Gemfile", 'gem "jekyll_picture_tag"\n')
    sights = project.run("doctor", "--json", code=0).json["sights"]
    states = {sight["topic"]: sight["state"] for sight in sights}
    assert "Astro" not in states
    assert (states["Eleventy"], states["MkDocs"], states["Jekyll"]) == ("ok", "ok", "note")
    project.write("package.json", "[" * 100_000)
    assert "Eleventy" not in project.run("doctor", code=0).stdout
    project.write("imagegen.toml", mugs(1) + '[provenance]\nembed = "none"\n')
    assert "Jekyll" not in project.run("doctor", code=0).stdout


def test_the_commented_settings_of_the_starter_work_as_they_stand(project):
    project.run("init", code=0)
    starter = project.read("imagegen.toml")
    settings = re.sub(r"^# (\[|\w+ = )", r"\1", starter, flags=re.MULTILINE)
    project.write("imagegen.toml", settings)
    assert {"derive"} <= tomllib.loads(settings)["defaults"].keys()
    assert tomllib.loads(settings)["publish"] == {"json": "images.json"}
    assert "2 to generate" in project.run("plan", code=0).stdout


def test_init_writes_a_project_that_works_and_touches_nothing_that_is_there(project):
    project.write(".gitignore", "node_modules")
    project.run("init", code=0)
    starter = project.read("imagegen.toml")
    assert project.read(".gitignore").splitlines() == ["node_modules", ".env", ".imagegen/"]
    schema = json.loads(project.read("imagegen.schema.json"))
    jsonschema.validate(tomllib.loads(starter), schema)
    assert "2 to generate" in project.run("plan", code=0).stdout
    project.run("build", "--draft", code=0)
    told = project.run("init", code=2).stderr
    assert "exists already" in told
    assert "imagegen schema -o imagegen.schema.json" in told
    assert project.read("imagegen.toml") == starter
    project.run("init", "site", code=0)
    assert project.read("site/imagegen.toml") == starter


def test_schema_prints_what_init_writes_and_refuses_strangers(project):
    printed = project.run("schema", code=0)
    project.run("schema", "-o", "editor.json", code=0)
    assert json.loads(project.read("editor.json")) == printed.json
    told = project.run("schema", "-o", "editor.json/deep.json", code=2).stderr
    assert "cannot write `editor.json/deep.json`" in told
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"images": {"mug": {"promt": "a mug"}}}, printed.json)


def test_help_names_every_verb_and_a_misspelt_one_is_answered(project):
    told = project.run("--help", code=0).stdout
    for verb in ("init", "plan", "build", "check", "restore", "show", "jobs", "emulator"):
        assert f"  {verb} " in told
        assert "Usage: imagegen" in project.run(verb, "--help", code=0).stdout
    misspelt = project.run("biuld", code=2).stderr
    assert "There is no command `biuld`. Did you mean `build`?" in misspelt
    assert "There is no command `add`. `imagegen --help`" in project.run("add", code=2).stderr
    assert "imagegen" in project.run("--version", code=0).stdout


def test_data_goes_to_stdout_and_talk_to_stderr(project, emulator):
    project.write("imagegen.toml", mugs(1))
    assert project.run("build", code=0).stdout == ""
    assert emulator.charges == 1
    assert project.run("plan", code=0).stderr == ""
    assert project.run("check", code=0).stdout == ""


def test_control_characters_of_a_project_never_reach_the_terminal(project):
    project.write("imagegen.toml", listing({"mug": "a \u202e mug \x1b[2J"}))
    for verb in (["plan"], ["show", "mug"]):
        told = project.run(*verb)
        assert "\x1b" not in told.stdout + told.stderr
        assert "\u202e" not in told.stdout + told.stderr
