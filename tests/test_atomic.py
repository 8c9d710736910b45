"""Whole-file writes: the old bytes or the new ones, and nothing left over."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading

import pytest
from buying import spawn

from imagegen import atomic

HALF_WAY = """
import sys
from pathlib import Path
from imagegen import atomic
with atomic.temporary(Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.readline()
"""


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


def test_a_temporary_file_may_lie_beside_another_folder(tmp_path):
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside").chmod(0o700)
    atomic.replace(tmp_path / "place" / "file", b"new", beside=tmp_path / "beside")
    assert (tmp_path / "place" / "file").read_bytes() == b"new"
    assert list((tmp_path / "beside").iterdir()) == []


def test_a_temporary_file_is_gone_afterwards(tmp_path):
    with pytest.raises(KeyError), atomic.temporary(tmp_path) as (descriptor, _):
        os.write(descriptor, b"x")
        assert len(list(tmp_path.iterdir())) == 1
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_takes_what_the_killed_left_and_nothing_else(tmp_path):
    writer = spawn(HALF_WAY, tmp_path)
    assert writer.stdout.readline() == "open\n"
    (used,) = tmp_path.iterdir()
    for name in ("notes.tmp", ".imagegen-notes", ".imagegen-left.tmp"):
        (tmp_path / name).touch()
    (tmp_path / ".imagegen-folder.tmp").mkdir()
    (tmp_path / ".imagegen-link.tmp").symlink_to(tmp_path / "notes.tmp")
    atomic.sweep(tmp_path)
    kept = {"notes.tmp", ".imagegen-notes", ".imagegen-folder.tmp", ".imagegen-link.tmp"}
    assert {path.name for path in tmp_path.iterdir()} == {*kept, used.name}
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    atomic.sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == kept
    atomic.sweep(tmp_path / "nowhere")


def test_a_write_survives_any_sweep(tmp_path):
    done = threading.Event()

    def sweep() -> None:
        while not done.is_set():
            atomic.sweep(tmp_path)

    sweepers = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in sweepers:
        thread.start()
    try:
        for number in range(200):
            atomic.replace(tmp_path / "file", b"%d" % number)
            assert (tmp_path / "file").read_bytes() == b"%d" % number
    finally:
        done.set()
        for thread in sweepers:
            thread.join()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


ONE_WRITE = """
import sys
from pathlib import Path
from imagegen import atomic
atomic.replace(Path(sys.argv[1]), b"x")
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_files_that_can_never_be_locked_are_given_up_and_not_left_behind(tmp_path):
    inject = ["strace", "-f", "-o", os.devnull, "-e", "inject=flock:error=EAGAIN"]
    write = [sys.executable, "-c", ONE_WRITE, str(tmp_path / "file")]
    done = subprocess.run([*inject, *write], capture_output=True, text=True, check=False)
    assert "locked by somebody else" in done.stderr
    assert list(tmp_path.iterdir()) == []
