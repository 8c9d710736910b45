"""The rename of an image: decided first, then output, project file and lock, in this order."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import values

from imagegen import digest
from imagegen import lock as lockfile
from imagegen.build import survey
from imagegen.build.renaming import carry_out, decide
from imagegen.diff import diff
from imagegen.errors import NeedsAttention, WrongInput
from imagegen.plan import Action
from imagegen.project.load import load
from imagegen.store.disk import DiskStore
from imagegen.workspace import Workspace

TEXT = """\
[images.hero]  # one
prompt = "a desk"
[images.mascot]
prompt = "b"
references = ["@hero"]
"""


KILLED = """
import os, shutil, sys
from pathlib import Path
from crash.failpoint import Failpoint
from imagegen.build.renaming import carry_out, decide
from imagegen.workspace import Workspace

project = Path(sys.argv[1])
for number in range(1, 1000):
    folder = project.with_name(f"killed-{number}")
    shutil.copytree(project, folder)
    child = os.fork()
    if not child:
        found = decide(folder / "imagegen.toml", "hero", "banner")
        Failpoint(number).install()
        carry_out(found, Workspace(folder))
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""
"""Renames copies of a project, each killed one effect on the disk later than the one before."""


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "imagegen.toml"
    file.write_text(TEXT)
    return file


def recorded(file, *names, **facts):
    """Write a lock that has these images as the project file asks for them."""
    targets = {target.name: target for target in load(file).targets}
    shas = {name: digest.sha256_of(name.encode()) for name in names}
    entries = [values.locked(targets[name], sha256=shas[name], **facts) for name in names]
    Workspace(file.parent).write_lock(values.lock_of(*entries))
    for one in entries:
        (file.parent / "images").mkdir(exist_ok=True)
        (file.parent / one.outputs[0].path).write_bytes(one.name.encode())


def renamed(file, old="hero", new="banner"):
    found = decide(file, old, new)
    carry_out(found, Workspace(file.parent))
    return found


def problems(file, old="hero", new="banner"):
    with pytest.raises(WrongInput) as caught:
        decide(file, old, new)
    return [problem.summary for problem in caught.value.problems]


def test_deciding_writes_nothing(file):
    recorded(file, "hero")
    before = {path: path.read_bytes() for path in file.parent.rglob("*") if path.is_file()}
    found = decide(file, "hero", "banner")
    assert found.move == ("images/hero.jpg", "images/banner.jpg")
    assert found.references == ("mascot",)
    assert {path: path.read_bytes() for path in file.parent.rglob("*") if path.is_file()} == before


def test_the_entry_of_the_lock_is_the_same_under_its_new_name(file):
    recorded(file, "hero")
    before = Workspace(file.parent).read_lock().images["hero"]
    renamed(file)
    (after,) = Workspace(file.parent).read_lock().images.values()
    assert (after.name, after.outputs[0].path) == ("banner", "images/banner.jpg")
    assert (after.request, after.job_id, after.original) == (
        before.request,
        before.job_id,
        before.original,
    )
    assert after.outputs[0].sha256 == before.outputs[0].sha256


def test_without_a_lock_none_is_made_and_the_file_that_lies_there_moves(file):
    (file.parent / "images").mkdir()
    (file.parent / "images/hero.jpg").write_bytes(b"mine")
    found = renamed(file)
    assert not found.in_lock
    assert (file.parent / "images/banner.jpg").read_bytes() == b"mine"
    assert not (file.parent / "images/hero.jpg").exists()
    assert not (file.parent / lockfile.NAME).exists()


def test_a_file_that_belongs_to_another_image_stays(file):
    recorded(file, "hero", "mascot")
    workspace = Workspace(file.parent)
    lock = workspace.read_lock()
    swapped = values.locked(load(file).targets[1], outputs=lock.images["hero"].outputs)
    workspace.write_lock(lock.with_changes([swapped]))
    assert decide(file, "hero", "banner").move is None


def test_a_project_file_that_is_a_link_stays_one_and_keeps_its_rights(file):
    real = file.with_name("shop.toml")
    file.rename(real)
    real.chmod(0o640)
    file.symlink_to(real)
    renamed(file)
    assert file.is_symlink()
    assert real.read_text() == TEXT.replace("hero", "banner")
    assert real.stat().st_mode & 0o777 == 0o640


def test_an_edit_made_meanwhile_is_never_written_over(file):
    found = decide(file, "hero", "banner")
    file.write_text(TEXT + "# a thought\n")
    with pytest.raises(NeedsAttention, match="changed in this very moment"):
        carry_out(found, Workspace(file.parent))
    assert file.read_text() == TEXT + "# a thought\n"


def test_a_name_that_is_part_of_a_prompt_is_not_changed_behind_your_back(file):
    file.write_text('[vars]\nwho = "@hero"\n[images.hero]\nprompt = "a desk for {who}"\n')
    assert problems(file) == ["calling `hero` `banner` would change what `hero` asks for"]


def test_every_reason_is_told_at_once(file):
    assert problems(file, "herr", "a b") == [
        "no image is called `herr`",
        "`a b` is not a name for an image",
    ]


def test_a_swap_that_the_disk_does_not_tell_apart_is_possible(file):
    recorded(file, "hero")
    renamed(file, "hero", "Hero")
    assert [path.name for path in (file.parent / "images").iterdir()] == ["Hero.jpg"]


@pytest.mark.parametrize("facts", [{}, {"take": 0, "job_id": None, "credits": None}])
def test_killed_anywhere_it_leaves_whole_files_and_nothing_to_buy_or_fetch(tmp_path, facts):
    project = tmp_path / "project"
    project.mkdir()
    file = project / "imagegen.toml"
    file.write_text('[images.hero]\nprompt = "a desk"\n[images.plate]\nprompt = "a plate"\n')
    recorded(file, "hero", "plate", **facts)
    here = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(here)}
    subprocess.run([sys.executable, "-c", KILLED, str(project)], check=True, env=environment)
    folders = list(tmp_path.glob("killed-*"))
    assert len(folders) > 20
    states = set()
    for folder in folders:
        workspace = Workspace(folder)
        lock, targets = workspace.read_lock(), load(folder / "imagegen.toml").targets
        store = DiskStore(tmp_path / "store")
        world = survey.look_around(targets, lock, workspace, store, ledger=None)
        changes = diff(targets, lock, world).changes
        assert not [change for change in changes if change.action is Action.GENERATE]
        assert not [change for change in changes if change.fetches]
        outputs = {path.read_bytes() for path in (folder / "images").glob("*.jpg")}
        assert outputs == {b"hero", b"plate"}
        states.add((targets[0].name, *sorted(lock.images)))
    assert states == {
        ("hero", "hero", "plate"),
        ("banner", "hero", "plate"),
        ("banner", "banner", "plate"),
    }
