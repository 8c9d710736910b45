"""Chains: what refers to another image is decided by the picture that the other one shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
import values

from imagegen import chain
from imagegen.chain import decide
from imagegen.lock import Lock
from imagegen.locked import Locked
from imagegen.plan import Action, Block, Bought, Change, Note, Noted, Wish, World
from imagegen.request import DRAFT, Reference, Source, Target


def following(name: str, *others: str, **changes: object) -> Target:
    marks = tuple(Reference("input_images", f"image:{other}") for other in others)
    sources = tuple(Source(f"@{other}", None) for other in others)
    request = values.request(f"a {name}", references=marks)
    return values.target(name, request, sources=sources, **changes)


HERO = values.target("hero", values.request("a hero"))
MUG = following("mug", "hero")
SCENE = following("scene", "mug")
ALL = (HERO, MUG, SCENE)


def made(target: Target, sha256: str, **shown: str) -> Locked:
    """Return the lock's entry of `target`, made from the pictures that others show."""
    return values.locked(chain.settled(target, shown), sha256=sha256)


LOCK = values.lock_of(
    made(HERO, "1" * 64), made(MUG, "2" * 64, hero="1" * 64), made(SCENE, "3" * 64, mug="2" * 64)
)
PLACE = values.in_place(*LOCK.images.values())


def decided(
    *targets: Target, lock: Lock = LOCK, world: World = PLACE, wish: Wish | None = None
) -> dict[str, Change]:
    plan = decide(targets or ALL, lock, lambda *_: world, wish)
    return {change.name: change for change in plan.changes}


def actions(changes: dict[str, Change]) -> list[str]:
    return [change.action.value for change in changes.values()]


def test_nothing_is_to_do_where_nothing_has_changed_and_one_look_is_enough() -> None:
    looks: list[World | None] = []

    def look(targets: object, seen: World | None) -> World:
        looks.append(seen)
        return PLACE

    plan = decide(ALL, LOCK, look)
    assert plan.idle
    assert looks == [None]
    assert all(change.target and change.target.settled for change in plan.changes)


def test_without_a_lock_all_is_generated_and_the_reasons_name_what_is_waited_for() -> None:
    changes = decided(lock=Lock(), world=World())
    assert actions(changes) == ["generate"] * 3
    assert [one.new for one in changes["scene"].reasons] == ["scene", "new picture of `mug`"]
    assert changes["scene"].target.awaited == ("mug",)


def test_a_new_picture_makes_stale_what_follows_and_only_that() -> None:
    changes = decided(
        HERO, replace(MUG, request=values.request("b", references=MUG.request.references)), SCENE
    )
    assert actions(changes) == ["keep", "generate", "generate"]
    (reason,) = changes["scene"].reasons
    assert (reason.field, reason.old) == ("references.1", f"sha256 {'2' * 12}")
    assert reason.new == "new picture of `mug`"


def test_a_picture_that_is_known_beforehand_settles_what_follows() -> None:
    hero = values.target("hero", values.request("another hero"))
    world = replace(
        PLACE,
        originals={*PLACE.originals, "9" * 64},
        answers={
            (hero.request.key, 1): Bought(
                replace(LOCK.images["hero"].original, sha256="9" * 64), "j"
            )
        },
    )
    changes = decided(hero, MUG, SCENE, world=world)
    assert actions(changes) == ["restore", "generate", "generate"]
    assert changes["mug"].target.settled
    assert str(changes["mug"].reasons[0].new).startswith("@hero (sha256 9999")
    assert changes["scene"].target.awaited == ("mug",)


def test_a_renamed_image_changes_nothing_for_those_that_follow() -> None:
    lead = replace(HERO, name="lead")
    mug = replace(MUG, sources=(Source("@lead", None),))
    changes = decided(lead, mug, SCENE)
    assert [changes[name].action for name in ("mug", "scene")] == [Action.KEEP] * 2


@pytest.mark.parametrize("note", [Note.REFUSED, Note.UNKNOWN, Note.LOST, Note.ABANDONED])
def test_what_follows_a_picture_that_cannot_be_had_is_not_bought(note: Note) -> None:
    hero = values.target("hero", values.request("another hero"))
    world = replace(PLACE, noted={(hero.request.key, 1): Noted(note, "j", "why not")})
    changes = decided(hero, MUG, SCENE, world=world)
    assert [changes[name].block for name in ("mug", "scene")] == [Block.REFERENCE] * 2
    assert changes["mug"].blocked == f"it refers to `hero`: {changes['hero'].blocked}"


def test_a_protected_picture_is_what_it_shows() -> None:
    hero = replace(values.target("hero", values.request("another hero")), protect=True)
    assert actions(decided(hero, MUG, SCENE)) == ["keep"] * 3


def test_a_job_that_is_paid_is_waited_for() -> None:
    hero = values.target("hero", values.request("another hero"))
    world = replace(PLACE, noted={(hero.request.key, 1): Noted(Note.PAID, "j")})
    changes = decided(hero, MUG, SCENE, world=world)
    assert actions(changes) == ["restore", "generate", "generate"]
    assert changes["mug"].target.awaited == ("hero",)


def test_two_that_follow_pictures_of_one_purchase_are_one_purchase() -> None:
    twin = replace(HERO, name="twin")
    mug = values.target(
        "cup", replace(MUG.request, references=following("x", "twin").request.references)
    )
    cup = replace(mug, sources=(Source("@twin", None),))
    changes = decided(HERO, twin, MUG, cup, lock=Lock(), world=World())
    assert [one.action for one in changes.values()].count(Action.GENERATE) == 2


def test_a_draft_never_waits_and_is_never_the_picture_that_is_shown() -> None:
    drafts = {one.name: replace(one, request=replace(one.request, provider=DRAFT)) for one in ALL}
    changes = decided(lock=Lock(), world=World(), wish=Wish(drafts=drafts))
    assert [one.target.awaited for one in changes.values() if one.target] == [()] * 3
    drawn = values.lock_of(*(values.locked(one) for one in drafts.values()))
    again = decided(
        lock=drawn, world=values.in_place(*drawn.images.values()), wish=Wish(drafts=drafts)
    )
    assert actions(again) == ["keep"] * 3
    real = decided(lock=drawn, world=values.in_place(*drawn.images.values()))
    assert [one.target.awaited for one in real.values() if one.target] == [(), ("hero",), ("mug",)]


def test_names_bring_what_they_refer_to() -> None:
    assert chain.with_referred({"mug"}, ALL) == {"hero", "mug"}
    assert chain.with_referred({"gone"}, ALL) == {"gone"}
