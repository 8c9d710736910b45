"""The lock during a run: every finished image, whole and soon."""

from __future__ import annotations

import values

from imagegen.build.record import Recorder
from imagegen.lock import Lock
from imagegen.workspace import Workspace


def entry(name):
    return values.locked(values.target(name, values.request(name)))


def test_the_first_image_is_on_disk_at_once_and_all_after_the_flush(tmp_path):
    workspace = Workspace(tmp_path)
    noted = []
    recorder = Recorder(workspace, Lock(), lambda done: noted.extend(one.name for one in done))
    recorder.put(entry("a"))
    assert list(workspace.read_lock().images) == ["a"]
    for name in "bcd":
        recorder.put(entry(name))
    recorder.flush()
    assert list(workspace.read_lock().images) == ["a", "b", "c", "d"]
    assert noted == ["a", "b", "c", "d"]


def test_what_follows_the_lock_happens_once_and_only_when_it_is_written(tmp_path):
    workspace = Workspace(tmp_path)
    seen = []
    recorder = Recorder(
        workspace, Lock(), lambda _: seen.append(list(workspace.read_lock().images))
    )
    recorder.put(entry("a"))
    recorder.flush()
    recorder.flush()
    assert seen == [["a"]]


def test_a_dropped_image_is_gone_and_a_put_one_comes_back(tmp_path):
    workspace = Workspace(tmp_path)
    recorder = Recorder(workspace, values.lock_of(entry("a"), entry("b")), lambda _: None)
    recorder.drop("a")
    recorder.drop("b")
    recorder.put(entry("b"))
    recorder.flush()
    assert list(workspace.read_lock().images) == ["b"]


def test_a_run_that_changes_nothing_writes_no_lock(tmp_path):
    Recorder(Workspace(tmp_path), Lock(), lambda _: None).flush()
    assert not list(tmp_path.iterdir())
