"""The fast answer: right or silent."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from imagegen import fingerprint

PATHS = ["imagegen.toml", "imagegen.lock", "images/mug.webp"]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose files are old enough to be trusted, with a record of them."""
    for path in PATHS:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / ".imagegen").mkdir()
    time.sleep(fingerprint.SETTLE_SECONDS * 1.5)
    monkeypatch.chdir(tmp_path)
    assert recorded(tmp_path)
    return tmp_path


def recorded(root: Path, read_at: int | None = None) -> bool:
    stats = fingerprint.stats_of(str(root), PATHS)
    assert stats is not None
    moment = time.time_ns() if read_at is None else read_at
    return fingerprint.write(str(root), PATHS, 1, stats=stats, read_at=moment)


def test_an_unchanged_project_is_answered(project):
    assert fingerprint.quick_answer(["build"]) == "Nothing to do: 1 image is as wanted."
    file = str(project / "imagegen.toml")
    assert fingerprint.quick_answer(["build", "-f", file]) is not None


def test_it_is_answered_from_a_folder_below(project, monkeypatch):
    (project / "deep").mkdir()
    monkeypatch.chdir(project / "deep")
    assert fingerprint.quick_answer(["build"]) is not None


@pytest.mark.parametrize("path", PATHS)
def test_any_changed_touched_replaced_or_missing_file_silences_it(project, path):
    file = project / path
    times, text = file.stat(), file.read_text()
    file.write_text(text.upper())
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert file.stat().st_size == times.st_size
    assert fingerprint.quick_answer(["build"]) is None, "ctime tells what mtime hides"
    file.unlink()
    assert fingerprint.quick_answer(["build"]) is None


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["plan"],
        ["build", "mug"],
        ["build", "--draft"],
        ["build", "-f", "other.toml"],
        ["build", "--replace", "mug"],
    ],
)
def test_any_other_command_line_is_left_to_the_full_path(project, arguments):
    assert fingerprint.quick_answer(arguments) is None


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"imagegen fingerprint 1\n1\n\n\0"])
def test_a_damaged_record_silences_it(project, damage):
    (project / ".imagegen/fingerprint").write_bytes(damage)
    assert fingerprint.quick_answer(["build"]) is None


def test_a_truncated_record_silences_it(project):
    record = project / ".imagegen/fingerprint"
    whole = record.read_bytes()
    for length in range(0, len(whole), 7):
        record.write_bytes(whole[:length])
        assert fingerprint.quick_answer(["build"]) is None, length


def test_forgetting_silences_it_and_may_be_repeated(project):
    fingerprint.forget(str(project))
    fingerprint.forget(str(project))
    assert fingerprint.quick_answer(["build"]) is None


def test_files_too_new_to_be_trusted_are_not_recorded(project):
    newest = (project / PATHS[0]).stat().st_mtime_ns
    assert not recorded(project, read_at=newest + 1000)


def test_a_file_that_changed_since_its_stats_is_not_recorded(project):
    stats = fingerprint.stats_of(str(project), PATHS)
    (project / PATHS[0]).write_text("changed meanwhile")
    moment = time.time_ns() + 10**9
    assert not fingerprint.write(str(project), PATHS, 1, stats=stats, read_at=moment)


@pytest.mark.skipif(os.name == "nt", reason="a folder in the way is refused differently there")
def test_a_disk_that_refuses_the_record_only_costs_time(project):
    state = project / ".imagegen" / "fingerprint"
    state.unlink()
    state.mkdir()
    assert not recorded(project)
    assert fingerprint.quick_answer(["build"]) is None
    with pytest.raises(OSError):
        fingerprint.forget(str(project))
