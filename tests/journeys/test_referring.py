"""Reference pictures are sent by upload and count by their bytes."""

import io

import pytest
from gallery import listing
from PIL import Image


def picture(colour):
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return file.getvalue()


def with_reference(name):
    return listing({"mug": {"prompt": "the same mug", "references": [name]}})


def uploads(emulator):
    return [seen for seen in emulator.requests if seen.path == "/v2/uploads"]


def test_a_reference_is_uploaded_and_only_its_bytes_count(project, emulator):
    project.write("art/mug.png", picture("red"))
    project.write("imagegen.toml", with_reference("art/mug.png"))
    project.run("build", code=0)
    assert (emulator.charges, len(uploads(emulator))) == (1, 1)
    before = len(emulator.requests)
    project.run("build", code=0)

    project.path("art/mug.png").rename(project.path("art/cup.png"))
    project.write("imagegen.toml", with_reference("art/cup.png"))
    project.run("build", code=0)
    assert len(emulator.requests) == before

    project.write("art/cup.png", picture("blue"))
    assert "references.1" in project.run("plan", code=0).stdout
    assert "stale" in project.run("check", code=1).stdout
    project.run("build", code=0)
    assert (emulator.charges, len(uploads(emulator))) == (2, 2)

    before = len(emulator.requests)
    project.write("art/cup.png", picture("red"))
    project.run("build", code=0)
    assert len(emulator.requests) == before


def test_a_file_that_an_image_refers_to_stays_when_its_own_image_is_gone(project, emulator):
    derive = {"widths": [40], "formats": ["webp"]}
    hero = {"prompt": "a desk", "output": "hero.webp", "derive": derive}
    project.write("imagegen.toml", listing({"hero": hero}))
    project.run("build", code=0)
    names = ["images/hero.webp", "images/hero-40.webp"]
    mug = {"prompt": "a mug", "references": names, "params": {"output_format": "webp"}}
    project.write("imagegen.toml", listing({"mug": mug}))
    assert "retired    hero" in project.run("build", code=0).stderr
    assert set(names) < set(project.files())
    project.run("plan", "--check", code=0)
    project.run("check", code=0)
    assert emulator.charges == 2


@pytest.mark.parametrize("names", [["absent.png"], ["../outside.png"], ["imagegen.toml"]])
def test_a_reference_that_cannot_be_used_is_told_before_anything_is_sent(project, names):
    project.write("imagegen.toml", listing({"mug": {"prompt": "a mug", "references": names}}))
    told = project.run("build", code=2).stderr
    assert "imagegen.toml:" in told
    assert names[0] in told
