"""Tests of the question asked before money is spent."""

from __future__ import annotations

from pathlib import Path

from buying import small_disk, synced

from imagegen.build.preflight import preflight


def test_a_disk_with_room_is_fine_and_left_clean(tmp_path: Path) -> None:
    with synced() as paths:
        assert preflight(tmp_path / "new", 1000) is None
    assert paths[-1].parent == tmp_path / "new"
    assert list((tmp_path / "new").iterdir()) == []


def test_too_little_room_for_the_pictures_is_told(tmp_path: Path) -> None:
    problem = preflight(tmp_path, 1 << 60)
    assert problem is not None
    assert f"{1 << 60} bytes are needed" in problem.detail


def test_a_full_disk_is_told_and_left_clean(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=32k") as folder:
        problem = preflight(folder, 0)
        assert problem is not None and "No space left" in problem.detail
        assert list(folder.iterdir()) == []


def test_a_read_only_disk_is_told(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=64k,ro") as folder:
        problem = preflight(folder / "account", 0)
        assert problem is not None and "Read-only" in problem.detail


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    assert preflight(tmp_path / "home" / "account", 0) is not None
