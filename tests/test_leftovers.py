"""What was published before and is asked for no longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagegen import digest
from imagegen.errors import NeedsAttention
from imagegen.publish import leftovers
from imagegen.workspace import Workspace

OURS = b'{"format": 1, "generator": "imagegen", "images": {}}'


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A project that has published two files."""
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(OURS)
    workspace = Workspace(tmp_path)
    leftovers.note(workspace, [("a.json", OURS), ("b.json", OURS)])
    return workspace


def test_what_is_asked_for_is_no_leftover(workspace: Workspace) -> None:
    assert leftovers.found(workspace, ["a.json", "B.JSON"]).ours == {}
    assert leftovers.found(workspace, ["b.json"]).ours == {"a.json": digest.sha256_of(OURS)}


def test_what_is_asked_for_through_a_link_is_no_leftover(workspace: Workspace) -> None:
    (workspace.root / "other").symlink_to(".")
    found = leftovers.found(workspace, ["other/a.json"])
    assert found.ours == {"b.json": digest.sha256_of(OURS)}


def test_a_file_with_other_bytes_is_told_and_one_of_others_is_not(workspace: Workspace) -> None:
    (workspace.root / "a.json").write_bytes(OURS + b"\n")
    (workspace.root / "b.json").write_bytes(b"mine")
    found = leftovers.found(workspace, [])
    assert (found.ours, found.changed) == ({}, ("a.json",))


def test_what_is_published_for_another_project_file_is_no_leftover(workspace: Workspace) -> None:
    assert leftovers.found(workspace, [], "draft.toml").ours == {}
    leftovers.note(workspace, [], "draft.toml")
    assert set(leftovers.noted(workspace)) == {"a.json", "b.json"}
    leftovers.note(workspace, [("c.json", OURS)], "draft.toml")
    assert set(leftovers.noted(workspace, "draft.toml")) == {"c.json"}
    assert leftovers.found(workspace, []).ours == {}


def test_what_is_gone_is_no_leftover(workspace: Workspace) -> None:
    (workspace.root / "a.json").unlink()
    assert list(leftovers.found(workspace, []).ours) == ["b.json"]


def test_the_note_is_written_only_when_it_differs(workspace: Workspace) -> None:
    place = workspace.root / leftovers.NOTE
    before = place.stat().st_ino, place.stat().st_mtime_ns
    leftovers.note(workspace, [("b.json", OURS), ("a.json", OURS)])
    assert (place.stat().st_ino, place.stat().st_mtime_ns) == before
    leftovers.note(workspace, [])
    assert leftovers.noted(workspace) == {}


def test_a_project_that_publishes_nothing_has_no_note(tmp_path: Path) -> None:
    leftovers.note(Workspace(tmp_path), [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    ["imagegen published 2 for imagegen.toml\n{key} a.json\n", "{key} a.json\n", "\0", ""],
)
def test_a_note_of_another_form_says_nothing(workspace: Workspace, text: str) -> None:
    filled = text.format(key=digest.xxh3_128(OURS))
    (workspace.root / leftovers.NOTE).write_text(filled)
    assert leftovers.found(workspace, []).ours == {}


@pytest.mark.parametrize("path", ["../a.json", "/etc/passwd", "imagegen.toml", ".imagegen/x"])
def test_a_note_is_not_believed_beyond_the_project(workspace: Workspace, path: str) -> None:
    text = f"imagegen published 1 for imagegen.toml\n{digest.xxh3_128(OURS)} {path}\n"
    (workspace.root / leftovers.NOTE).write_text(text)
    assert leftovers.noted(workspace) == {}


def test_a_note_that_cannot_be_written_is_told(workspace: Workspace) -> None:
    (workspace.root / leftovers.NOTE).unlink()
    (workspace.root / leftovers.NOTE).mkdir()
    with pytest.raises(NeedsAttention, match="published"):
        leftovers.note(workspace, [("a.json", OURS)])
