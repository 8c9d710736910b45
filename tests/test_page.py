"""Pages: what a Markdown file is called, and which of its values a template can name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from imagegen.project.page import Page, read
from imagegen.project.texts import Texts


def page(folder: Path, path: str, start: str, front: str, word: str = "") -> Page | None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(front)
    found = read(Texts(folder, Path()), path, start, word)
    assert found is None or isinstance(found, Page)
    return found


@pytest.mark.parametrize(
    ("path", "start", "wanted"),
    [
        ("content/posts/hello.md", "content", ("posts/hello", "hello")),
        ("content/posts/hello/index.md", "content", ("posts/hello", "hello")),
        ("content/posts/_index.md", "content", ("posts", "posts")),
        ("content/index.md", "content", ("content", "content")),
        ("index.md", "", ("index", "index")),
        ("a/b.en.md", "", ("a/b.en", "b.en")),
        ("a/README", "a", ("README", "README")),
    ],
)
def test_a_page_is_called_as_sites_call_it(
    path: str, start: str, wanted: tuple[str, str], tmp_path: Path
) -> None:
    found = page(tmp_path, path, start, "---\na: 1\n---\n")
    assert found is not None
    assert (found.variables["path"], found.variables["slug"]) == wanted


def test_a_name_on_disk_that_is_no_text_becomes_one(tmp_path: Path) -> None:
    found = page(tmp_path, os.fsdecode(b"a\xff.md"), "", "---\na: 1\n---\n")
    assert found is not None
    assert found.variables["path"] == found.variables["slug"] == "a\ufffd"


def test_plain_values_are_variables_and_a_slug_of_its_own_wins(tmp_path: Path) -> None:
    front = "+++\ndate = 2026-01-02\nslug = 'own'\nn = 3\nlist = [1]\n'not a name' = 1\n+++\n"
    found = page(tmp_path, "a/b.md", "a", front)
    assert found is not None
    assert found.variables == {"date": "2026-01-02", "slug": "own", "n": "3", "path": "b"}


def test_front_matter_may_be_long_and_a_page_longer(tmp_path: Path) -> None:
    front = "---\na: 1\n" + "# x\n" * 10_000 + "image: y\n---\n" + "body\n" * 100_000
    found = page(tmp_path, "a.md", "", front, "image")
    assert found is not None
    assert found.values == {"a": 1, "image": "y"}


def test_a_page_that_never_says_the_word_is_not_parsed(tmp_path: Path) -> None:
    assert page(tmp_path, "a.md", "", "---\na: [\n---\n", "image") is None
    assert page(tmp_path, "b.md", "", "# No front matter\n") is None
