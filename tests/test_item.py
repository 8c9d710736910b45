"""Items: what is wrong with a prompt is told in the file that holds it."""

from __future__ import annotations

from imagegen.project.item import Item
from imagegen.project.prompts import BadTemplate
from imagegen.project.schema import ImageEntry
from imagegen.project.text import Text

BAD = BadTemplate("wrong", offset=4)


def test_a_prompt_of_its_own_is_told_at_its_key() -> None:
    item = Item("hero", ImageEntry(prompt="x"), ("images", "hero"), "x", {})
    fault = item.prompt_fault(BAD)
    assert (fault.loc, fault.where) == (("images", "hero", "prompt"), None)


def test_a_prompt_file_is_told_at_its_line_and_once_for_all_images() -> None:
    text = Text("p.txt", "p.txt", "one\n{two}")
    items = [
        Item(name, ImageEntry(prompt_file="p.txt"), ("images", name), text.content, {}, text)
        for name in ("a", "b")
    ]
    faults = {item.prompt_fault(BAD) for item in items}
    assert [str(fault.where) for fault in faults] == ["p.txt:2:1"]
