"""References: a text names a picture of the project or an https URL, or it is told why not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from imagegen.project.fault import Fault
from imagegen.project.references import SIZE_LIMIT, Shelf
from imagegen.request import Source

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def look(root: Path, text: str) -> Source | Fault:
    return Shelf(root, {}).look(text)


@pytest.mark.parametrize(
    "data", [PNG, b"\xff\xd8\xff\xe0x", b"GIF89a..", b"RIFF\x00\x00\x00\x00WEBPx"]
)
def test_a_picture_is_named_by_its_bytes(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(data)
    assert look(tmp_path, "a.png") == Source("a.png", hashlib.sha256(data).hexdigest())


def test_a_url_is_known_or_not(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, {"https://a.example/x": "cafe"})
    assert shelf.look("https://a.example/x") == Source("https://a.example/x", "cafe")
    assert shelf.look("https://a.example:8443/y?z=1") == Source(
        "https://a.example:8443/y?z=1", None
    )
    assert shelf.files == []


@pytest.mark.parametrize(
    "text",
    [
        "http://a.example/x", "ftp://a.example/x", "file:///etc/passwd", "https://", "https:///x",
        "https://u@a.example/x", "https://:p@a.example/", "https://[::1/x", "https://a:99999/x",
        "https://a.example/a b", "https://a.example/\n", "data:image/png;base64,AA", "DATA:x",
        "HTTP://a.example", "https://a.example/" + "x" * 2100, "none.png", "../a.png",
        "/etc/passwd", "", "~/a.png", "a\\b.png", "c:/a.png",
    ],
)  # fmt: skip
def test_what_names_no_picture_is_told(text: str, tmp_path: Path) -> None:
    assert isinstance(look(tmp_path, text), Fault)


def test_links_are_followed_inside_the_project_only(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "secret.png").write_bytes(PNG)
    (root / "real.png").write_bytes(PNG)
    (root / "inside.png").symlink_to("real.png")
    (root / "outside.png").symlink_to("../secret.png")
    (root / "up").symlink_to("..")
    assert isinstance(look(root, "inside.png"), Source)
    assert isinstance(look(root, "outside.png"), Fault)
    assert isinstance(look(root, "up/secret.png"), Fault)


def test_too_large_too_empty_and_not_a_picture_are_told(tmp_path: Path) -> None:
    with (tmp_path / "large.png").open("wb") as file:
        file.write(PNG)
        file.truncate(SIZE_LIMIT + 1)
    (tmp_path / "text.png").write_text("hello")
    (tmp_path / "empty.png").touch()
    told = [look(tmp_path, name) for name in ("large.png", "text.png", "empty.png")]
    assert all(isinstance(fault, Fault) for fault in told)


def test_files_lists_what_was_read(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    shelf = Shelf(tmp_path, {})
    shelf.look("a.png")
    shelf.look("b.png")
    shelf.look("a.png")
    assert shelf.files == ["a.png"]


def test_the_name_of_an_image_is_no_file_and_not_known_yet(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, {})
    assert shelf.look("@hero") == Source("@hero", None)
    assert shelf.files == []
