"""Filling: the templates of an entry are found, and filled in as what they are for."""

from __future__ import annotations

from imagegen.project.fault import Fault
from imagegen.project.filling import furnished, templates
from imagegen.project.schema import ImageEntry
from imagegen.project.variable import Filled

ENTRY = ImageEntry(
    prompt="{a}",
    alt="{a}",
    output="x/{a}.webp",
    prompt_file="{a}.txt",
    references=("b.png", "{a}.png"),
    params={"n": "{a}", "list": ["x", "{a}"], "plain": "x", "number": 3},
)


def test_whatever_holds_a_brace_is_a_template() -> None:
    assert [keys for keys, _ in templates(ENTRY)] == [
        ("prompt",), ("prompt_file",), ("output",), ("params", "n"),
        ("params", "list", 1), ("references", 1), ("alt",),
    ]  # fmt: skip


def test_values_become_slugs_in_outputs_and_stay_themselves_elsewhere() -> None:
    found = furnished(ENTRY, {"a": "Off White"}, ())
    assert isinstance(found, ImageEntry)
    assert (found.output, found.prompt_file) == ("x/off-white.webp", "Off White.txt")
    assert found.references == ("b.png", "Off White.png")
    assert found.params == {"n": "Off White", "list": ["x", "Off White"], "plain": "x", "number": 3}
    assert isinstance(found.params["n"], Filled)
    assert (found.prompt, found.alt) == ("{a}", "{a}"), "`resolve` fills in these"


def test_values_become_slugs_in_the_name_of_an_image_as_in_the_name_that_it_has() -> None:
    entry = ImageEntry(prompt="x", references=("@Mug-{a}", "{b}", "@mug-{c}"))
    found = furnished(entry, {"a": "Off White", "b": "@Hero", "c": ""}, ())
    assert isinstance(found, ImageEntry)
    assert found.references == ("@Mug-off-white", "@Hero", "@mug")


def test_an_entry_without_templates_is_not_copied() -> None:
    entry = ImageEntry(prompt="x", params={"n": 1})
    assert furnished(entry, {"a": "1"}, ()) is entry


def test_a_text_that_cannot_be_filled_in_is_told_at_its_place() -> None:
    entry = ImageEntry(prompt="x", params={"list": ["x", "{b}"]})
    fault = furnished(entry, {"a": "1"}, ("images", "m"))
    assert isinstance(fault, Fault)
    assert (fault.loc, fault.summary) == (
        ("images", "m", "params", "list", 1), "unknown variable `b`",
    )  # fmt: skip
    fault = furnished(ENTRY, {"a": "x" * 5000}, ())
    assert isinstance(fault, Fault)
    assert fault.summary == "`prompt_file` is too long"
