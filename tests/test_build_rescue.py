"""Before anything is changed: bytes and records that exist nowhere else go to the store."""

from __future__ import annotations

from dataclasses import replace

import pytest
import values
from desk import Studio, webp

from imagegen import digest
from imagegen.build.rescue import renew, rescue
from imagegen.errors import NeedsAttention
from imagegen.locked import Output

RED = digest.sha256_of(webp())
MUG = values.target()
MOVED = replace(MUG, output="tea/mug.webp")
ANOTHER = values.target(of=values.request("another mug"))


@pytest.fixture
def clone(tmp_path):
    """A clone with one picture in place: no key, and a home that is empty."""
    studio = Studio(tmp_path, None, values.lock_of(values.locked(sha256=RED)))
    studio.write("images/mug.webp", webp())
    return studio


def rescued(clone, *targets):
    rescue(clone.plan(*targets), clone.desk(*targets), clone.workspace)


@pytest.mark.parametrize("targets", [(), (MOVED,), (ANOTHER,)])
def test_what_is_retired_moved_or_replaced_is_in_the_store_with_its_record(clone, targets):
    rescued(clone, *targets)
    assert clone.store.get(RED) == webp()
    kept = clone.store.answer(MUG.request, 1)
    assert (kept.job_id, kept.originals[0].sha256) == (clone.lock.images["mug"].job_id, RED)


def test_a_build_with_nothing_to_do_for_an_image_copies_nothing(clone):
    rescued(clone, MUG)
    assert not clone.store.folder.exists()


def test_bytes_that_another_image_is_about_to_replace_are_kept(clone):
    two = values.locked(values.target("cup", values.request("a cup")), sha256=values.SHA)
    clone.lock = values.lock_of(clone.lock.images["mug"], two)
    swapped = values.target("cup", values.request("a cup"), output="images/mug.webp")
    rescued(clone, swapped, replace(MUG, output="images/cup.webp"))
    assert clone.store.get(RED) == webp()


def test_a_damaged_copy_in_the_store_is_healed_from_the_output(clone):
    clone.store.put(webp())
    clone.store.path(RED).write_bytes(b"damaged")
    rescued(clone, MOVED)
    assert clone.store.get(RED) == webp()


def test_a_derived_output_is_kept_as_it_is(clone):
    one = values.locked(sha256=values.SHA, outputs=(Output("images/mug.webp", RED),))
    clone.lock = values.lock_of(one)
    rescued(clone)
    assert clone.store.get(RED) == webp()
    assert not clone.store.has(values.SHA)


def test_what_somebody_edited_is_no_paid_picture_and_a_draft_neither(clone):
    clone.write("images/mug.webp", b"edited")
    rescued(clone)
    assert not clone.store.has(digest.sha256_of(b"edited"))
    draft = values.target("sketch", values.request(provider="draft"), output="images/mug.webp")
    clone.lock = values.lock_of(values.locked(draft, sha256=digest.sha256_of(b"edited")))
    rescued(clone)
    assert not clone.store.has(digest.sha256_of(b"edited"))


def test_a_record_that_the_store_has_is_left_as_it_is(clone):
    rescued(clone)
    clone.lock = values.lock_of(replace(clone.lock.images["mug"], credits=99))
    rescued(clone)
    assert clone.store.answer(MUG.request, 1).credits == 12


def test_nothing_is_changed_where_nothing_can_be_kept(clone):
    clone.write("home/store", b"a file where the store should be")
    with pytest.raises(NeedsAttention):
        clone.build()
    assert clone.workspace.read("images/mug.webp") == webp()


def test_what_was_taken_in_is_kept_as_bytes_and_never_as_an_answer(tmp_path):
    taken = values.locked(sha256=RED, take=0, job_id=None, credits=None)
    studio = Studio(tmp_path, None, values.lock_of(taken))
    studio.write("images/mug.webp", webp())
    rescued(studio, ANOTHER)
    assert studio.store.get(RED) == webp()
    assert studio.store.takes(MUG.request) == ()


def former(studio, of=MUG):
    return studio.store.former(of.request, str(studio.workspace.root), "mug")


@pytest.mark.parametrize("targets", [(), (ANOTHER,)])
@pytest.mark.parametrize("changes", [{"picked": True}, {"take": 0, "declared": "print"}])
def test_what_an_image_shows_is_kept_when_it_asks_for_something_else(clone, targets, changes):
    one = clone.lock.images["mug"]
    clone.lock = values.lock_of(replace(one, **changes))
    rescued(clone, *targets)
    found = former(clone)
    expected = {"picked": False, "take": 1, "declared": "", **changes}
    assert (found.picked, found.take, found.source_type) == tuple(expected.values())
    assert found.original == one.original
    clone.lock = values.lock_of(replace(one, take=3))
    rescued(clone, *targets)
    assert former(clone).take == 3


def test_of_an_image_that_only_moves_or_a_candidate_nothing_is_kept_for_its_return(clone):
    rescued(clone, MOVED)
    assert former(clone) is None
    clone.lock = values.lock_of(replace(clone.lock.images["mug"], name="mug#2", take=2))
    rescued(clone)
    assert not (clone.store.folder / "formers").exists()


def test_what_is_kept_for_the_return_of_an_image_follows_what_it_shows_since(clone):
    desk, one = clone.desk(MUG), clone.lock.images["mug"]
    second = replace(one, take=2, picked=True)
    renew(second, MUG.request, desk, clone.workspace)
    assert former(clone) is None
    rescued(clone, ANOTHER)
    renew(second, ANOTHER.request, desk, clone.workspace)
    assert former(clone).take == 1
    renew(second, MUG.request, desk, clone.workspace)
    assert (former(clone).take, former(clone).picked) == (2, True)
