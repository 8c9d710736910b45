"""Tests of the rows of the page: how each image stands, and what is told of it."""

from __future__ import annotations

import os
from pathlib import Path

import previewing
import pytest

from imagegen import digest
from imagegen import lock as lockfile
from imagegen.preview import snapshot
from imagegen.preview.view import Eye
from imagegen.store.disk import DiskStore


@pytest.fixture
def store():
    return DiskStore(Path(os.environ["IMAGEGEN_HOME"]) / "store")


def rows(file, earlier=None):
    return snapshot.rows(Eye(file).look(), earlier or {})


def test_an_image_as_it_should_be_tells_all_that_is_known_of_it(tmp_path):
    file = previewing.write(tmp_path, {"mug": {"prompt": "a mug", "alt": "Mug", "protect": True}})
    locked = previewing.build(file).images["mug"]
    row = rows(file)["mug"]
    sha256 = digest.sha256_of(previewing.picture(0))
    assert row.pictures == {sha256}
    assert dict(row.form) == {
        "name": "mug",
        "state": "current",
        "protected": True,
        "action": "keep",
        "price": 0,
        "blocked": "",
        "progress": None,
        "stage": None,
        "error": None,
        "prompt": "a mug",
        "model": "flux-2-pro",
        "params": locked.request["params"],
        "seed": locked.seed,
        "take": 1,
        "alt": "Mug",
        "references": [],
        "output": "images/mug.png",
        "changes": [],
        "width": 24,
        "height": 24,
        "bytes": len(previewing.picture(0)),
        "format": "png",
        "job": "job-0",
        "credits": 12,
        "picture": f"/picture/{sha256}",
        "thumb": f"/thumb/{sha256}",
        "before": None,
        "candidates": [],
    }


def test_a_changed_prompt_is_told_field_by_field_with_its_price(tmp_path):
    previewing.build(previewing.write(tmp_path, {"mug": "a mug"}))
    form = rows(previewing.write(tmp_path, {"mug": "a red mug"}))["mug"].form
    assert (form["state"], form["action"], form["price"]) == ("changed", "generate", 12)
    assert form["changes"] == [{"field": "prompt", "old": "a mug", "new": "a red mug"}]
    assert form["picture"], "the picture that is there stays in view"


def test_a_new_image_has_no_picture_yet(tmp_path):
    form = rows(previewing.write(tmp_path, {"mug": "a mug"}))["mug"].form
    assert (form["state"], form["price"], form["picture"]) == ("new", None, None)


def test_missing_and_edited_files_are_told_apart(tmp_path):
    file = previewing.write(tmp_path, {"cup": "a cup", "mug": "a mug"})
    previewing.build(file)
    (tmp_path / "images/cup.png").unlink()
    (tmp_path / "images/mug.png").write_bytes(previewing.picture(3))
    found = rows(file)
    assert [row.state for row in found.values()] == ["missing", "edited"]
    edited = found["mug"].form
    assert edited["picture"] == f"/picture/{digest.sha256_of(previewing.picture(3))}"
    assert (edited["width"], edited["bytes"]) == (None, len(previewing.picture(3)))


def test_an_image_that_was_taken_out_is_retired(tmp_path):
    previewing.build(previewing.write(tmp_path, {"cup": "a cup", "mug": "a mug"}))
    row = rows(previewing.write(tmp_path, {"mug": "a mug"}))["cup"]
    assert (row.state, row.form["prompt"], row.form["output"]) == (
        "retired",
        "a cup",
        "images/cup.png",
    )


def test_a_draft_is_a_draft_until_the_prompt_is_another(tmp_path):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    previewing.build(file, drafts=True)
    assert rows(file)["mug"].state == "draft"
    assert rows(previewing.write(tmp_path, {"mug": "a red mug"}))["mug"].state == "changed"


def test_a_file_in_the_way_of_a_protected_image_blocks_it(tmp_path):
    file = previewing.write(tmp_path, {"mug": {"prompt": "a mug", "protect": True}})
    previewing.build(file)
    (tmp_path / lockfile.NAME).unlink()
    row = rows(file)["mug"]
    assert row.state == "blocked"
    assert "protected" in row.form["blocked"]


def test_candidates_are_folded_into_their_image(tmp_path, store):
    file = previewing.write(tmp_path, {"hero": {"prompt": "a hero", "candidates": 2}})
    lock = previewing.build(file, store=store)
    found = rows(file)
    assert list(found) == ["hero"]
    hero = found["hero"]
    assert hero.state == "unpicked"
    first, second = hero.form["candidates"]
    assert first["picture"] == hero.form["picture"]
    assert (first["shown"], second["shown"], first["picked"]) == (True, False, False)
    assert (second["take"], second["seed"]) == (2, lock.images["hero#2"].seed)
    assert hero.pictures == {one.original.sha256 for one in lock.images.values()}


def test_a_candidate_more_is_a_change_of_its_image(tmp_path, store):
    file = previewing.write(tmp_path, {"hero": {"prompt": "a hero", "candidates": 2}})
    previewing.build(file, store=store)
    more = previewing.write(tmp_path, {"hero": {"prompt": "a hero", "candidates": 3}})
    form = rows(more)["hero"].form
    assert (form["state"], form["action"], form["price"]) == ("changed", "generate", 12)
    assert [one["picture"] is None for one in form["candidates"]] == [False, False, True]


def test_the_picture_before_is_shown_while_its_bytes_are_at_hand(tmp_path, store):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    previewing.build(file)
    sha256 = digest.sha256_of(previewing.picture(4))
    assert rows(file, {"mug": sha256})["mug"].form["before"] is None
    store.put(previewing.picture(4))
    row = rows(file, {"mug": sha256})["mug"]
    assert row.form["before"]["picture"] == f"/picture/{sha256}"
    assert sha256 in row.pictures


def test_the_same_picture_is_never_its_own_past(tmp_path, store):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    previewing.build(file, store=store)
    sha256 = digest.sha256_of(previewing.picture(0))
    assert rows(file, {"mug": sha256})["mug"].form["before"] is None


def test_what_the_lock_shows_and_what_the_plan_costs_is_summed_up(tmp_path):
    previewing.build(previewing.write(tmp_path, {"cup": "a cup", "mug": "a mug"}))
    file = previewing.write(tmp_path, {"cup": "a red cup", "mug": "a mug"})
    view = Eye(file).look()
    assert snapshot.cost(view) == {"spent": 24, "today": 0, "planned": 12, "unpriced": 0}
    unknown = Eye(previewing.write(tmp_path / "new", {"mug": "a mug"})).look()
    assert snapshot.cost(unknown) == {"spent": 0, "today": 0, "planned": None, "unpriced": 1}
