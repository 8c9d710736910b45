"""Which take an image shows, and which it offers: picks, candidates, pictures taken in."""

from __future__ import annotations

from dataclasses import replace

import values

from imagegen.candidates import candidate, with_candidates
from imagegen.lock import Lock
from imagegen.locked import Locked
from imagegen.plan import Bought, Note, Noted, Wish, World
from imagegen.request import Target
from imagegen.takes import Takes

HERO = values.target("hero", candidates=3)


def takes(
    *targets: Target, lock: Lock | None = None, world: World | None = None, wish: Wish | None = None
) -> Takes:
    listed = with_candidates(targets or [HERO])
    return Takes(listed, lock or Lock(), world or World(), wish or Wish())


def noted(**notes: Note) -> World:
    key = HERO.request.key
    return World(noted={(key, int(name[1:])): Noted(note) for name, note in notes.items()})


def offered(*numbers: int, name: str = "hero") -> list[Locked]:
    choice = replace(HERO, name=name)
    return [values.locked(candidate(choice, n), take=n, outputs=()) for n in numbers]


def test_a_choice_shows_its_first_candidate_that_can_be_had() -> None:
    assert takes().shown(HERO) == (1, False)
    assert takes(world=noted(t1=Note.REFUSED)).shown(HERO) == (2, False)
    refused = noted(t1=Note.REFUSED, t2=Note.LOST, t3=Note.ABANDONED)
    assert takes(world=refused).shown(HERO) == (1, False)


def test_a_choice_keeps_what_it_shows_whatever_the_candidates_claim() -> None:
    shows = values.locked(HERO, take=2)
    known = takes(lock=values.lock_of(shows, *offered(1, 2, 3)))
    assert known.shown(HERO) == (2, False)
    assert not known.picked(HERO, 2)


def test_a_renamed_choice_keeps_its_take_and_that_it_was_picked() -> None:
    before = replace(values.locked(replace(HERO, name="old"), take=2), picked=True)
    known = takes(lock=values.lock_of(before, *offered(1, 2, 3, name="old")))
    assert known.shown(HERO) == (2, False)
    assert known.picked(HERO, 2)


def test_a_pick_wins_and_is_remembered_for_that_take_and_request_alone() -> None:
    chosen = replace(values.locked(HERO, take=2), picked=True)
    now = takes(lock=values.lock_of(chosen), wish=Wish(picks={"hero": 3}))
    assert now.shown(HERO) == (3, False)
    assert now.picked(HERO, 3)
    later = takes(lock=values.lock_of(chosen))
    assert later.picked(HERO, 2)
    assert not later.picked(HERO, 3)
    assert not later.picked(replace(HERO, request=values.request("a cup")), 2)


def test_another_picture_of_a_choice_comes_after_all_its_candidates() -> None:
    wish = Wish(replace={"hero"})
    assert takes(wish=wish).shown(HERO) == (1, True)
    some = values.lock_of(*offered(1))
    assert takes(lock=some, wish=wish).shown(HERO) == (4, True)
    added = values.lock_of(values.locked(HERO, take=4), *offered(1, 2, 3, 4))
    assert takes(lock=added, wish=wish).shown(HERO) == (5, True)


def test_candidates_beyond_those_asked_for_stay_while_there_is_a_choice() -> None:
    targets = with_candidates([HERO])
    lock = values.lock_of(values.locked(HERO, take=6), *offered(1, 2, 3, 4, 5))
    names = [one.name for one in takes(lock=lock).with_added(targets)]
    assert names == ["hero", *(f"hero#{take}" for take in range(1, 7))]
    changed = with_candidates([replace(HERO, request=values.request("a cup"))])
    other = Takes(changed, lock, World(), Wish())
    assert len(other.with_added(changed)) == 4


def test_an_image_of_the_same_request_shows_no_candidate_by_accident() -> None:
    card = values.target("card")
    lock = values.lock_of(values.locked(HERO, take=2), *offered(1, 2, 3))
    answers = {(HERO.request.key, n): Bought(values.locked().original, "job") for n in (1, 2, 3)}
    for world in (World(), World(answers=answers)):
        assert takes(HERO, card, lock=lock, world=world).shown(card) == (1, False)


def test_a_picture_that_was_taken_in_is_shown_by_its_image_or_that_renamed_alone() -> None:
    mug, cup = values.target(), values.target("cup")
    lock = values.lock_of(values.locked(take=0, job_id=None))
    assert takes(mug, lock=lock).shown(mug) == (0, False)
    assert takes(mug, cup, lock=lock).shown(cup) == (1, False)
    assert takes(cup, lock=lock).shown(cup) == (0, False)
    again = takes(mug, lock=lock, wish=Wish(replace={"mug"}))
    assert again.shown(mug) == (1, True)


def test_of_several_that_were_taken_in_the_one_with_the_same_file_moves_on() -> None:
    old = [values.locked(values.target(name), take=0, sha256=name * 64) for name in "ab"]
    cup = values.target("cup", output="images/b.webp")
    former = takes(cup, lock=values.lock_of(*old)).taken_in(cup)
    assert former is not None
    assert former.name == "b"


def before(take: int, *, at_hand: bool = True, **changes: object) -> World:
    """A world in which `hero` has shown a take of its request before."""
    one = values.locked(HERO, take=take, outputs=(), **changes)
    originals = frozenset({one.original.sha256} if at_hand else ())
    answers = {(HERO.request.key, take): Bought(one.original, None)} if take else {}
    return World(originals=originals, answers=answers, former={"hero": one})


def test_what_an_image_showed_of_its_request_before_comes_back_as_it_was_chosen() -> None:
    known = takes(world=before(3, picked=True))
    assert known.shown(HERO) == (3, False)
    assert known.picked(HERO, 3)
    assert not known.picked(HERO, 1)
    assert not takes(world=before(2)).picked(HERO, 2)
    assert [one.name for one in takes(world=before(5)).with_added(with_candidates([HERO]))][-1] == (
        "hero#5"
    )


def test_what_was_shown_before_yields_to_what_lock_project_or_person_say() -> None:
    world = before(3, picked=True)
    now = values.lock_of(values.locked(HERO, take=2))
    assert takes(lock=now, world=world).shown(HERO) == (2, False)
    assert not takes(lock=now, world=world).picked(HERO, 3)
    moved = values.lock_of(values.locked(replace(HERO, name="old"), take=2))
    assert takes(lock=moved, world=world).shown(HERO) == (2, False)
    assert takes(world=world, wish=Wish(picks={"hero": 1})).shown(HERO) == (1, False)
    assert takes(world=world, wish=Wish(replace={"hero"})).shown(HERO) == (4, True)
    claimed = values.target("card", take=3)
    assert takes(HERO, claimed, world=world).shown(HERO) == (1, False)


def test_what_was_shown_before_is_never_bought_for_it() -> None:
    assert takes(world=before(3, at_hand=False)).shown(HERO) == (1, False)
    assert takes(world=before(0, at_hand=False)).shown(HERO) == (1, False)
    other = replace(before(3).former["hero"], request={**HERO.request.canonical, "seed": 1})
    assert takes(world=replace(before(3), former={"hero": other})).shown(HERO) == (1, False)
    kept = World(
        noted={(HERO.request.key, 3): Noted(Note.PAID)},
        former=before(3).former,
    )
    assert takes(world=kept).shown(HERO) == (3, False)


def test_a_picture_that_was_taken_in_comes_back_to_its_image_alone() -> None:
    world, card = before(0), values.target("card")
    known = takes(HERO, card, world=world)
    assert known.shown(HERO) == (0, False)
    assert known.taken_in(HERO) == world.former["hero"]
    assert known.shown(card) == (1, False)
    assert known.taken_in(card) is None
