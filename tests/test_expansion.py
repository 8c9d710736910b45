"""Expansion: each image has a name of its own, and what is wrong with one keeps no other out."""

from __future__ import annotations

from pathlib import Path

from imagegen.project.expansion import Expansion
from imagegen.project.origin import SetOrigin
from imagegen.project.parse import parse
from imagegen.project.schema import IMAGES_LIMIT, ImageEntry
from imagegen.project.texts import Texts


def expansion(folder: Path) -> Expansion:
    text = '[vars]\nlight = "dawn"\n[images.hero]\nprompt = "x"\n'
    project = parse(text.encode(), folder / "imagegen.toml").project
    assert project is not None
    return Expansion(project, Texts(folder, Path()))


def test_names_are_given_once(tmp_path: Path) -> None:
    found = expansion(tmp_path)
    entry = ImageEntry(prompt="{a} at {light}")
    found.keep("hero", entry)
    for name in ("mug-a", "hero", "-", "mug-b", "mug-a"):
        found.add(name, entry, SetOrigin(name, "mug", {}), {"a": "1"})
    assert [item.name for item in found.items] == ["hero", "mug-a", "mug-b"]
    assert [fault.summary for fault in found.faults] == [
        "two images are called `hero`",
        "`-` is not a name for an image",
        "two images are called `mug-a`",
    ]
    assert found.faults[0].detail == "The other one comes from [images.hero]."
    assert found.room == IMAGES_LIMIT - 3


def test_own_variables_stand_before_shared_ones(tmp_path: Path) -> None:
    found = expansion(tmp_path)
    found.add("a", ImageEntry(prompt="x"), SetOrigin("a", "a", {}), {"light": "noon"})
    assert found.items[0].variables["light"] == "noon"
    found.keep("b", ImageEntry(prompt="x"))
    assert found.items[1].variables["light"] == "dawn"


def test_a_prompt_file_is_read_and_loses_its_last_line_end(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("A mug\n")
    found = expansion(tmp_path)
    found.keep("a", ImageEntry(prompt_file="p.txt"))
    found.keep("b", ImageEntry(prompt_file="none.txt"))
    found.keep("c", ImageEntry(prompt_file="../p.txt"))
    assert [item.prompt for item in found.items] == ["A mug"]
    assert [fault.loc for fault in found.faults] == [
        ("images", "b", "prompt_file"), ("images", "c", "prompt_file"),
    ]  # fmt: skip
