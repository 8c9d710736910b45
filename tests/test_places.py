"""Places: faults of all files become problems in one reading order."""

from __future__ import annotations

from imagegen.project.fault import Fault
from imagegen.project.places import located
from imagegen.project.text import Text


def test_the_project_file_comes_first_and_then_file_by_file() -> None:
    rows = Text("p.toml", "p.toml", "[[rows]]\na = 1\n", form="toml")
    page = Text("b.md", "b.md", "image:\n  seed: x\n", first_line=2, form="yaml")
    front = Text("a.md", "a.md", "[image]\nseed = 1\n", first_line=2, form="toml")
    plain = Text("p.csv", "p.csv", "sku\na\n")
    faults = [
        Fault((), "ready", where=plain.where(2)),
        Fault(("rows", 0, "a"), "row", beside=rows),
        Fault(("image", "seed"), "deep", beside=page),
        Fault(("image", "alt"), "missing", at="key", beside=page),
        Fault(("image", "seed"), "toml", beside=front),
        Fault(("images", "x"), "own", at="key"),
    ]
    problems = located(faults, "[images.x]\n", "imagegen.toml")
    assert [f"{one.where} {one.summary}" for one in problems] == [
        "imagegen.toml:1:9 own",
        "a.md:3:8 toml",
        "b.md:2:1 missing",
        "b.md:3:9 deep",
        "p.csv:2:1 ready",
        "p.toml:2:5 row",
    ]
