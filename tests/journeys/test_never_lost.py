"""Ways in which the only bytes, or the only record, of a paid picture could go; none does."""

import resource
import shutil

import pytest
import tomli_w
from gallery import POST, listing, mugs, spoil, until

from imagegen import digest

MUGS = {"mug-1": "a mug", "mug-2": "another mug"}


def boats(one, two):
    """Return a project of two pictures with these output names."""
    pictures = {"a": {"prompt": "boat a", "output": one}, "b": {"prompt": "boat b", "output": two}}
    return listing(pictures)


def stored(project):
    """Return the files of this machine's store that hold pictures, by sha256."""
    objects = project.home / "imagegen/store/objects"
    return {path.name: path for path in objects.rglob("*") if path.is_file()}


def damage(*paths):
    for path in paths:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 255
        path.write_bytes(data)


def test_half_a_swap_on_a_second_machine_keeps_the_bytes_of_the_other_half(project, emulator):
    project.write("imagegen.toml", boats("x.jpg", "y.jpg"))
    project.run("build", code=0)
    x, y = project.bytes("images/x.jpg"), project.bytes("images/y.jpg")
    clone = project.on_another_machine(key=None)
    clone.write("imagegen.toml", boats("y.jpg", "x.jpg"))
    before = len(emulator.requests)
    clone.run("build", "a", code=0)
    clone.run("build", code=0)
    assert (clone.bytes("images/x.jpg"), clone.bytes("images/y.jpg")) == (y, x)
    assert len(emulator.requests) == before


def test_a_picture_that_was_moved_over_another_by_hand_is_kept_when_that_one_returns(
    project, emulator
):
    project.write("imagegen.toml", boats("x.jpg", "y.jpg"))
    project.run("build", code=0)
    clone = project.on_another_machine()
    clone.path("images/y.jpg").replace(clone.path("images/x.jpg"))
    clone.run("build", "a", code=0)
    (kept,) = [name for name in clone.files() if name.startswith(".imagegen/edited/")]
    assert clone.bytes(kept) == project.bytes("images/y.jpg")
    assert clone.bytes("images/x.jpg") == project.bytes("images/x.jpg")
    assert emulator.charges == 2


@pytest.mark.parametrize("edit", ["another name", "a draft of another prompt"])
def test_a_derivative_that_is_all_there_is_outlives_what_takes_its_place(project, emulator, edit):
    project.write("imagegen.toml", listing({"hero": {"prompt": "a boat", "output": "x.webp"}}))
    project.run("build", code=0)
    only = project.bytes("images/x.webp")
    clone = project.on_another_machine(key=None)
    if edit == "another name":
        clone.write("imagegen.toml", listing({"main": {"prompt": "a boat", "output": "y.webp"}}))
        clone.run("build", code=1)
        assert clone.bytes("images/x.webp") == only
    else:
        clone.write("imagegen.toml", listing({"hero": {"prompt": "a ship", "output": "x.webp"}}))
        clone.run("build", "--draft", code=0)
        assert clone.bytes("images/x.webp") != only
    assert digest.sha256_of(only) in stored(clone)
    assert emulator.charges == 1


def test_a_good_output_heals_its_damaged_copy_in_the_store_before_it_goes(project, emulator):
    project.write("imagegen.toml", listing({"hero": "a red boat"}))
    project.run("build", code=0)
    red = project.bytes("images/hero.jpg")
    damage(*stored(project).values())
    project.write("imagegen.toml", listing({"hero": "a blue boat"}))
    project.run("build", code=0)
    assert stored(project)[digest.sha256_of(red)].read_bytes() == red
    assert emulator.charges == 2


def test_an_older_picture_put_in_place_by_hand_is_kept_when_its_stored_copy_is_damaged(
    project, emulator
):
    project.write("imagegen.toml", listing({"hero": "a red boat"}))
    project.run("build", code=0)
    red = project.bytes("images/hero.jpg")
    project.write("imagegen.toml", listing({"hero": "a blue boat"}))
    project.run("build", code=0)
    project.write("images/hero.jpg", red)
    damage(stored(project)[digest.sha256_of(red)])
    project.run("restore", code=0)
    (kept,) = [name for name in project.files() if name.startswith(".imagegen/edited/")]
    assert project.bytes(kept) == red
    assert emulator.charges == 2


def test_a_damaged_reference_in_the_store_stops_no_image_that_is_made_from_it(project, emulator):
    project.write("imagegen.toml", listing({"hero": "a boat"}))
    project.run("build", code=0)
    shutil.copy(project.path("images/hero.jpg"), project.path("hero.jpg"))
    damage(*stored(project).values())
    again = {"prompt": "at night", "references": ["hero.jpg"]}
    project.write("imagegen.toml", listing({"hero": "a boat", "night": again}))
    project.run("build", code=0)
    assert emulator.charges == 2


@pytest.mark.parametrize("emulator", [{"latency": 0.6}], indirect=True)
def test_what_somebody_else_writes_into_the_lock_during_a_build_stays(project, emulator):
    project.write("imagegen.toml", listing(MUGS))
    project.run("build", code=0)
    whole = project.read("imagegen.lock")
    project.write("imagegen.lock", whole[: whole.index("[images.mug-2]")])
    project.write("imagegen.toml", listing({"mug-1": "a mug", "new": "a new mug"}))
    running = project.start("build")
    until(lambda: emulator.charges == 3)
    project.write("imagegen.lock", whole)
    project.write("imagegen.toml", listing({**MUGS, "new": "a new mug"}))
    running.finish(code=0)
    project.run("plan", "--check", code=0)
    assert emulator.charges == 3


def test_the_old_name_of_a_renamed_image_takes_no_file_with_it(project, emulator):
    project.write("imagegen.toml", listing({"hero": {"prompt": "a boat", "output": "x.jpg"}}))
    project.write("images/.imagegen-killed.tmp", b"half a picture")
    project.run("build", code=0)
    project.write("imagegen.toml", listing({"main": {"prompt": "a boat", "output": "x.jpg"}}))
    project.run("build", "main", code=0)
    project.run("build", "hero", code=0)
    project.run("check", code=0)
    assert not project.path("images/.imagegen-killed.tmp").exists()
    assert emulator.charges == 1


def test_a_clone_without_key_and_outputs_is_drafted_and_its_lock_stays(project, emulator):
    project.write("imagegen.toml", listing({"hero": "a boat"}))
    project.run("build", code=0)
    project.remove("images/hero.jpg")
    clone = project.on_another_machine(key=None)
    clone.run("build", "--draft", code=0)
    assert clone.path("images/hero.jpg").exists()
    assert clone.read("imagegen.lock") == project.read("imagegen.lock")
    assert emulator.charges == 1


def test_a_corner_that_cannot_be_locked_is_told_as_trouble_of_the_disk(project):
    project.write("imagegen.toml", listing({"hero": "a boat"}))
    project.path(".imagegen").mkdir()
    project.path(".imagegen/build.lock").symlink_to(project.path("elsewhere"))
    told = project.run("build", "--draft", code=1).stderr
    assert "cannot lock `.imagegen/build.lock`" in told


@pytest.mark.parametrize("in_flight", [1, 3])
def test_jobs_that_cannot_be_noted_are_told_and_nothing_more_is_ordered(
    project, emulator, in_flight
):
    project.write("imagegen.toml", mugs(3, provider={"max_in_flight": in_flight}))
    spoil(emulator, "answer-late", match=POST, seconds=1.5)
    running = project.start("build")
    until(lambda: emulator.charges == in_flight)
    (ledger,) = (project.home / "imagegen/accounts").glob("*/ledger.jsonl")
    full = ledger.stat().st_size
    resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (full, full))
    told = running.finish(code=1).stderr
    assert emulator.posts == in_flight
    for charge in emulator.running.ledger:
        assert f"job `{charge.job}`" in told
        assert f"idempotency key `{charge.idempotency_key}`" in told
    emulator.running.faults.clear()
    project.run("build", code=0)
    project.run("check", code=0)
    assert emulator.charges == 3


NO_PROVIDER: dict[str, object] = {}
NO_TABLES = {"provider": "apiframe", "model": "m", "prompt": "p", "params": {}, "references": ["x"]}


@pytest.mark.parametrize("request_", [NO_PROVIDER, NO_TABLES])
def test_a_lock_that_was_edited_by_hand_is_told_with_its_place(project, request_):
    project.write("imagegen.toml", listing({"hero": "a boat"}))
    original = {"sha256": "0" * 64, "bytes": 1, "format": "png", "width": 1, "height": 1}
    key = digest.xxh3_128(digest.canonical_json(request_))
    block = {"request_key": key, "take": 1, "outputs": [], "original": original}
    block["request"] = request_
    project.write("imagegen.lock", tomli_w.dumps({"version": 1, "images": {"hero": block}}))
    told = project.run("check", code=2).stderr
    assert "the block of `hero` is not as imagegen wrote it" in told
