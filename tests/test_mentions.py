"""Mentions: `@name` leads to an image, and never back to where it came from."""

from __future__ import annotations

import itertools

import loading

from imagegen.project.mentions import CHAIN_LIMIT, Mention, faults


def told(*pairs: tuple[str, str]) -> list[str]:
    mentions = [Mention(name, other, ("images", name, "references", 0)) for name, other in pairs]
    names = {name for pair in pairs for name in pair}
    return [fault.summary for fault in faults(mentions, names, 100)]


def test_a_chain_and_two_ways_to_one_image_are_fine() -> None:
    ways = [("scene", "mug"), ("scene", "hero"), ("mug", "hero"), ("cup", "hero")]
    assert told(*ways) == []


def test_a_ring_is_shown_and_told_once() -> None:
    assert told(("hero", "mug"), ("mug", "hero"), ("cup", "hero")) == [
        "images refer to each other in a ring: hero -> mug -> hero"
    ]


def test_an_image_that_refers_to_itself_is_told_so() -> None:
    assert told(("hero", "hero")) == ["`hero` refers to itself"]


def test_every_ring_is_told() -> None:
    found = told(("a", "b"), ("b", "a"), ("c", "d"), ("d", "c"))
    assert [text.partition(": ")[2] for text in found] == ["a -> b -> a", "c -> d -> c"]


def test_a_long_ring_is_cut() -> None:
    names = [f"n{number}" for number in range(30)]
    (found,) = told(*zip(names, [*names[1:], names[0]], strict=True))
    assert found.endswith(": n0 -> n1 -> n2 -> n3 -> n4 -> n5 -> … -> n29 -> n0")


def test_a_chain_has_an_end() -> None:
    names = [f"n{number}" for number in range(CHAIN_LIMIT + 1)]
    assert told(*zip(names[1:], names, strict=False)) == [
        f"more than {CHAIN_LIMIT} images refer to each other in a row"
    ]
    assert told(*zip(names[2:], names[1:], strict=False)) == []


def test_a_chain_of_thousands_is_told_once_and_soon() -> None:
    names = [f"n{number}" for number in range(10_000)]
    assert len(told(*zip(names[1:], names, strict=False))) == 1
    assert len(told(*itertools.pairwise(names))) == 1


def test_a_name_that_nobody_has_is_told_at_its_place_with_the_nearest(tmp_path) -> None:
    text = """
[images.hero]
prompt = "a"

[images.mug]
prompt = "b"
references = ["a.png", "@heroo"]
"""
    assert loading.summaries(tmp_path, text) == ["7: no image is called `heroo`"]
    text = text.replace("@heroo", "@mug").replace('prompt = "b"', 'params = {image_prompt = "@"}')
    found = loading.summaries(tmp_path, text + 'prompt = "b"\n')
    assert found == ["6: no image is called ``", "7: `mug` refers to itself"]


def test_an_image_with_a_fault_of_its_own_is_not_missing(tmp_path) -> None:
    text = '[images.hero]\nprompt = "a"\nmodel = 3\n'
    text += '[images.mug]\nprompt = "b"\nreferences = ["@hero"]\n'
    assert len(loading.summaries(tmp_path, text)) == 1


def test_a_reference_stands_in_the_request_until_it_is_known(tmp_path) -> None:
    text = '[images.hero]\nprompt = "a"\n[images.mug]\nprompt = "b"\nreferences = ["@hero"]\n'
    mug = loading.targets(tmp_path, text)["mug"]
    assert (mug.awaited, mug.settled) == (("hero",), False)
    assert [one.sha256 for one in mug.request.references] == ["image:hero"]
