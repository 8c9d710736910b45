"""The wording of plans and reasons."""

from __future__ import annotations

from dataclasses import replace

import click
import pytest
import values

from imagegen.candidates import with_candidates
from imagegen.cli import words
from imagegen.diff import diff
from imagegen.lock import Lock
from imagegen.locked import Derived, Output
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
            Reason("name", "another for 2 files", "{stem}"),
            'name: "another for 2 files" -> "{stem}"',
        ),
        (
            Reason("provider", "draft", "apiframe"),
            "a draft; the real picture is still to be bought",
        ),
        (Reason("job", None, "4ffcb9da"), "ordered already, nothing more to pay"),
        (Reason("request", None, "the same as `a`"), "the same as `a`; one picture serves both"),
        (
            Reason("params.prompt_upsampling", True, False),
            "params.prompt_upsampling: true -> false",
        ),
        (Reason("prompt", "a\nb", "c"), 'prompt: "a\\nb" -> "c"'),
        (Reason("formats", None, ["avif", "webp"]), 'formats: none -> ["avif", "webp"]'),
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


def test_many_images_of_which_the_same_is_said_for_free_share_a_row():
    targets = [values.target(name, values.request(name)) for name in "abcde"]
    entries = [values.locked(target) for target in targets]
    gone = World(originals=frozenset({values.SHA}))
    told = text(diff(targets, values.lock_of(*entries), gone))
    assert told.splitlines() == [
        "< restore   5 images: a, b, c and 2 more",
        '      file: "missing" -> "as locked"',
        "",
        "Plan: 5 to restore. Costs nothing.",
    ]
    few = text(diff(targets[:3], values.lock_of(*entries[:3]), gone))
    assert few.count("< restore   ") == 3


def test_whatever_is_paid_for_or_deleted_has_a_row_of_its_own():
    targets = [values.target(name, values.request(name)) for name in "abcde"]
    assert text(diff(targets, Lock(), World())).count("+ generate  ") == 5
    entries = [values.locked(target) for target in targets]
    assert text(diff([], values.lock_of(*entries), World())).count("- retire  ") == 5


def test_candidates_of_one_image_share_a_row():
    prices = {("flux-2-pro", "1MP"): 6}
    hero = values.target("hero", candidates=3)
    told = text(diff(with_candidates([hero]), Lock(), World(prices=prices)))
    assert "+ generate  hero#2, #3  6 credits each\n      new image" in told
    assert "Plan: 3 to generate, 1 to restore. Costs 18 credits." in told


def test_where_no_price_is_known_the_plan_says_how_to_learn_one():
    told = text(diff([values.target()], Lock(), World())).splitlines()
    assert told[-2:] == [
        "Plan: 1 to generate. Costs: not known yet (1 picture).",
        "Prices are learnt from the first purchase; set [prices], or buy one first: "
        "imagegen build mug",
    ]


def test_what_only_the_api_has_is_told_to_need_key_and_network():
    plan = diff([values.target()], values.lock_of(values.locked()), World())
    assert plan.changes[0].fetches
    assert "< restore   mug  to be fetched, free; needs the key and the network\n" in text(plan)


def test_what_goes_says_how_many_files_are_deleted_and_what_stays():
    one = values.locked(derived=Derived((Output("images/mug-8.webp", values.OTHER_SHA),)))
    told = text(diff([], values.lock_of(one), values.in_place(one)))
    assert "- retire    mug  deletes 2 files; the picture stays in the store\n" in told
    gone = text(diff([], values.lock_of(one), World()))
    assert "- retire    mug  deletes 2 files\n" in gone
    heir = values.target("cup", output="images/mug.webp")
    assert "deletes" not in text(diff([heir], values.lock_of(one), values.in_place(one)))


def test_a_picture_that_gets_another_name_is_told_as_renamed():
    one = values.locked()
    told = text(diff([values.target("cup")], values.lock_of(one), values.in_place(one)))
    assert "< restore   cup\n      renamed from mug\n" in told
    assert "\n      renamed to cup\n" in told


def test_drafts_whose_real_pictures_are_to_be_bought_share_a_row():
    targets = [values.target(name, values.request(name)) for name in "abcde"]
    drafts = (replace(one, request=replace(one.request, provider="draft")) for one in targets)
    lock = values.lock_of(*map(values.locked, drafts))
    told = text(diff(targets, lock, World(prices={("flux-2-pro", "1MP"): 6})))
    assert told.splitlines() == [
        "+ generate  5 images: a, b, c and 2 more  6 credits each",
        "      a draft; the real picture is still to be bought",
        "",
        "Plan: 5 to generate. Costs 30 credits.",
    ]


def test_a_protected_choice_is_told_once_with_what_replacing_it_buys():
    prices = {("flux-2-pro", "1MP"): 6}
    hero = values.target("hero", values.request("new"), candidates=3, protect=True)
    one = values.locked(values.target("hero"))
    lock, world = values.lock_of(one), replace(values.in_place(one), prices=prices)
    targets = with_candidates([hero])
    plan = diff(targets, lock, world)
    replaced = diff(targets, lock, world, Wish(replace=frozenset(["hero"])))
    told = click.unstyle(words.plan_text(plan, {"hero": replaced}))
    way = "kept: protected; to buy 3 pictures for 18 credits: imagegen build --replace hero"
    assert told.startswith(f"! keep      hero, #1, #2, #3  {way}\n")
    assert told.count("--replace") == 1
