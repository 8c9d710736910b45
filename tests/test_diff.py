"""The one decision: what is done for each image, why, and for how much."""

from __future__ import annotations

from dataclasses import replace

import values

from imagegen.candidates import candidate, with_candidates
from imagegen.derivative import Marks
from imagegen.diff import diff
from imagegen.lock import Lock
from imagegen.locked import Derived, Output
from imagegen.plan import STANDS_IN, Action, Block, Bought, Change, Note, Noted, Reason, Wish, World
from imagegen.request import Target


def decide(target: Target, lock: Lock, world: World, wish: Wish | None = None) -> Change:
    return diff([target], lock, world, wish).changes[0]


def test_a_new_image_is_generated_because_it_is_new() -> None:
    change = decide(values.target(), Lock(), World())
    assert change.action is Action.GENERATE
    assert change.reasons == (Reason("image", None, "mug"),)
    assert change.price is None


def test_a_current_image_in_place_is_kept() -> None:
    one = values.locked()
    change = decide(values.target(alt="new text"), values.lock_of(one), values.in_place(one))
    assert change.action is Action.KEEP
    assert diff([values.target()], values.lock_of(one), values.in_place(one)).idle


def test_every_changed_field_is_a_reason_with_old_and_new_value() -> None:
    one = values.locked()
    wanted = values.request("a cup", params=(("output_format", "webp"), ("resolution", "2MP")))
    change = decide(values.target(of=wanted), values.lock_of(one), values.in_place(one))
    assert change.action is Action.GENERATE
    assert change.reasons == (
        Reason("params.resolution", "1MP", "2MP"),
        Reason("prompt", "a mug", "a cup"),
    )


def test_a_reverted_prompt_comes_back_from_the_store_for_free() -> None:
    old, new = values.request("old"), values.target(of=values.request("new"))
    world = replace(
        values.in_place(values.locked(new)),
        answers={(old.key, 1): Bought(values.locked().original, None)},
    )
    change = decide(values.target(of=old), values.lock_of(values.locked(new)), world)
    assert (change.action, change.price) == (Action.RESTORE, 0)


def test_a_missing_output_is_restored_and_an_edited_one_too() -> None:
    one = values.locked()
    at_hand = frozenset([one.original.sha256])
    missing = decide(values.target(), values.lock_of(one), World(originals=at_hand))
    edited = World(files={"images/mug.webp": values.OTHER_SHA}, originals=at_hand)
    assert missing.reasons == (Reason("file", "missing", "as locked"),)
    assert missing.action is Action.RESTORE
    assert decide(values.target(), values.lock_of(one), edited).reasons[0].old == "edited"
    drawn = replace(edited, stand_ins=frozenset(edited.files))
    assert decide(values.target(), values.lock_of(one), drawn).reasons == (STANDS_IN,)


def test_a_renamed_output_is_restored_and_one_in_another_format_derived() -> None:
    one = values.locked()
    moved = values.target(output="images/a/mug.webp")
    other = values.target(output="images/mug.avif", output_format="avif")
    world = values.in_place(one)
    assert decide(moved, values.lock_of(one), world).action is Action.RESTORE
    assert decide(other, values.lock_of(one), world).action is Action.DERIVE


def test_a_renamed_image_costs_nothing_even_on_a_fresh_clone() -> None:
    one = values.locked()
    plan = diff([values.target("cup")], values.lock_of(one), values.in_place(one))
    assert [change.action for change in plan.changes] == [Action.RESTORE, Action.RETIRE]
    assert [change.reasons for change in plan.changes] == [(Reason("name", "mug", "cup"),)] * 2
    assert plan.paid == ()


def test_an_entry_without_image_is_retired() -> None:
    one = values.locked()
    plan = diff([], values.lock_of(one), values.in_place(one))
    assert [(change.name, change.action) for change in plan.changes] == [("mug", Action.RETIRE)]
    assert plan.changes[0].stays
    assert not diff([], values.lock_of(one), World()).changes[0].stays


def test_two_images_with_one_request_are_one_purchase() -> None:
    plan = diff([values.target("a"), values.target("b")], Lock(), World())
    assert [change.action for change in plan.changes] == [Action.GENERATE, Action.RESTORE]
    assert plan.changes[1].reasons[-1] == Reason("request", None, "the same as `a`")


def test_another_take_is_another_purchase_and_then_stays() -> None:
    one = values.locked()
    change = decide(values.target(take=2), values.lock_of(one), values.in_place(one))
    assert (change.action, change.take) == (Action.GENERATE, 2)
    assert change.reasons == (Reason("take", 1, 2),)
    second = values.locked(take=2)
    kept = decide(values.target(), values.lock_of(second), values.in_place(second))
    assert (kept.action, kept.take) == (Action.KEEP, 2)


def test_replace_buys_the_take_after_every_known_one() -> None:
    one = values.locked()
    world = replace(
        values.in_place(one), answers={(one.request_key, 3): Bought(one.original, None)}
    )
    change = decide(values.target(), values.lock_of(one), world, Wish(frozenset(["mug"])))
    assert (change.action, change.take) == (Action.GENERATE, 4)


def test_protection_blocks_a_paid_change_and_says_so() -> None:
    one, wanted = values.locked(), values.target(of=values.request("a cup"), protect=True)
    change = decide(wanted, values.lock_of(one), values.in_place(one))
    assert (change.action, change.block) == (Action.KEEP, Block.PROTECTED)
    forced = decide(wanted, values.lock_of(one), values.in_place(one), Wish(frozenset(["mug"])))
    assert forced.action is Action.GENERATE


def test_protection_does_not_block_the_first_picture_or_a_free_repair() -> None:
    one, wanted = values.locked(), values.target(protect=True)
    assert decide(wanted, Lock(), World()).action is Action.GENERATE
    drawn = values.locked(values.target(of=values.request(provider="draft")))
    assert decide(wanted, values.lock_of(drawn), World()).action is Action.GENERATE
    at_hand = World(originals=frozenset([one.original.sha256]))
    assert decide(wanted, values.lock_of(one), at_hand).action is Action.RESTORE


def noted(note: Note) -> World:
    key = values.request().key
    return World(noted={(key, 1): Noted(note, "job-1", "no people")})


def begun(take: int, note: Note = Note.PAID, image: str = "mug") -> World:
    """A world in which a stopped run has left an order for `image` behind."""
    order = Noted(note, "job-1" if note is Note.PAID else None, images={image}, replaced={image})
    return replace(values.in_place(values.locked()), noted={(values.request().key, take): order})


def test_a_job_that_is_paid_is_collected_not_bought() -> None:
    change = decide(values.target(), Lock(), noted(Note.PAID))
    assert (change.action, change.price) == (Action.RESTORE, 0)
    assert change.reasons[-1] == Reason("job", None, "job-1")


def test_a_picture_that_only_the_ledger_knows_is_taken_from_the_store() -> None:
    kept = Noted(Note.PAID, None, kept=True)
    change = decide(values.target(), Lock(), World(noted={(values.request().key, 1): kept}))
    assert (change.action, change.fetches, change.price) == (Action.RESTORE, False, 0)


def test_a_refusal_is_remembered_until_the_request_changes() -> None:
    refused = noted(Note.REFUSED)
    change = decide(values.target(), Lock(), refused)
    assert (change.action, change.blocked) == (Action.KEEP, "refused by moderation: no people")
    changed = values.target(of=values.request("a cup"))
    assert decide(changed, Lock(), refused).action is Action.GENERATE
    again = decide(values.target(), Lock(), refused, Wish(frozenset(["mug"])))
    assert (again.action, again.take) == (Action.GENERATE, 1)


def test_an_unknown_outcome_is_never_bought_again() -> None:
    change = decide(values.target(), Lock(), noted(Note.UNKNOWN))
    assert change.action is Action.KEEP
    assert "resolve" in change.blocked


def test_the_price_is_that_of_the_resolution_else_that_of_the_model() -> None:
    prices = {("flux-2-pro", "1MP"): 8, ("flux-2-pro", ""): 5}
    assert decide(values.target(), Lock(), World(prices=prices)).price == 8
    assert decide(values.target(), Lock(), World(prices={("flux-2-pro", ""): 5})).price == 5


def drafts(target: Target) -> Wish:
    free = replace(target, request=replace(target.request, provider="draft"))
    return Wish(drafts={target.name: free})


def test_a_draft_stands_in_only_for_what_would_cost_money() -> None:
    one, wanted = values.locked(), values.target()
    assert decide(wanted, Lock(), World(), drafts(wanted)).free
    kept = decide(wanted, values.lock_of(one), values.in_place(one), drafts(wanted))
    assert kept.action is Action.KEEP
    changed = values.target(of=values.request("a cup"))
    drawn = decide(changed, values.lock_of(one), values.in_place(one), drafts(changed))
    assert (drawn.action, drawn.price, drawn.free) == (Action.GENERATE, 0, True)


def test_a_draft_never_replaces_a_protected_picture() -> None:
    one = values.locked()
    wanted = values.target(of=values.request("a cup"), protect=True)
    change = decide(wanted, values.lock_of(one), values.in_place(one), drafts(wanted))
    assert change.block is Block.PROTECTED


def test_after_a_draft_the_real_picture_is_still_to_be_bought() -> None:
    wanted = values.target()
    drawn = values.locked(values.target(of=values.request(provider="draft")))
    change = decide(wanted, values.lock_of(drawn), values.in_place(drawn))
    assert change.action is Action.GENERATE
    assert change.reasons == (Reason("provider", "draft", "apiframe"),)


def test_a_picture_that_is_paid_for_and_nowhere_at_hand_is_fetched_not_bought() -> None:
    one = values.locked()
    change = decide(values.target(), values.lock_of(one), World())
    assert (change.action, change.fetches, change.free) == (Action.RESTORE, True, True)
    answers = {(one.request_key, 1): Bought(one.original, one.job_id)}
    known = decide(values.target(), Lock(), World(answers=answers))
    assert (known.action, known.fetches) == (Action.RESTORE, True)


def test_an_answer_without_bytes_and_without_job_is_no_picture() -> None:
    answers = {(values.request().key, 1): Bought(values.locked().original, None)}
    assert decide(values.target(), Lock(), World(answers=answers)).action is Action.GENERATE


def test_a_replacement_that_a_stopped_run_ordered_is_taken_up_and_not_ordered_again() -> None:
    lock = values.lock_of(values.locked())
    again = Wish(frozenset(["mug"]))
    for wish in (None, again):
        change = decide(values.target(), lock, begun(2), wish)
        assert (change.action, change.take, change.price) == (Action.RESTORE, 2, 0)
    asked = decide(values.target(), lock, begun(2, Note.UNKNOWN), again)
    assert (asked.action, asked.take, asked.block) == (Action.KEEP, 2, Block.UNKNOWN)


def test_an_order_that_may_not_have_arrived_is_resumed_with_its_take() -> None:
    change = decide(values.target(), values.lock_of(values.locked()), begun(2, Note.UNSENT))
    assert (change.action, change.take, change.resumes) == (Action.GENERATE, 2, True)
    assert not decide(values.target(), Lock(), World()).resumes


def test_an_order_for_another_image_or_an_older_take_changes_nothing() -> None:
    lock = values.lock_of(values.locked())
    assert decide(values.target(), lock, begun(2, image="cup")).action is Action.KEEP
    assert decide(values.target(), lock, begun(1)).action is Action.KEEP


def test_a_take_that_another_image_claims_by_number_is_not_shown_by_accident() -> None:
    first, second = values.locked(), values.locked(values.target("cup"), take=2)
    numbered = values.target("cup", take=2)
    wanted = [values.target(), numbered, values.target("new")]
    plan = diff(wanted, values.lock_of(first, second), World())
    assert [change.take for change in plan.changes] == [1, 2, 1]


def test_a_draft_that_stands_in_for_a_paid_picture_is_not_recorded() -> None:
    wanted = values.target()
    change = decide(wanted, values.lock_of(values.locked()), World(), drafts(wanted))
    assert (change.action, change.free, change.unrecorded) == (Action.GENERATE, True, True)
    assert not change.fetches
    lasting = decide(wanted, Lock(), World(), drafts(wanted))
    assert (lasting.free, lasting.unrecorded) == (True, False)


def test_only_what_is_named_is_planned() -> None:
    gone = values.locked(values.target("gone"))
    targets = [values.target("a"), values.target("b")]
    plan = diff(targets, values.lock_of(gone), World(), Wish(only={"b"}))
    assert [change.name for change in plan.changes] == ["b"]


def test_a_protected_image_whose_file_is_not_as_locked_is_not_called_fine() -> None:
    one, wanted = values.locked(), values.target(of=values.request("a cup"), protect=True)
    plan = diff([wanted], values.lock_of(one), World())
    assert plan.changes[0].block is Block.HELD
    assert not plan.idle


def test_a_picture_that_was_taken_in_before_takes_no_place_of_a_protected_one() -> None:
    now, wanted = values.locked(), values.target(of=values.request("a cup"), protect=True)
    before = values.locked(wanted, take=0, sha256="b" * 64, outputs=())
    here = values.in_place(now)
    world = replace(here, originals={*here.originals, "b" * 64}, former={"mug": before})
    assert decide(wanted, values.lock_of(now), world).block is Block.PROTECTED
    free = decide(replace(wanted, protect=False), values.lock_of(now), world)
    assert (free.block, free.adopted) == (None, before)
    moved = decide(wanted, values.lock_of(replace(now, name="old")), world)
    assert (moved.block, moved.shows) == (Block.HELD, None)


def test_what_is_derived_of_a_protected_picture_follows_the_project_for_free() -> None:
    one = values.locked(picked=True)
    asked = values.target(of=values.request("a cup"), protect=True)
    wanted = replace(asked, derivation=values.derivation(marks=Marks("?", prompt="a cup")))
    plan = diff([wanted], values.lock_of(one), values.in_place(one))
    change = plan.changes[0]
    assert (change.action, change.block, change.free) == (Action.DERIVE, Block.PROTECTED, True)
    assert (change.in_place, change.picked, plan.idle) == (True, True, False)
    # Its files say how the picture was made that is there, not the one that is asked for.
    assert change.target.derivation.marks == Marks("flux-2-pro via Apiframe", prompt="a mug")


def test_a_protected_output_says_of_its_making_what_the_project_wants_by_now() -> None:
    one = values.locked()
    asked = values.target(of=values.request("a cup"), protect=True, marks=Marks("?"))
    change = decide(asked, values.lock_of(one), values.in_place(one))
    assert (change.action, change.remarked, change.free) == (Action.DERIVE, True, True)
    assert change.target.marks == Marks("flux-2-pro via Apiframe")


def test_a_derivative_that_is_gone_counts_as_a_file_where_a_protected_picture_has_moved() -> None:
    one = values.locked(derived=Derived((Output("images/mug-9.webp", values.SHA, "d" * 32),)))
    wanted = values.target(of=values.request("a cup"), protect=True)
    world = values.in_place(one)
    assert decide(wanted, values.lock_of(one), world).action is Action.DERIVE
    moved = replace(wanted, output="images/else.webp")
    assert decide(moved, values.lock_of(one), world).block is Block.HELD


def test_a_protected_file_that_no_lock_knows_is_left_and_told() -> None:
    wanted = values.target(protect=True)
    there = World(files={wanted.output: values.OTHER_SHA})
    change = decide(wanted, Lock(), there)
    assert (change.action, change.block) == (Action.KEEP, Block.HELD)
    # Nor does a picture take its place that was bought before, or candidates that it asks for.
    one = values.locked()
    bought = {(wanted.request.key, 1): Bought(one.original, one.job_id)}
    known = World(files=there.files, originals={values.SHA}, answers=bought)
    assert decide(wanted, Lock(), known).block is Block.HELD
    targets = with_candidates([replace(wanted, candidates=2)])
    assert [c.block for c in diff(targets, Lock(), there).changes] == [
        Block.HELD,
        Block.PROTECTED,
        Block.PROTECTED,
    ]
    # As long as it does not, there is no choice: nothing is recorded of one.
    candidates = diff(targets, Lock(), known).changes[1:]
    assert [c.block for c in candidates] == [Block.PROTECTED, Block.PROTECTED]
    picking = diff(targets, Lock(), known, Wish(picks={"mug": 1})).changes
    assert [c.action for c in picking[:2]] == [Action.RESTORE, Action.RESTORE]
    # What is known to be that very picture is no stranger.
    same = replace(known, files={wanted.output: values.SHA})
    assert decide(wanted, Lock(), same).action is Action.RESTORE
    renamed = values.lock_of(replace(one, name="old"))
    assert decide(wanted, renamed, known).action is Action.RESTORE


def test_a_protected_file_is_known_that_a_run_put_there_or_that_moved_with_its_name() -> None:
    wanted = values.target(protect=True, candidates=2)
    one = values.locked()
    bought = {(wanted.request.key, 1): Bought(one.original, one.job_id)}
    there = World(files={wanted.output: values.OTHER_SHA}, originals={values.SHA}, answers=bought)
    # A draft, or what a killed run has placed and not recorded, keeps nothing from being built.
    drawn = replace(there, stand_ins={wanted.output})
    changes = diff(with_candidates([wanted]), Lock(), drawn).changes
    assert [(c.action, c.block) for c in changes] == [
        (Action.RESTORE, None),
        (Action.RESTORE, None),
        (Action.GENERATE, None),
    ]
    # Renamed by hand together with its file, which is a conversion: not the original's bytes.
    moved = replace(one, name="old", outputs=(Output("old.webp", values.OTHER_SHA, "k" * 32),))
    assert decide(replace(wanted, candidates=None), values.lock_of(moved), there).block is None


def test_a_record_is_not_retired_whose_picture_a_held_image_asks_for() -> None:
    one = values.locked(values.target("old", output="images/old.webp"))
    wanted = values.target("new", protect=True)
    world = replace(values.in_place(one), files={wanted.output: values.OTHER_SHA})
    plan = diff([wanted], values.lock_of(one), world)
    assert [(c.name, c.block) for c in plan.changes] == [("new", Block.HELD)]


def test_a_record_whose_file_a_protected_image_shows_is_not_retired() -> None:
    one = values.locked(values.target("hero", output="images/x.webp"))
    edited = values.request("a cup")
    wanted = values.target("main", of=edited, output="images/x.webp", protect=True)
    plan = diff([wanted], values.lock_of(one), values.in_place(one))
    assert [(c.name, c.action) for c in plan.changes] == [("main", Action.KEEP)]


def test_a_picture_that_the_provider_has_lost_is_bought_again_only_by_name() -> None:
    lost = noted(Note.LOST)
    change = decide(values.target(), Lock(), lost)
    assert (change.action, change.block) == (Action.KEEP, Block.LOST)
    again = decide(values.target(), Lock(), lost, Wish(frozenset(["mug"])))
    assert (again.action, again.take) == (Action.GENERATE, 2)


def test_a_draft_does_not_take_up_a_replacement_that_was_begun() -> None:
    one, wanted = values.locked(), values.target()
    begun = {(wanted.request.key, 2): Noted(Note.PAID, "job-2", images={"mug"}, replaced={"mug"})}
    world = replace(values.in_place(one), noted=begun)
    change = decide(wanted, values.lock_of(one), world, drafts(wanted))
    assert change.action is Action.KEEP


def waiting(take: int, note: Note = Note.PAID, **images: set[str]) -> World:
    """A world in which an order for some images, not all of them by --replace, is under way."""
    order = Noted(note, "job-1", **images)
    return replace(values.in_place(values.locked()), noted={(values.request().key, take): order})


def test_an_order_for_a_take_that_the_project_file_no_longer_names_is_not_taken_up() -> None:
    lock, world = values.lock_of(values.locked()), waiting(2, Note.UNSENT, images={"mug"})
    assert decide(values.target(), lock, world).action is Action.KEEP
    asked = decide(values.target(), lock, world, Wish(frozenset(["mug"])))
    assert (asked.take, asked.resumes, asked.replaces) == (2, True, True)


def test_half_of_a_replacement_is_not_asked_for_again() -> None:
    world = waiting(2, images={"mug", "cup"}, replaced={"mug", "cup"})
    lock = values.lock_of(values.locked(take=2))
    change = decide(values.target(), lock, world, Wish(frozenset(["mug"])))
    assert (change.action, change.take) == (Action.KEEP, 2)


def test_an_abandoned_order_is_bought_again_only_if_a_person_said_so() -> None:
    given_up = decide(values.target(), Lock(), noted(Note.ABANDONED))
    assert (given_up.action, given_up.block) == (Action.KEEP, Block.ABANDONED)
    again = decide(values.target(), Lock(), noted(Note.AGAIN))
    assert (again.action, again.take, again.resumes) == (Action.GENERATE, 1, False)
    replaced = waiting(2, Note.AGAIN, images={"mug"}, replaced={"mug"})
    change = decide(values.target(), values.lock_of(values.locked()), replaced)
    assert (change.action, change.take, change.replaces) == (Action.GENERATE, 2, True)


def test_a_job_of_another_key_is_told_and_changes_nothing() -> None:
    world = World(elsewhere={(values.request().key, 1): "job-9"})
    change = decide(values.target(), Lock(), world)
    assert (change.action, change.perhaps_free) == (Action.GENERATE, True)
    assert change.reasons[-1] == Reason("job of another key", None, "job-9")


HERO = values.target("hero", candidates=3)


def choosing(lock: Lock, world: World, wish: Wish | None = None, hero: Target = HERO) -> dict:
    """The changes of an image with three candidates, by name."""
    changes = diff(with_candidates([hero]), lock, world, wish).changes
    return {change.name: change for change in changes}


def bought(*takes: int, shown: int = 1, picked: bool = False) -> Lock:
    """A lock in which `hero` shows one of the candidates that were bought."""
    entries = [values.locked(candidate(HERO, n), take=n, outputs=()) for n in takes]
    return values.lock_of(values.locked(HERO, take=shown, picked=picked), *entries)


def test_each_candidate_is_bought_once_and_the_image_shows_the_first() -> None:
    changes = choosing(Lock(), World())
    actions = {name: change.action for name, change in changes.items()}
    assert actions.pop("hero#1") is Action.RESTORE
    assert set(actions.values()) == {Action.GENERATE}
    assert changes["hero#1"].reasons[-1] == Reason("request", None, "the same as `hero`")
    assert [change.take for change in changes.values()] == [1, 1, 2, 3]


def test_candidates_need_no_bytes_so_a_fresh_clone_keeps_or_renames_them() -> None:
    lock = bought(1, 2, 3)
    world = values.in_place(lock.images["hero"])
    bare = replace(world, originals=frozenset())
    assert {c.action for c in choosing(lock, bare).values()} == {Action.KEEP}
    renamed = choosing(lock, world, hero=replace(HERO, name="main"))
    assert {c.action for c in renamed.values()} == {Action.RESTORE, Action.RETIRE}
    assert not any(change.fetches for change in renamed.values())


def test_candidates_of_a_protected_picture_follow_its_protection() -> None:
    lock = bought(1, 2, 3)
    world = values.in_place(lock.images["hero"])
    other = replace(HERO, request=values.request("a cup"), protect=True)
    changed = choosing(lock, world, hero=other)
    assert {change.block for change in changed.values()} == {Block.PROTECTED}
    forced = choosing(lock, world, Wish(frozenset(["hero"])), hero=other)
    assert [change.action for change in forced.values()].count(Action.GENERATE) == 3
    more = choosing(bought(1), world, hero=replace(HERO, protect=True))
    assert [change.action for change in more.values()].count(Action.GENERATE) == 2


def test_a_candidate_that_was_refused_troubles_nobody_who_has_chosen() -> None:
    notes = {(HERO.request.key, 3): Noted(Note.REFUSED, None, "no boats")}
    for picked, block in ((False, Block.REFUSED), (True, Block.FORGONE)):
        lock = bought(1, 2, picked=picked)
        world = replace(values.in_place(lock.images["hero"]), noted=notes)
        assert choosing(lock, world)["hero#3"].block is block
        assert diff(with_candidates([HERO]), lock, world).idle is picked


def test_a_picture_that_was_taken_in_is_never_replaced_by_itself() -> None:
    one = values.locked(take=0, job_id=None)
    lock = values.lock_of(one)
    assert decide(values.target(), lock, values.in_place(one)).action is Action.KEEP
    gone = decide(values.target(), lock, World())
    assert (gone.action, gone.block) == (Action.KEEP, Block.ABSENT)
    at_hand = decide(values.target(), lock, World(originals=frozenset([one.original.sha256])))
    assert (at_hand.action, at_hand.adopted) == (Action.RESTORE, one)
    changed = values.target(of=values.request("a cup"))
    assert decide(changed, lock, values.in_place(one)).action is Action.GENERATE


def test_the_record_of_a_renamed_picture_that_is_not_here_stays() -> None:
    one = values.locked(take=0, job_id=None)
    plan = diff([values.target("cup")], values.lock_of(one), World())
    assert [(change.name, change.block) for change in plan.changes] == [("cup", Block.ABSENT)]
