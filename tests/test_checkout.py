"""Checkout: git's own lock tells that files are being written, and an old one tells nothing."""

from __future__ import annotations

import os
import time

import pytest

from imagegen.checkout import Checkout


@pytest.fixture
def lock(tmp_path):
    """The file that git makes while it writes; not there yet."""
    (tmp_path / "tree/.git").mkdir(parents=True)
    (tmp_path / "tree/site").mkdir()
    return tmp_path / "tree/.git/index.lock"


def test_a_lock_of_git_says_that_files_are_written(lock):
    checkout = Checkout(lock.parent.parent / "site")
    assert not checkout.under_way()
    lock.touch()
    assert checkout.under_way()
    lock.unlink()
    assert not checkout.under_way()


def test_a_second_working_tree_has_a_lock_of_its_own(lock, tmp_path):
    lock.touch()
    own = lock.parent / "worktrees/second"
    own.mkdir(parents=True)
    tree = tmp_path / "second"
    tree.mkdir()
    (tree / ".git").write_text("gitdir: ../tree/.git/worktrees/second\n")
    assert not Checkout(tree).under_way()
    (own / "index.lock").touch()
    assert Checkout(tree).under_way()


def test_a_lock_that_was_left_behind_holds_nothing_up(lock):
    lock.touch()
    old = time.time() - 3600
    os.utime(lock, (old, old))
    assert not Checkout(lock.parent.parent).under_way()


def test_a_folder_outside_of_any_repository_is_fine(tmp_path):
    (tmp_path / ".git").write_bytes(b"\0\xff")
    assert not Checkout(tmp_path).under_way()


def test_a_folder_lies_in_a_working_tree_or_in_none(lock, tmp_path):
    assert Checkout(tmp_path / "tree/site").exists()
    assert not Checkout(tmp_path).exists()
