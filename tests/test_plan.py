from __future__ import annotations

from dataclasses import replace

import values

from imagegen.diff import diff
from imagegen.lock import Lock
from imagegen.plan import Action, Block, Bought, Change, Note, Noted, Plan, Reason, Wish, World
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
    assert plan.paid == ()


def test_an_entry_without_image_is_retired() -> None:
    one = values.locked()
    plan = diff([], values.lock_of(one), values.in_place(one))
    assert [(change.name, change.action) for change in plan.changes] == [("mug", Action.RETIRE)]


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


def test_a_job_that_is_paid_is_collected_not_bought() -> None:
    change = decide(values.target(), Lock(), noted(Note.PAID))
    assert (change.action, change.price) == (Action.RESTORE, 0)
    assert change.reasons[-1] == Reason("job", None, "job-1 (already paid)")


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


def test_a_plan_counts_known_and_unknown_prices_apart() -> None:
    prices = {("flux-2-pro", "1MP"): 8}
    other = values.target("b", values.request("b", model="other", params=()))
    plan: Plan = diff([values.target("a"), other], Lock(), World(prices=prices))
    assert plan.price() == (8, 1)
