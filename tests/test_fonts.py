"""Fonts: each file is read once and judged where the project names it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lettered import ARABIC, LATIN, VARYING

from imagegen.digest import sha256_of
from imagegen.project.fault import Fault
from imagegen.project.fonts import SIZE_LIMIT, Font, Fonts


@pytest.fixture
def fonts(tmp_path: Path) -> Fonts:
    folder = tmp_path / "fonts"
    folder.mkdir()
    (folder / "latin.ttf").write_bytes(LATIN)
    (folder / "arabic.ttf").write_bytes(ARABIC)
    return Fonts(tmp_path)


def fault(fonts: Fonts, path: str) -> Fault:
    found = fonts.look(path)
    assert isinstance(found, Fault)
    return found


def test_a_font_is_known_by_its_bytes_and_its_letters(fonts: Fonts, tmp_path: Path) -> None:
    found = fonts.look("fonts/latin.ttf")
    assert isinstance(found, Font)
    assert (found.path, found.sha256) == ("fonts/latin.ttf", sha256_of(LATIN))
    assert found.characters.missing("aЖ") == ["Ж"]
    assert found.weights is None
    (tmp_path / "fonts" / "varying.ttf").write_bytes(VARYING)
    varying = fonts.look("fonts/varying.ttf")
    assert isinstance(varying, Font)
    assert varying.weights == (200, 900)
    assert fonts.look("fonts/latin.ttf") is found
    fonts.look("fonts/none.ttf")
    names = [path.name for path in fonts.files]
    assert names == ["latin.ttf", "varying.ttf"]


def test_the_nearest_name_is_offered(fonts: Fonts) -> None:
    found = fault(fonts, "fonts/latn.ttf")
    assert found.summary == "there is no font `fonts/latn.ttf`"
    assert found.hint == "did you mean `fonts/latin.ttf`?"


@pytest.mark.parametrize("path", ["/etc/latin.ttf", "../latin.ttf", "", "C:/Windows/arial.ttf"])
def test_a_font_lies_in_the_project(fonts: Fonts, path: str) -> None:
    assert isinstance(fonts.look(path), Fault)
    assert fonts.files == []


def test_what_is_no_font_file_is_never_opened(fonts: Fonts, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttf")
    assert fault(fonts, "pipe.ttf").summary == "`pipe.ttf` is not a file"
    assert fault(fonts, "fonts").summary == "`fonts` is not a file"
    (tmp_path / "out.ttf").symlink_to("/dev/null")
    assert fault(fonts, "out.ttf").summary == "`out.ttf` is not a file"
    (tmp_path / "page.ttf").write_text("<html>")
    assert fault(fonts, "page.ttf").summary == "`page.ttf` is not a font"


def test_a_link_that_leaves_the_project_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "latin.ttf").write_bytes(LATIN)
    (tmp_path / "site" / "link.ttf").symlink_to("../latin.ttf")
    found = fault(Fonts(tmp_path / "site"), "link.ttf")
    assert found.summary == "`link.ttf` leads out of the project"


def test_huge_files_are_not_read(fonts: Fonts, tmp_path: Path) -> None:
    for number in range(5):
        with (tmp_path / f"{number}.ttf").open("wb") as file:
            file.truncate(SIZE_LIMIT if number else SIZE_LIMIT + 1)
    assert fault(fonts, "0.ttf").summary == "`0.ttf` is too large"
    told = [fault(fonts, f"{number}.ttf").summary for number in (1, 2, 3, 4)]
    assert told[-1] == "`4.ttf` is one font too many to read"
