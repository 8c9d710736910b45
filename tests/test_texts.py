"""Texts: files of the project are read within limits, and nothing outside it ever is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import versioned

from imagegen.project.texts import TOTAL_LIMIT, Texts, Unread


def texts(folder: Path) -> Texts:
    return Texts(folder / "site", Path("site"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path


def refused(found: Texts, path: str, limit: int = 100) -> Unread:
    with pytest.raises(Unread) as caught:
        found.text(path, limit)
    return caught.value


def test_a_text_has_no_byte_order_mark_and_one_kind_of_line_end(folder: Path) -> None:
    (folder / "site/a.csv").write_bytes(b"\xef\xbb\xbfa\r\nb\n")
    found = texts(folder)
    assert found.text("a.csv", 100).content == "a\nb\n"
    assert found.files == [folder / "site/a.csv"]


def test_what_leads_out_of_the_project_is_not_read(folder: Path) -> None:
    (folder / "site/link.txt").symlink_to("../secret.txt")
    (folder / "site/up").symlink_to("..")
    (folder / "site/near.txt").write_text("near")
    (folder / "site/alias.txt").symlink_to("near.txt")
    found = texts(folder)
    assert found.text("near.txt", 100).content == "near"
    for path in ("link.txt", "up/secret.txt"):
        assert "leads out of the project" in refused(found, path).summary
    assert found.text("alias.txt", 100).content == "near"
    assert "secret" not in str(found.files)


def test_a_pipe_is_not_opened_and_a_folder_is_no_file(folder: Path) -> None:
    os.mkfifo(folder / "site/pipe")
    (folder / "site/sub").mkdir()
    for path in ("pipe", "sub"):
        assert refused(texts(folder), path).summary == f"`{path}` is not a file"


def test_a_file_that_is_not_there_brings_the_nearest_to_mind(folder: Path) -> None:
    (folder / "site/products.csv").write_text("a")
    assert refused(texts(folder), "product.csv").hint == "did you mean `products.csv`?"


def test_one_file_and_all_together_have_a_limit(folder: Path) -> None:
    (folder / "site/big").write_bytes(b"x" * 101)
    assert "too large" in refused(texts(folder), "big").summary
    for number in range(5):
        (folder / f"site/{number}").write_bytes(b"x" * (TOTAL_LIMIT // 4))
    found = texts(folder)
    for number in range(4):
        found.text(str(number), TOTAL_LIMIT)
    assert "too many" in refused(found, "4", TOTAL_LIMIT).summary


def test_bytes_that_are_no_utf_8_are_told_at_their_place(folder: Path) -> None:
    (folder / "site/a.csv").write_bytes("a\nbé\n".encode("latin-1"))
    bad = refused(texts(folder), "a.csv")
    assert (bad.summary, str(bad.where)) == ("`a.csv` is not UTF-8", "site/a.csv:2:2")


def test_utf_16_is_called_by_its_name_with_and_without_a_mark(folder: Path) -> None:
    for data in ("a\n".encode("utf-16"), "a\n".encode("utf-16-le")):
        (folder / "site/a.csv").write_bytes(data)
        assert "UTF-16" in refused(texts(folder), "a.csv").detail


def test_a_pointer_of_git_lfs_is_not_taken_for_the_text_that_it_stands_for(folder: Path) -> None:
    (folder / "site/mug.txt").write_bytes(versioned.pointer(b"a mug"))
    bad = refused(texts(folder), "mug.txt", 1000)
    assert (bad.summary, bad.hint) == ("`mug.txt` is not here", "fetch it:\n  git lfs pull")
