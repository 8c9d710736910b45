"""`report --disclosure` and `check --alt`: what readers, shops and the law want to know."""

import datetime

import authority
import pytest
from gallery import listing

TWO = {"mug": "a secret mug", "pot": {"prompt": "a pot", "alt": "A pot"}}


def test_every_picture_is_listed_with_its_model_and_date(project, emulator):
    project.write("imagegen.toml", listing(TWO, provenance={"licence": "Ours alone"}))
    project.run("build", "mug", code=0)
    before = len(emulator.requests)
    project.key = None  # the ledger needs none
    told = project.run("report", "--disclosure", "--json", code=0).json
    (mug,) = told["images"]
    charge = emulator.running.ledger[0]
    assert (mug["job"], mug["model"]) == (charge.job, "flux-2-pro")
    ordered = datetime.datetime.fromisoformat(mug["bought"])
    assert abs(datetime.datetime.now(datetime.UTC) - ordered).total_seconds() < 600
    assert (told["licence"], told["missing"]) == ("Ours alone", ["pot"])
    assert mug["prompt"] is None
    text = project.run("report", "--disclosure", code=0).stdout
    assert f"| {ordered.date().isoformat()} |" in text
    assert "secret" not in text
    assert "a secret mug" in project.run("report", "--disclosure", "--prompts", code=0).stdout
    assert project.run("report", "--disclosure", "--csv", code=0).stdout.count("\n") == 2

    clone = project.on_another_machine(key=None)
    clone.write("imagegen.toml", listing(TWO, provenance={"prompt": True}))
    told = clone.run("report", "--disclosure", code=0)
    assert "not known here" in told.stdout
    assert "a secret mug" in told.stdout
    assert "no ledger on this machine knows of 1 of 1 picture." in told.stderr
    assert not clone.home.exists()
    assert len(emulator.requests) == before


@pytest.mark.sites
def test_signed_files_are_told_beside_an_output_that_is_not_signed(project, emulator):
    papers = authority.papers()
    project.write("chain.pem", papers.chain)
    project.write("key.pem", papers.key)
    project.write(
        "imagegen.toml",
        listing(
            {"mug": "a mug"},
            defaults={"derive": {"widths": [16, 32], "formats": ["webp"]}},
            provenance={
                "embed": "derivatives",
                "c2pa": {"certificate": "chain.pem", "key": "key.pem"},
            },
        ),
    )
    project.run("build", code=0)
    assert "| no | yes, all 2 |" in project.run("report", "--disclosure", code=0).stdout
    project.remove("images/mug-16.webp")
    (mug,) = project.run("report", "--disclosure", "--json", code=0).json["images"]
    assert (mug["c2pa"], [one["c2pa"] for one in mug["derivatives"]]) == (False, [None, True])
    assert emulator.charges == 1


def test_options_that_do_not_go_together_are_refused(project):
    project.write("imagegen.toml", listing(TWO))
    assert "one state" in project.run("report", "--disclosure", "--since", "x", code=2).stderr
    assert "belong to" in project.run("report", "--prompts", code=2).stderr


def without_alt(project, images):
    project.write("imagegen.toml", listing(images))
    told = project.run("check", "--alt", "--json", code=1).json["findings"]
    return {one["name"]: one["text"] for one in told if one["kind"] == "alt"}


def test_check_alt_finds_images_that_say_nothing(project):
    assert without_alt(project, {**TWO, "line": {"prompt": "a line", "alt": ""}}) == {
        "mug": "no alt text"
    }
    assert "alt" not in project.run("check", code=1).stdout


def test_check_alt_wants_each_locale_of_each_image_that_is_not_for_all(project):
    images = {
        "both": {"prompt": "a", "alt": {"de": "Ein A", "fr": "Un A"}},
        "one": {"prompt": "b", "alt": {"de": "Ein B"}},
        "plain": {"prompt": "c", "alt": "C"},
    }
    assert without_alt(project, images) == {"one": "no alt text for fr"}


def test_check_alt_passes_once_every_image_says_something(project, emulator):
    project.write("imagegen.toml", listing({"mug": "a mug"}))
    project.run("build", code=0)
    told = project.run("check", "--alt", code=1)
    assert told.stdout == "alt       mug: no alt text\n"
    assert 'alt = "" marks decoration' in told.stderr
    project.run("check", code=0)
    project.write("imagegen.toml", listing({"mug": {"prompt": "a mug", "alt": ""}}))
    assert "fits" in project.run("check", "--alt", code=0).stderr
    assert emulator.charges == 1
