"""The project folder: whole writes inside it, and nothing lost that somebody drew."""

from __future__ import annotations

import os
import threading

import pytest
import values

from imagegen import digest
from imagegen.errors import NeedsAttention, WrongInput
from imagegen.lock import Lock
from imagegen.workspace import CORNER, Workspace

OURS = digest.sha256_of(b"ours")


def ours(sha256):
    return sha256 == OURS


def never(_sha256):
    return False


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path)


def test_a_lock_comes_back_as_it_was_written_and_is_empty_before(workspace):
    assert workspace.read_lock() == Lock()
    lock = values.lock_of(values.locked())
    workspace.write_lock(lock)
    assert workspace.read_lock() == lock


def test_an_equal_lock_is_not_written_again(workspace):
    workspace.write_lock(values.lock_of(values.locked()))
    before = workspace.lock_path.stat()
    workspace.write_lock(values.lock_of(values.locked()))
    assert workspace.lock_path.stat().st_mtime_ns == before.st_mtime_ns
    assert workspace.lock_path.stat().st_ino == before.st_ino


def test_a_lock_that_cannot_be_read_is_refused(workspace):
    workspace.lock_path.mkdir()
    with pytest.raises(WrongInput, match="cannot read"):
        workspace.read_lock()


def test_own_bytes_are_replaced_and_strange_ones_kept_aside(workspace):
    assert workspace.place("a/b.png", b"ours", replaceable=never) is None
    assert workspace.place("a/b.png", b"new", replaceable=ours) is None
    kept = workspace.place("a/b.png", b"ours", replaceable=ours)
    assert kept is not None
    assert kept.as_posix().startswith(".imagegen/edited/a/b-")
    assert (workspace.root / kept).read_bytes() == b"new"
    assert workspace.read("a/b.png") == b"ours"


def test_a_file_with_the_wanted_bytes_is_not_touched(workspace):
    workspace.place("b.png", b"ours", replaceable=never)
    before = (workspace.root / "b.png").stat()
    assert workspace.place("b.png", b"ours", replaceable=never) is None
    assert (workspace.root / "b.png").stat().st_ino == before.st_ino


def test_only_the_expected_bytes_are_deleted_with_the_folders_they_leave_empty(workspace):
    workspace.place("a/b/c.png", b"ours", replaceable=never)
    assert not workspace.remove("a/b/c.png", digest.sha256_of(b"others"))
    assert workspace.read("a/b/c.png") == b"ours"
    assert workspace.remove("a/b/c.png", OURS)
    assert not (workspace.root / "a").exists()
    assert workspace.remove("a/b/c.png", OURS), "a missing file is gone"


def test_a_link_out_of_the_project_is_neither_written_nor_deleted_through(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.png").write_bytes(b"ours")
    root = tmp_path / "project"
    root.mkdir()
    (root / "a").symlink_to(outside)
    workspace = Workspace(root)
    with pytest.raises(NeedsAttention, match="leads out of the project"):
        workspace.place("a/b.png", b"new", replaceable=ours)
    with pytest.raises(NeedsAttention, match="leads out of the project"):
        workspace.remove("a/b.png", OURS)
    assert (outside / "b.png").read_bytes() == b"ours"


def test_a_place_that_cannot_be_written_is_told(workspace):
    (workspace.root / "a").write_text("a file")
    with pytest.raises(NeedsAttention, match=r"cannot write `a/b\.png`"):
        workspace.place("a/b.png", b"ours", replaceable=never)


def test_digests_leave_out_what_is_missing(workspace):
    workspace.place("b.png", b"ours", replaceable=never)
    assert workspace.digests(["b.png", "c.png"]) == {"b.png": OURS}
    assert workspace.read("c.png") is None
    if hasattr(os, "mkfifo"):
        os.mkfifo(workspace.root / "pipe.png")
        assert workspace.digests(["pipe.png"]) == {}
        assert workspace.read("pipe.png") is None


def test_two_builds_hold_the_project_one_after_the_other(workspace):
    told = []

    def second():
        with workspace.held(lambda _: None):
            told.append("second")

    with workspace.held(lambda _: None):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(timeout=0.1)
        told.append("first")
    thread.join()
    assert told == ["first", "second"]


def test_a_sweep_looks_beside_the_outputs_the_lock_and_in_the_corner(workspace):
    workspace.place("a/b.png", b"ours", replaceable=never)
    workspace.corner()
    left = [workspace.root / place / ".imagegen-killed.tmp" for place in ("", "a", CORNER)]
    for file in left:
        file.touch()
    workspace.sweep(["a/b.png", "nowhere/c.png"])
    assert [file for file in left if file.exists()] == []
    assert workspace.read("a/b.png") == b"ours"


def test_the_corner_hides_itself_from_version_control(workspace):
    assert (workspace.corner() / ".gitignore").read_text().splitlines()[-1] == "*"
