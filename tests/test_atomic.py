"""Whole-file writes: the old bytes or the new ones, and nothing left over."""

from __future__ import annotations

import os
import stat

import pytest

from imagegen import atomic


def test_a_file_appears_with_its_folders_and_the_usual_permissions(tmp_path):
    atomic.replace(tmp_path / "a/b/c.txt", b"new")
    assert (tmp_path / "a/b/c.txt").read_bytes() == b"new"
    (tmp_path / "usual").write_bytes(b"")
    usual = (tmp_path / "usual").stat().st_mode
    assert (tmp_path / "a/b/c.txt").stat().st_mode == usual


def test_permissions_may_be_given(tmp_path):
    atomic.replace(tmp_path / "secret", b"new", mode=0o600)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path):
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / "file").write_text("old")
    with pytest.raises(OSError):
        atomic.replace(tmp_path / "place", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["place"]
    assert (tmp_path / "place" / "file").read_text() == "old"


def test_a_reader_that_has_the_old_file_open_keeps_it(tmp_path):
    file = tmp_path / "file"
    atomic.replace(file, b"old")
    with file.open("rb") as reader:
        atomic.replace(file, b"new")
        assert reader.read() == b"old"
    assert file.read_bytes() == b"new"


def test_a_folder_is_made_with_its_mode_and_once(tmp_path):
    atomic.make_folder(tmp_path / "a/b", mode=0o700)
    atomic.make_folder(tmp_path / "a/b", mode=0o755)
    assert stat.S_IMODE((tmp_path / "a/b").stat().st_mode) == 0o700 & ~os.umask(os.umask(0))
