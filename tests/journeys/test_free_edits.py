"""Edits that cost nothing: at home, and on a fresh clone with no key and an empty home."""

import shutil

import journey
import pytest
from indoors import indoors

BEFORE = """\
[defaults]
params = { resolution = "1MP", output_format = "webp" }

[images.mug]
prompt = "a black mug"
alt = "A mug"

[images.desk]
prompt = "an oak desk"
seed = 7
"""

EDITS = {
    "nothing": ("", ""),
    "the name of an image": ("[images.mug]", "[images.cup]"),
    "its output": ('alt = "A mug"', 'output = "kitchen/cup.webp"'),
    "name and output": ("[images.mug]", '[images.cup]\noutput = "tea/cup.webp"'),
    "the output folder": ("[defaults]", '[project]\noutput_dir = "static"\n\n[defaults]'),
    "a comment": ("[images.mug]", "# the black one\n[images.mug]"),
    "the order of keys": (
        'resolution = "1MP", output_format = "webp"',
        'output_format = "webp", resolution = "1MP"',
    ),
    "a default made explicit": ('resolution = "1MP"', 'resolution = "1MP", output_quality = 90'),
    "the model made explicit": ("[defaults]", '[defaults]\nmodel = "flux-2-pro"'),
    "alt": ("A mug", "A black mug on a table"),
    "protect": ("seed = 7", "seed = 7\nprotect = true"),
    "the format of the output": ('alt = "A mug"', 'output = "mug.jpg"'),
    "a limit": ("[defaults]", "[budget]\nimages_per_run = 0\n\n[defaults]"),
}


@pytest.fixture(scope="module")
def bought(tmp_path_factory):
    """Two pictures that are paid for, and the emulator that sold them."""
    folder = tmp_path_factory.mktemp("bought")
    with journey.emulator() as emulator:
        project = journey.Project(folder / "project", folder / "home", emulator.url)
        project.write("imagegen.toml", BEFORE)
        project.run("build", code=0)
        assert emulator.charges == 2
        yield project, emulator


def copied(project, to, *, key, home):
    shutil.copytree(project.folder, to / "project")
    if home:
        shutil.copytree(project.home, to / "home")
    return indoors(journey.Project(to / "project", to / "home", project.base_url, key))


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("machine", ["the same machine", "a fresh clone without key and home"])
def test_a_free_edit_sends_nothing(bought, tmp_path, edit, machine):
    origin, emulator = bought
    here = machine == "the same machine"
    project = copied(origin, tmp_path, key=journey.KEY if here else None, home=here)
    before = len(emulator.requests)
    old, new = EDITS[edit]
    assert old in BEFORE
    project.write("imagegen.toml", BEFORE.replace(old, new, 1))
    if here:
        assert project.run("plan", "--json", code=0).json["summary"]["paid"] == 0
    project.run("build", code=0)
    if not here:
        project.run("check", code=0)
    assert len(emulator.requests) == before
    pictures = [name for name in project.files() if name.endswith((".webp", ".jpg"))]
    assert len(pictures) == 2, "an old output was left behind"


def test_a_clone_fetches_a_deleted_picture_from_its_job_for_nothing(bought, tmp_path):
    origin, emulator = bought
    project = copied(origin, tmp_path, key=journey.KEY, home=False)
    project.remove("images/mug.webp")
    project.run("build", code=0)
    assert emulator.charges == emulator.posts == 2
    assert project.bytes("images/mug.webp") == origin.bytes("images/mug.webp")
