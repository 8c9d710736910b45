"""The wording of plans and reasons."""

from __future__ import annotations

from dataclasses import replace

import click
import pytest
import values

from imagegen.cli import words
from imagegen.diff import diff
from imagegen.lock import Lock
from imagegen.plan import Note, Noted, Reason, Wish, World


def text(plan):
    return click.unstyle(words.plan_text(plan))


def test_a_new_image_and_its_price():
    plan = diff([values.target()], Lock(), World(prices={("flux-2-pro", "1MP"): 6}))
    assert text(plan).splitlines() == [
        "+ generate  mug  6 credits",
        "      new image",
        "",
        "Plan: 1 to generate. Costs 6 credits.",
    ]


def test_a_plan_with_nothing_to_do_is_one_line():
    plan = diff(
        [values.target()], values.lock_of(values.locked()), values.in_place(values.locked())
    )
    assert text(plan) == "Plan: 1 to keep. Costs nothing."
    assert text(diff([], Lock(), World())) == "Plan: no images. Costs nothing."


def test_known_and_unknown_prices_are_told_apart():
    dear = values.target("pot", values.request("pot", params=(("resolution", "4MP"),)))
    plan = diff([values.target(), dear], Lock(), World(prices={("flux-2-pro", "1MP"): 1}))
    told = text(plan)
    assert "Costs 1 credit and 1 picture whose price is not known yet." in told
    assert "+ generate  pot  price not known" in told


def test_a_protected_image_says_what_to_do():
    wanted = values.target(of=values.request("a cup"), protect=True)
    one = values.locked()
    told = text(diff([wanted], values.lock_of(one), values.in_place(one)))
    assert "! keep      mug  kept: protected; to buy another picture: imagegen build" in told
    assert 'prompt: "a mug" -> "a cup"' in told


def test_a_refused_image_says_why_without_control_characters():
    noted = {(values.request().key, 1): Noted(Note.REFUSED, "job", "no\x1b[2J")}
    told = text(diff([values.target()], Lock(), World(noted=noted)))
    assert "not built: refused by moderation: no\\x1b[2J" in told


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (Reason("image", None, "mug"), "new image"),
        (Reason("image", "mug", None), "no longer in the project file"),
        (Reason("seed", None, 7), "seed: none -> 7"),
        (
            Reason("params.prompt_upsampling", True, False),
            "params.prompt_upsampling: true -> false",
        ),
        (Reason("prompt", "a\nb", "c"), 'prompt: "a\\nb" -> "c"'),
    ],
)
def test_a_reason_is_one_line(reason, told):
    assert words.reason_text(reason) == told


def test_of_long_texts_only_the_part_that_differs_is_shown():
    long = "a wooden desk " * 20
    told = words.reason_text(Reason("prompt", long + "at dawn", long + "at dusk"))
    assert "at dawn" in told
    assert "at dusk" in told
    assert len(told) < 160


def test_the_json_of_a_plan_lists_every_image():
    blocked = values.target(of=values.request("a cup"), protect=True)
    one = values.locked()
    plan = diff([blocked, values.target("pot")], values.lock_of(one), values.in_place(one))
    told = words.plan_json(plan)
    assert told["format"] == 1
    assert [change["name"] for change in told["changes"]] == ["mug", "pot"]
    assert told["changes"][0]["blocked"] == "protected"
    assert told["summary"]["unknown_prices"] == 0


def test_a_draft_is_told_as_free():
    drawn = values.target(of=values.request(provider="draft"))
    plan = diff([values.target()], Lock(), World(), Wish(drafts={"mug": drawn}))
    assert "+ generate  mug  free draft" in text(plan)
    assert replace(plan.changes[0]).free
