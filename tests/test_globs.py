"""Globs: what a pattern finds in a project, in a stable order, and never outside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagegen.project import globs

FILES = (
    "content/index.md", "content/posts/a.md", "content/posts/b/index.md", "content/posts/b/x.txt",
    "content/posts/[slug]/c.md", "content/.drafts/d.md", "content/posts/.e.md",
    "content/node_modules/f.md", "docs/g.md", "h.md",
)  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "site"


def found(root: Path, pattern: str) -> globs.Search:
    search = globs.Search(root)
    search.run(globs.parsed(pattern))
    return search


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("content/**/*.md", [0, 4, 1, 2]),
        ("content/*.md", [0]),
        ("content/*/*.md", [1]),
        ("content/posts/?.md", [1]),
        ("content/**/b/*", [2, 3]),
        ("content/posts/[slug]/*.md", [4]),
        ("**/*.md", [0, 4, 1, 2, 8, 9]),
        ("*.md", [9]),
        ("docs/**", [8]),
        ("docs/g.md", [8]),
        ("**/**/**/g.md", [8]),
        ("docs/none.md", []),
    ],
)
def test_a_pattern_finds_files_in_a_stable_order(
    root: Path, pattern: str, wanted: list[int]
) -> None:
    assert found(root, pattern).files == [FILES[index] for index in wanted]


def test_every_folder_that_may_get_a_page_is_told(root: Path) -> None:
    search = found(root, "content/**/*.md")
    assert sorted(search.folders) == [
        "content", "content/posts", "content/posts/[slug]", "content/posts/b",
    ]  # fmt: skip
    assert found(root, "*.md").folders == [""]


def test_links_are_followed_to_files_of_the_project_only(root: Path) -> None:
    (root / "docs/alias.md").symlink_to("../h.md")
    (root / "docs/loop").symlink_to("../docs")
    (root / "docs/broken.md").symlink_to("nowhere.md")
    assert found(root, "docs/**/*.md").files == ["docs/alias.md", "docs/g.md"]
    (root.parent / "secret.md").touch()
    (root / "docs/out.md").symlink_to("../../secret.md")
    with pytest.raises(globs.BadGlob, match="leads out of the project"):
        found(root, "docs/*.md")
    assert found(root, "docs/g*").files == ["docs/g.md"]


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("", "this pattern is empty"),
        ("../*.md", "`../*.md` leaves its folder with `..`"),
        ("/etc/*", "`/etc/*` is an absolute path"),
        ("content/*.{md,mdx}", "`content/*.{md,mdx}` has braces"),
        ("contnt/*.md", "there is no folder `contnt`"),
        ("h.md/*.md", "there is no folder `h.md`"),
    ],
)
def test_a_pattern_that_cannot_be_searched_for_is_told(
    root: Path, pattern: str, wanted: str
) -> None:
    with pytest.raises(globs.BadGlob) as caught:
        found(root, pattern)
    assert caught.value.summary == wanted


def test_a_pattern_of_stars_takes_no_time(root: Path) -> None:
    deep = root.joinpath(*("a" * 200 for _ in range(4)))
    deep.mkdir(parents=True)
    assert found(root, "*a" * 100 + "/" + "**/" * 200 + "b.md").files == []


def test_a_search_has_an_end(root: Path, tmp_path: Path) -> None:
    search = globs.Search(root)
    search._seen = globs.ENTRIES_LIMIT
    with pytest.raises(globs.BadGlob, match="too many files"):
        search.run(globs.parsed("*.md"))


@pytest.mark.parametrize(
    "pattern", ["content/**/*.md", "content/posts/*", "**", "docs/g.md", "*.md"]
)
def test_a_file_that_is_not_there_yet_would_be_found_as_one_that_is(
    root: Path, pattern: str
) -> None:
    would = [path for path in FILES if globs.matches(globs.parsed(pattern), path)]
    assert sorted(would) == found(root, pattern).files
