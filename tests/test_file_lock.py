"""Tests of the exclusive lock between processes."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from buying import spawn

from imagegen import file_lock
from imagegen.errors import NeedsAttention

HOLD = """
import sys
from pathlib import Path
from imagegen import file_lock
with file_lock.held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_second_process_waits_and_says_so(tmp_path: Path) -> None:
    path, said = tmp_path / "lock", list[Path]()
    holder = spawn(HOLD, path)
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"

    def hear(place: Path) -> None:
        said.append(place)
        holder.communicate("\n")

    start = time.monotonic()
    with file_lock.held(path, waiting=hear):
        assert time.monotonic() - start > file_lock.SAY_AFTER
    assert said == [path]


def test_waiting_ends_with_an_error_that_names_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with (
        file_lock.held(path),
        pytest.raises(NeedsAttention) as caught,
        file_lock.held(path, limit=0.05),
    ):
        raise AssertionError("two holders")
    assert str(path) in caught.value.problems[0].detail


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = spawn(HOLD, path)
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()
    with file_lock.held(path, limit=1):
        assert path.exists()


def test_an_error_inside_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with pytest.raises(KeyError), file_lock.held(path):
        raise KeyError
    with file_lock.held(path, limit=0.1):
        pass


def test_threads_shut_each_other_out(tmp_path: Path) -> None:
    path, counter = tmp_path / "lock", tmp_path / "counter"
    counter.write_text("0")

    def add() -> None:
        for _ in range(50):
            with file_lock.held(path):
                counter.write_text(str(int(counter.read_text()) + 1))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.read_text() == "200"


def test_a_lock_file_that_was_deleted_shuts_nobody_in(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = spawn(HOLD, path)
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    waiter = spawn(HOLD, path)
    time.sleep(0.5)
    path.unlink()
    holder.communicate("\n")
    assert waiter.stdout is not None and waiter.stdout.readline() == "held\n"
    with pytest.raises(NeedsAttention), file_lock.held(path, limit=0.1):
        raise AssertionError("two holders")
    waiter.communicate("\n")


def test_a_link_in_place_of_the_lock_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError), file_lock.held(tmp_path / "lock"):
        raise AssertionError("followed a link")
    assert not (tmp_path / "elsewhere").exists()


def test_what_a_holder_says_of_itself_is_for_those_who_wait(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert file_lock.holder(path) == ""
    with file_lock.held(path, note="in /work/shop\nor\x00so"):
        assert file_lock.holder(path) == f" (process {os.getpid()}, in /work/shop or\x00so)"
    with file_lock.held(path, note=""):
        assert file_lock.holder(path) == f" (process {os.getpid()})"


@pytest.mark.parametrize("text", [b"", b"\x00", b"\x00\xff\xfe", b"\x00a line of somebody else\n"])
def test_a_lock_file_that_names_nobody_is_no_trouble(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "lock").write_bytes(text)
    assert file_lock.holder(tmp_path / "lock") == ""
    with file_lock.held(tmp_path / "lock", limit=0.1):
        pass


def test_an_attempt_never_waits_and_two_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = file_lock.attempt(path)
    assert first is not None
    assert file_lock.attempt(path) is None
    os.close(first)
    second = file_lock.attempt(path)
    assert second is not None
    os.close(second)


def test_a_lock_that_is_discarded_lets_every_waiter_in_once(tmp_path: Path) -> None:
    path, inside, most = tmp_path / "lock", 0, list[int]()

    def enter() -> None:
        nonlocal inside
        for _ in range(50):
            while (descriptor := file_lock.attempt(path)) is None:
                time.sleep(0.0001)
            inside += 1
            time.sleep(0.0002)
            most.append(inside)
            inside -= 1
            file_lock.discard(descriptor, path)

    threads = [threading.Thread(target=enter) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(most), max(most)) == (300, 1)
    assert not path.exists()


def test_a_sweep_deletes_the_locks_that_nobody_holds(tmp_path: Path) -> None:
    held, left, other = tmp_path / "held.lock", tmp_path / "left.lock", tmp_path / "note.txt"
    left.touch()
    other.touch()
    with file_lock.held(held):
        file_lock.sweep(tmp_path)
        assert sorted(tmp_path.iterdir()) == [held, other]
    file_lock.sweep(tmp_path / "nowhere")
