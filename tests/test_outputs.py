"""Outputs: each picture has a file of its own."""

from __future__ import annotations

import pytest

from imagegen.project.fault import Fault
from imagegen.project.outputs import Claim, claim_fault, clashes, joined, output_fault


def claims(*paths: str) -> list[Claim]:
    return [Claim(f"i{n}", path, ("images", f"i{n}")) for n, path in enumerate(paths)]


def faulty(paths: list[str], references: list[str] | None = None) -> list[Fault]:
    return clashes(claims(*paths), references or [])


def test_different_files_do_not_clash() -> None:
    assert faulty(["a.png", "b.png", "a/a.png", "a.webp"], ["c.png"]) == []


def test_one_file_twice_is_told_at_the_second_place() -> None:
    (fault,) = faulty(["a.png", "b.png", "A.PNG"])
    assert fault.loc == ("images", "i2")
    assert getattr(fault, "other", None) == ("images", "i0")


def test_a_picture_cannot_be_a_folder() -> None:
    assert [fault.loc for fault in faulty(["a.png/b/c.png", "A.png"])] == [("images", "i0")]


def test_a_reference_is_never_overwritten() -> None:
    (fault,) = faulty(["Photo.png"], ["photo.png"])
    assert "reference picture" in fault.detail


@pytest.mark.parametrize("path", ["a", "a.gif", "a.svg", "png", ".png", "a.png/b", "a.exe"])
def test_only_picture_files_are_written(path: str) -> None:
    assert output_fault(path, ()) is not None


@pytest.mark.parametrize("path", ["a.png", "a.JPG", "a.b.jpeg", "x/a.webp", "a.avif"])
def test_picture_files_are_written(path: str) -> None:
    assert output_fault(path, ()) is None


def test_the_whole_path_has_a_largest_length() -> None:
    assert claim_fault(Claim("a", "d/" * 600 + "a.png", ())) is not None
    assert claim_fault(Claim("a", "imagegen.LOCK", ())) is not None
    assert claim_fault(Claim("a", "images/a.png", ())) is None


def test_the_project_folder_itself_can_hold_the_pictures() -> None:
    assert (joined(".", "a.png"), joined("x/y", "a.png")) == ("a.png", "x/y/a.png")
