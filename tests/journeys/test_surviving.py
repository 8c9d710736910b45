"""Losses on this side: lock, home, both, a full folder, a stranger's file; never paid twice."""

import shutil

import pytest
from gallery import listing, mugs, until

SWAPPED = {
    "cup": {"prompt": "a cup", "output": "one.jpg"},
    "mug": {"prompt": "a mug", "output": "two.jpg"},
}


@pytest.mark.parametrize("lost", ["lock", "home", "lock and home", "outputs and home"])
def test_what_was_lost_here_is_found_there(project, emulator, lost):
    project.write("imagegen.toml", mugs(2))
    project.run("build", code=0)
    lock = project.read("imagegen.lock")
    if "lock" in lost:
        project.remove("imagegen.lock")
    if "home" in lost:
        shutil.rmtree(project.home / "imagegen")
    if "outputs" in lost:
        shutil.rmtree(project.path("images"))
    project.run("build", code=0)
    assert project.read("imagegen.lock") == lock
    project.run("check", code=0)
    assert emulator.charges == 2


def test_swapped_outputs_change_places_also_where_only_the_outputs_have_the_bytes(
    project, emulator
):
    project.write("imagegen.toml", listing(SWAPPED))
    project.run("build", code=0)
    one, two = project.bytes("images/one.jpg"), project.bytes("images/two.jpg")
    clone = project.on_another_machine(key=None)
    cup, mug = SWAPPED["cup"], SWAPPED["mug"]
    turned = listing({"cup": {**cup, "output": "two.jpg"}, "mug": {**mug, "output": "one.jpg"}})
    before = len(emulator.requests)
    clone.write("imagegen.toml", turned)
    clone.run("build", code=0)
    clone.run("check", code=0)
    assert (clone.bytes("images/one.jpg"), clone.bytes("images/two.jpg")) == (two, one)
    assert len(emulator.requests) == before


def test_a_file_that_was_there_before_is_kept_aside(project, emulator):
    project.write("imagegen.toml", listing({"mug": {"prompt": "a mug", "output": "mug.webp"}}))
    project.write("images/mug.webp", b"drawn by hand")
    project.run("build", code=0)
    (kept,) = [name for name in project.files() if name.startswith(".imagegen/edited/")]
    assert project.bytes(kept) == b"drawn by hand"
    assert emulator.charges == 1


@pytest.mark.parametrize("emulator", [{"latency": 1}], indirect=True)
def test_an_output_that_cannot_be_written_is_told_and_comes_later_for_nothing(project, emulator):
    project.write("imagegen.toml", mugs(2))
    running = project.start("build")
    until(lambda: emulator.charges == 2)
    project.path("images/mug-1.jpg/inside").mkdir(parents=True)
    told = running.finish(code=1).stderr
    assert "cannot write `images/mug-1.jpg`" in told
    assert "1 done, 1 failed" in told
    shutil.rmtree(project.path("images/mug-1.jpg"))
    before = len(emulator.requests)
    project.run("build", code=0)
    project.run("check", code=0)
    assert len(emulator.requests) == before
    assert emulator.charges == 2


def test_a_folder_in_the_place_of_an_output_is_told_before_anything_is_sent(project, emulator):
    project.write("imagegen.toml", mugs(2))
    project.path("images/mug-1.jpg/inside").mkdir(parents=True)
    assert "`images/mug-1.jpg` is a folder on disk" in project.run("build", code=2).stderr
    assert len(emulator.requests) == 0


def test_a_ledger_cut_in_its_last_line_is_mended_and_nothing_is_bought_again(project, emulator):
    project.write("imagegen.toml", mugs(2))
    project.run("build", code=0)
    (ledger,) = (project.home / "imagegen/accounts").glob("*/ledger.jsonl")
    data = ledger.read_bytes()
    ledger.write_bytes(data[:-20])
    project.remove("imagegen.lock")
    project.run("build", code=0)
    assert emulator.charges == emulator.posts == 2
