"""What was paid for comes back from the store: no request at all."""

import hashlib
import os
import tomllib

import pytest
from gallery import listing


def mug(prompt, **more):
    return listing({"mug": {"prompt": prompt, "output": "mug.webp", **more}})


def test_reverted_prompts_switched_branches_and_deleted_outputs_cost_nothing(project, emulator):
    project.write("imagegen.toml", mug("a black mug"))
    project.run("build", code=0)
    black, black_lock = project.bytes("images/mug.webp"), project.bytes("imagegen.lock")
    project.write("imagegen.toml", mug("a white mug"))
    project.run("build", code=0)
    white = project.bytes("images/mug.webp")
    assert white != black
    assert emulator.charges == 2
    before = len(emulator.requests)

    project.write("imagegen.toml", mug("a black mug"))
    project.run("build", code=0)
    assert project.bytes("images/mug.webp") == black

    project.remove("images/mug.webp")
    project.run("check", code=1)
    project.run("build", code=0)
    assert project.bytes("images/mug.webp") == black

    # Another branch brings its project file and lock, and leaves the ignored outputs alone.
    project.write("images/mug.webp", white)
    assert project.bytes("imagegen.lock") == black_lock
    project.run("build", code=0)
    assert project.bytes("images/mug.webp") == black
    assert len(emulator.requests) == before


def test_an_edited_output_is_reported_put_back_and_kept_aside(project, emulator):
    project.write("imagegen.toml", mug("a black mug"))
    project.run("build", code=0)
    project.run("build", code=0)
    good = project.bytes("images/mug.webp")
    before = len(emulator.requests)
    output = project.path("images/mug.webp")
    times = output.stat()
    edited = good[:-1] + bytes([good[-1] ^ 1])
    output.write_bytes(edited)
    os.utime(output, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert "edited" in project.run("check", code=1).stdout
    assert 'file: "edited" -> "as locked"' in project.run("plan", code=0).stdout
    told = project.run("build", code=0).stderr
    assert "what was in images/mug.webp is in .imagegen/edited/" in told
    assert project.bytes("images/mug.webp") == good
    kept = [name for name in project.files() if name.startswith(".imagegen/edited/")]
    assert [project.bytes(name) for name in kept] == [edited]
    assert len(emulator.requests) == before


def test_restore_brings_named_outputs_back_without_a_key(project, emulator):
    project.write("imagegen.toml", listing({"cup": "a cup", "mug": "a mug"}))
    project.run("build", code=0)
    before = len(emulator.requests)
    outputs = [name for name in project.files() if name.startswith("images/")]
    wanted = [project.bytes(name) for name in outputs]
    for name in outputs:
        project.remove(name)
    project.key = None
    project.run("restore", "cup", code=0)
    assert [project.path(name).exists() for name in outputs] == [True, False]
    project.write(outputs[0], b"somebody drew here")
    # The project file may have moved on, or be wrong: restore goes by the lock.
    project.write("imagegen.toml", "[images.cup]\nprompt = 7\n")
    told = project.run("restore", "--json", code=0).json
    assert [project.bytes(name) for name in outputs] == wanted
    states = {row["name"]: row["state"] for row in told["outputs"]}
    assert states == {"cup": "restored", "mug": "restored"}
    aside = told["outputs"][0]["kept_aside"]
    assert project.bytes(aside) == b"somebody drew here"
    assert "no image is called `cap`" in project.run("restore", "cap", code=2).stderr
    assert len(emulator.requests) == before


def test_restore_says_what_it_cannot_bring(project, emulator):
    project.write("imagegen.toml", mug("a mug"))
    project.run("build", code=0)
    clone = project.on_another_machine(key=None)
    clone.remove("images/mug.webp")
    told = clone.run("restore", code=1).stderr
    assert "not in this machine's store" in told
    assert "Nothing was spent." in told
    assert "git checkout" not in told
    clone.path(".git").mkdir()
    assert "needs the key and the network" in clone.run("plan", code=0).stdout
    for verb in ("restore", "build"):
        told = clone.run(verb, code=1).stderr
        assert "git checkout -- images/mug.webp" in told
        assert "--draft" not in told
    assert emulator.charges == emulator.posts == 1


def test_a_removed_image_is_retired_and_comes_back_free(project, emulator):
    project.write("imagegen.toml", listing({"cup": "a cup", "mug": "a mug"}))
    project.run("build", code=0)
    before = len(emulator.requests)
    cup = next(name for name in project.files() if name.startswith("images/cup."))
    good = project.bytes(cup)
    project.write("imagegen.toml", listing({"mug": "a mug"}))
    assert "unlisted" in project.run("check", code=1).stdout
    told = project.run("build", code=0).stderr
    assert "retired    cup: 1 file deleted; the picture stays in the store\n" in told
    assert not project.path(cup).exists()
    assert "cup" not in project.read("imagegen.lock")
    project.write("imagegen.toml", listing({"cup": "a cup", "mug": "a mug"}))
    project.run("build", code=0)
    assert project.bytes(cup) == good
    assert len(emulator.requests) == before


def test_an_edited_output_of_a_removed_image_is_left_and_told(project, emulator):
    project.write("imagegen.toml", listing({"cup": "a cup", "mug": "a mug"}))
    project.run("build", code=0)
    cup = next(name for name in project.files() if name.startswith("images/cup."))
    project.write(cup, b"my own drawing")
    project.write("imagegen.toml", listing({"mug": "a mug"}))
    assert "was not deleted" in project.run("build", code=0).stderr
    assert project.bytes(cup) == b"my own drawing"
    project.run("check", code=0)
    assert emulator.charges == 2


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_store_that_lost_a_picture_costs_a_download_and_no_money(project, emulator, damage):
    project.write("imagegen.toml", mug("a mug"))
    project.run("build", code=0)
    good = project.bytes("images/mug.webp")
    (stored,) = [p for p in (project.home / "imagegen/store/objects").rglob("*") if p.is_file()]
    if damage == "cut":
        stored.write_bytes(good[:100])
    else:
        stored.unlink()
    project.remove("images/mug.webp")
    project.run("build", code=0)
    assert project.bytes("images/mug.webp") == good
    assert emulator.charges == emulator.posts == 1


def test_a_store_that_holds_no_picture_is_told_and_leads_to_no_traceback(project, emulator):
    project.write("imagegen.toml", mug("a black mug").replace("mug.webp", "mug.avif"))
    project.run("build", code=0)
    lock = project.read("imagegen.lock")
    original = tomllib.loads(lock)["images"]["mug"]["original"]["sha256"]
    page = b"<html>Sign in</html>"
    other = hashlib.sha256(page).hexdigest()
    file = project.home / "imagegen/store/objects" / other[:2] / other
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(page)
    project.write("imagegen.lock", lock.replace(original, other))
    project.remove("images/mug.avif")
    assert "not a picture but an HTML page" in project.run("restore", code=1).stderr
