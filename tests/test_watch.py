"""Following: what counts is content, and nothing that changes is missed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import journey
import pytest

from imagegen.watch import Following

WITHOUT_NOTICES = """
import os, resource, sys, time
from pathlib import Path
from imagegen.errors import NeedsAttention
from imagegen.watch import Following
following = Following(Path(sys.argv[1]), polled=False)
lowest = os.open(os.devnull, os.O_RDONLY)
resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, lowest))
try:
    following.follow(files=[Path(sys.argv[1], "a.toml")], read_at=time.time_ns())
except NeedsAttention as error:
    print(error.problems[0].hint)
"""


class Wake:
    def __init__(self, seconds=1e9):
        self._end = time.monotonic() + seconds

    def is_set(self):
        return time.monotonic() > self._end


NEVER = Wake()


@pytest.fixture(params=[False, True], ids=["notices", "polled"])
def following(request, tmp_path):
    """Follow nothing yet in a folder of its own."""
    found = Following(tmp_path / "project", polled=request.param)
    (tmp_path / "project").mkdir()
    yield found
    found.close()


@pytest.fixture
def root(tmp_path):
    """The followed folder."""
    return tmp_path / "project"


def follow(following, root, *names, **more):
    """Follow these files as they are now, long after they were written."""
    following.follow(files=[root / name for name in names], read_at=time.time_ns() + 10**9, **more)


def changed(following, seconds=5.0):
    return [Path(path).name for path in following.changed(seconds, NEVER)]


def soon(act, *args):
    """Do something while the test waits."""
    timer = threading.Timer(0.1, act, args)
    timer.start()
    return timer


def test_a_write_is_seen_soon_after(following, root):
    (root / "a.toml").write_text("one")
    follow(following, root, "a.toml", "b.toml")
    assert any(seen_soon(following, root / "a.toml", f"{n}") for n in range(3))
    assert changed(following, 0.1) == []


def seen_soon(following, file, text):
    """Return whether a write is seen before the slow look, which comes every two seconds."""
    soon(lambda: file.write_text(text))
    began = time.monotonic()
    assert changed(following) == [file.name]
    return time.monotonic() - began < 1.5


def test_a_touch_changes_nothing(following, root):
    (root / "a.toml").write_text("one")
    follow(following, root, "a.toml")
    soon((root / "a.toml").touch)
    assert changed(following, 0.6) == []


def test_the_same_bytes_written_anew_change_nothing(following, root):
    (root / "a.toml").write_text("one")
    follow(following, root, "a.toml")
    (root / "new").write_text("one")
    (root / "new").replace(root / "a.toml")
    assert changed(following, 0.4) == []


def test_files_of_editors_change_nothing(following, root):
    (root / "a.toml").write_text("one")
    follow(following, root, "a.toml", folders=[root])
    for name in ("4913", ".a.toml.swp", "a.toml~", "#a.toml#", ".#a.toml", "a.tmp"):
        (root / name).write_text("x")
    assert changed(following, 0.5) == []


def test_a_file_that_is_moved_into_place_is_seen(following, root):
    (root / "a.toml").write_text("one")
    follow(following, root, "a.toml")

    def save():
        (root / "a.toml").replace(root / "a.toml~")
        (root / "a.toml").write_text("two")

    soon(save)
    assert changed(following) == ["a.toml"]


def test_an_edit_that_leaves_all_times_as_they_were_is_seen(following, root):
    (root / "a.toml").write_text("one")
    follow(following, root, "a.toml")
    before = (root / "a.toml").stat()
    (root / "a.toml").write_text("two")
    os.utime(root / "a.toml", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert changed(following) == ["a.toml"]


def test_a_file_is_reported_once_its_writer_rests(following, root):
    for number in range(99):
        (file := root / f"{number}.toml").write_text("one")
        follow(following, root, file.name)
        pauses = []
        writer = soon(save_slowly, file, pauses)
        found, seen = changed(following), file.read_text()
        writer.join()
        again = changed(following, 0.2)
        # A busy machine may have made the writer rest, and then it is right to say so.
        if max(pauses) < 0.01:
            break
    assert (found, seen.endswith("11\n"), again) == ([file.name], True, [])


def save_slowly(path, pauses):
    """Write a file in twelve pieces; notes the seconds from each to the next."""
    with path.open("w") as file:
        for number in range(12):
            before = time.monotonic()
            file.write(f"{number}\n")
            file.flush()
            time.sleep(0.002)
            pauses.append(time.monotonic() - before)


def test_a_file_in_folders_that_appear_later_is_seen(following, root):
    follow(following, root, "a/b/c.png")

    def appear():
        (root / "a/b").mkdir(parents=True)
        (root / "a/b/c.png").write_bytes(b"x")

    soon(appear)
    assert changed(following) == ["c.png"]
    soon(lambda: (root / "a/b/c.png").write_bytes(b"y"))
    assert changed(following) == ["c.png"]


def test_a_folder_that_is_swapped_for_another_is_followed_on(following, root):
    for folder, text in (("now", "one"), ("next", "two")):
        (root / folder).mkdir()
        (root / folder / "a.csv").write_text(text)
    follow(following, root, "now/a.csv")

    def swap():
        (root / "now").rename(root / "old")
        (root / "next").rename(root / "now")

    soon(swap)
    assert changed(following) == ["a.csv"]
    assert any(seen_soon(following, root / "now/a.csv", f"{n}") for n in range(3))


def test_the_whole_project_may_go_and_come_back(following, root):
    (root / "a.toml").write_text("one")
    follow(following, root, "a.toml")
    soon(os.rename, root, root.with_name("away"))
    assert changed(following) == ["a.toml"]
    soon(os.rename, root.with_name("away"), root)
    assert changed(following) == ["a.toml"]
    soon(lambda: (root / "a.toml").write_text("two"))
    assert changed(following) == ["a.toml"]


def test_a_new_page_in_a_followed_folder_is_seen(following, root):
    (root / "posts").mkdir()
    follow(following, root, folders=[root / "posts"])
    soon(lambda: (root / "posts/new.md").write_text("x"))
    assert changed(following) == ["posts"]
    soon(lambda: (root / "posts/new.md").write_text("y"))
    assert changed(following, 0.4) == []


def test_an_output_that_is_removed_is_seen_and_one_that_is_written_by_us_is_not(following, root):
    (root / "hero.png").write_bytes(b"one")
    (root / "mug.png").write_bytes(b"one")
    follow(following, root, outputs=[root / "hero.png", root / "mug.png"])
    (root / "mug.png").write_bytes(b"two")
    following.renew([root / "mug.png", root / "stranger.png"])
    assert changed(following, 0.2) == []
    soon((root / "hero.png").unlink)
    assert changed(following) == ["hero.png"]


def test_an_edit_between_reading_and_following_is_seen(following, root):
    (root / "a.toml").write_text("one")
    read_at = time.time_ns()
    time.sleep(0.03)
    (root / "a.toml").write_text("two")
    following.follow(files=[root / "a.toml"], read_at=read_at)
    assert changed(following) == ["a.toml"]
    assert changed(following, 0.2) == []


def test_an_edit_while_nobody_waits_is_seen_also_when_the_list_was_renewed(following, root):
    (root / "a.toml").write_text("one")
    follow(following, root, "a.toml")
    (root / "a.toml").write_text("two")
    follow(following, root, "a.toml", "b.toml")
    assert changed(following) == ["a.toml"]


def test_what_is_not_followed_any_more_is_not_told_of(following, root):
    (root / "a.toml").write_text("one")
    follow(following, root, "a.toml")
    follow(following, root, "b.toml")
    (root / "a.toml").write_text("two")
    assert changed(following, 0.3) == []


def test_a_key_ends_the_waiting(following, root):
    follow(following, root, "a.toml")
    began = time.monotonic()
    assert following.changed(20, Wake(0.1)) == ()
    assert time.monotonic() - began < 5


def test_a_pipe_is_not_waited_for(following, root):
    os.mkfifo(root / "pipe")
    follow(following, root, "pipe")
    assert changed(following, 0.1) == []


def test_waiting_costs_next_to_nothing(following, root):
    follow(following, root, *(f"{number}.png" for number in range(100)))
    following.changed(0.2, NEVER)
    began = time.process_time()
    following.changed(1, NEVER)
    assert time.process_time() - began < 0.05


def test_where_the_system_gives_no_notices_the_way_out_is_told(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NOTICES, str(tmp_path)],
        env={"PYTHONPATH": str(journey.ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "imagegen watch --poll" in done.stdout, done.stderr


def test_nothing_is_told_while_git_writes_the_files_of_another_commit(following, root):
    lock = root / ".git/index.lock"
    lock.parent.mkdir()
    (root / "a.toml").write_text("one")
    follow(following, root, "a.toml")
    lock.touch()
    (root / "a.toml").write_text("two")
    soon(lock.unlink)
    assert changed(following) == ["a.toml"]
    assert not lock.exists()
