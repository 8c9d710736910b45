"""Folders: links out of the project and files in the way are seen before anything is written."""

from __future__ import annotations

from pathlib import Path

from imagegen.project.fault import Fault
from imagegen.project.folders import Folders
from imagegen.project.outputs import Claim


def settled(root: Path, path: str) -> str:
    found = Folders(root).settle(Claim("hero", path, ("images", "hero")))
    return f"fault: {found.summary}" if isinstance(found, Fault) else found.path


def test_a_folder_that_does_not_exist_yet_is_fine(tmp_path: Path) -> None:
    assert settled(tmp_path, "a/b/c.png") == "a/b/c.png"
    assert settled(tmp_path, "c.png") == "c.png"


def test_a_link_inside_the_project_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "alias").symlink_to("real")
    assert settled(tmp_path, "alias/a.png") == "real/a.png"


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "out").symlink_to(tmp_path)
    (root / "dangling").symlink_to(tmp_path / "nowhere")
    assert settled(root, "out/a.png").endswith("leads out of the project")
    assert settled(root, "out/deeper/a.png").endswith("leads out of the project")
    assert settled(root, "dangling/a.png").endswith("leads out of the project")


def test_a_project_reached_by_a_link_is_a_project(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "alias").symlink_to("real")
    assert settled(tmp_path / "alias", "images/a.png") == "images/a.png"


def test_files_and_folders_in_the_way_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "a.png").mkdir()
    assert settled(tmp_path, "file/a.png").endswith("lies below a file on disk")
    assert settled(tmp_path, "file/b/a.png").endswith("lies below a file on disk")
    assert settled(tmp_path, "a.png").endswith("is a folder on disk")
