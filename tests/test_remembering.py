"""Remembering: read again only where something changed, and never wrong about it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from imagegen import digest, lock
from imagegen.errors import WrongInput
from imagegen.lock import Lock
from imagegen.remembering import Remembering
from imagegen.workspace import Workspace

IO = Path("/proc/thread-self/io")


def bytes_read(act):
    """Return how many bytes this thread has read while it did something."""
    before = int(IO.read_text().split()[1])
    act()
    return int(IO.read_text().split()[1]) - before


def old(path, data):
    """Write a file, as long ago as the disk's clock needs to tell the next write from this one."""
    path.write_bytes(data)
    time.sleep(0.03)


def test_digests_are_those_of_the_plain_folder(tmp_path):
    old(tmp_path / "a.png", b"one")
    remembering = Remembering(tmp_path)
    for _ in range(2):
        assert remembering.digests(["a.png", "b.png"]) == Workspace(tmp_path).digests(["a.png"])


@pytest.mark.skipif(not IO.exists(), reason="only Linux counts what a process reads")
def test_a_file_that_did_not_change_is_not_read_again(tmp_path):
    old(tmp_path / "a.png", bytes(2**20))
    remembering = Remembering(tmp_path)
    first = bytes_read(lambda: remembering.digests(["a.png"]))
    assert first > 2**20 > 2**12 > bytes_read(lambda: remembering.digests(["a.png"]))


def test_an_edit_that_keeps_size_and_time_is_noticed(tmp_path):
    old(tmp_path / "a.png", b"one")
    remembering = Remembering(tmp_path)
    remembering.digests(["a.png"])
    before = (tmp_path / "a.png").stat()
    (tmp_path / "a.png").write_bytes(b"two")
    os.utime(tmp_path / "a.png", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert remembering.digests(["a.png"]) == {"a.png": digest.sha256_of(b"two")}


def test_two_writes_in_one_tick_of_the_clock_are_told_apart(tmp_path):
    remembering = Remembering(tmp_path)
    for number in range(200):
        (tmp_path / "a.png").write_bytes(b"%03d" % number)
        assert remembering.digests(["a.png"]) == {"a.png": digest.sha256_of(b"%03d" % number)}


def test_the_same_lock_is_parsed_once_and_another_one_again(tmp_path):
    remembering = Remembering(tmp_path)
    assert remembering.read_lock() == Lock()
    (tmp_path / lock.NAME).write_bytes(lock.dump(Lock()))
    assert remembering.read_lock() is remembering.read_lock()
    (tmp_path / lock.NAME).write_bytes(b"version = 99\n")
    with pytest.raises(WrongInput):
        remembering.read_lock()
