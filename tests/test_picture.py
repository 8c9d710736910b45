"""Pictures of pages: own keys stand over common ones, and other pictures are left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from imagegen.project.page import read
from imagegen.project.picture import Picture, picture
from imagegen.project.schema import ContentTable
from imagegen.project.texts import Texts


def made(folder: Path, front: str, **content: Any) -> Picture | list[Any] | None:
    (folder / "a.md").write_text(f"---\ntitle: T\n{front}\n---\n")
    page = read(Texts(folder, Path()), "a.md", "", "")
    assert page is not None
    assert not hasattr(page, "summary")
    return picture(ContentTable(files=("*.md",), **content), {"shared": "s"}, page)  # type: ignore[arg-type]


def test_own_keys_stand_over_common_ones(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        "image: {alt: own, params: {b: 2}}",
        prompt="{title} {shared}",
        alt="common",
        params={"a": 1, "b": 1},
        name="{slug}-{title}",
    )
    assert isinstance(found, Picture)
    assert (found.entry.prompt, found.entry.alt) == ("{title} {shared}", "own")
    assert found.entry.params == {"a": 1, "b": 2}
    assert found.origin.name == "a-t"


def test_a_prompt_file_of_its_own_replaces_the_common_prompt(tmp_path: Path) -> None:
    found = made(tmp_path, "image: {prompt_file: p.txt}", prompt="x")
    assert isinstance(found, Picture)
    assert (found.entry.prompt, found.entry.prompt_file) == (None, "p.txt")


@pytest.mark.parametrize(
    "front",
    [
        "image: /a.png",
        "image: false",
        "image: [a]",
        "image: {src: a, alt: b}",
        "image: {image: a, alt: b}",
    ],
)
def test_a_picture_that_is_there_already_is_none_of_ours(front: str, tmp_path: Path) -> None:
    assert made(tmp_path, front) is None
    assert made(tmp_path, front, prompt="x") is None


def test_a_page_may_tell_its_site_where_the_picture_will_be(tmp_path: Path) -> None:
    found = made(tmp_path, "image: {prompt: x, src: /images/a.jpg}")
    assert isinstance(found, Picture)
    assert found.entry.prompt == "x"


def test_a_page_without_the_key_gets_a_picture_only_by_a_common_prompt(tmp_path: Path) -> None:
    assert made(tmp_path, "a: 1") is None
    assert isinstance(made(tmp_path, "a: 1", prompt="x"), Picture)
    assert isinstance(made(tmp_path, "image:", prompt="x"), Picture)


@pytest.mark.parametrize(
    ("front", "wanted"),
    [
        ("image: {}", ["`image` has no `prompt`"]),
        ("image: {prompt: x, prompt_file: y}", ["`image` has both `prompt` and `prompt_file`"]),
        ("image: {prompt: x, table: y}", ["`table` has no place in front matter"]),
        ("image: {prompt: x, seed: -1, take: y}", [
            "`seed` must be at least 0", "`take` must be an integer, not a string",
        ]),
        ("image: {prompt: x, name: '{b}'}", ["unknown variable `b`"]),
        ("image: {prompt: x, resolution: 1MP}", ["unknown key `resolution` in `image`"]),
    ],
)  # fmt: skip
def test_a_declaration_that_cannot_be_is_told(
    front: str, wanted: list[str], tmp_path: Path
) -> None:
    found = made(tmp_path, front)
    assert isinstance(found, list)
    assert [fault.summary for fault in found] == wanted
