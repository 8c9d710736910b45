"""Tests of the shelf: only pictures that the page names, only with the bytes of their name."""

from __future__ import annotations

import os
from pathlib import Path

import previewing

from imagegen import digest
from imagegen.preview.shelf import Shelf
from imagegen.preview.view import Eye
from imagegen.store.disk import DiskStore


def test_a_picture_is_read_from_the_project_else_from_the_store(tmp_path):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    store = DiskStore(Path(os.environ["IMAGEGEN_HOME"]) / "store")
    (one,) = previewing.build(file, store=store).images.values()
    shelf = Shelf()
    shelf.lay_out(Eye(file).look(), {one.original.sha256})
    assert shelf.read(one.original.sha256) == previewing.picture(0)
    (tmp_path / "images/mug.png").unlink()
    assert shelf.read(one.original.sha256) == previewing.picture(0)


def test_bytes_that_have_changed_meanwhile_are_not_given_out_under_the_old_name(tmp_path):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    (one,) = previewing.build(file).images.values()
    shelf = Shelf()
    shelf.lay_out(Eye(file).look(), {one.original.sha256})
    (tmp_path / "images/mug.png").write_bytes(b"root:x:0:0")
    assert shelf.read(one.original.sha256) is None


def test_what_lies_in_the_store_and_is_not_of_this_project_stays_there(tmp_path):
    file = previewing.write(tmp_path, {"mug": "a mug"})
    store = DiskStore(Path(os.environ["IMAGEGEN_HOME"]) / "store")
    (one,) = previewing.build(file, store=store).images.values()
    stranger = store.put(previewing.picture(7))
    shelf = Shelf()
    assert shelf.read(stranger) is None
    shelf.lay_out(Eye(file).look(), {one.original.sha256})
    assert (stranger in shelf, shelf.read(stranger)) == (False, None)
    assert shelf.read(digest.sha256_of(file.read_bytes())) is None
