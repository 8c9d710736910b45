"""What tells two states of the lock apart: kinds, fields, and money that counts once."""

from __future__ import annotations

from dataclasses import replace

import pytest
import values

from imagegen.locked import Derived, Output
from imagegen.plan import Reason
from imagegen.report.comparison import Kind, Money, compare
from imagegen.request import Reference, Request

NEW_SHA = "c" * 64


def entry(name: str = "mug", of: Request | None = None, **changes: object):
    return values.locked(values.target(name, of), **changes)


def kinds(old, new):
    found = compare(values.lock_of(*old), values.lock_of(*new))
    return [(one.name, one.kind, one.reasons) for one in found.differences]


def test_the_same_lock_has_no_difference_and_cost_nothing():
    found = compare(values.lock_of(entry()), values.lock_of(entry()))
    assert (found.differences, found.unchanged, found.money) == ((), 1, Money(0, 0, 0))


def test_what_came_and_what_went_is_told_without_fields():
    cup = entry("cup", values.request("a cup"))
    assert kinds([entry()], [cup]) == [("cup", Kind.ADDED, ()), ("mug", Kind.RETIRED, ())]


def test_another_picture_tells_which_fields_of_the_request_differ():
    other = values.request("a cup", references=(Reference("input_images", NEW_SHA),), seed=7)
    assert kinds([entry()], [entry(of=other, sha256=NEW_SHA)]) == [
        (
            "mug",
            Kind.CHANGED,
            (
                Reason("prompt", "a mug", "a cup"),
                Reason("references.1", None, "sha256 cccccccccccc"),
                Reason("seed", None, 7),
            ),
        )
    ]


def test_another_take_is_told_as_such_and_so_is_another_original_of_the_same():
    take = entry(take=2, sha256=NEW_SHA)
    assert kinds([entry()], [take]) == [("mug", Kind.CHANGED, (Reason("take", 1, 2),))]
    bytes_only = (Reason("original", "sha256 aaaaaaaaaaaa", "sha256 cccccccccccc"),)
    assert kinds([entry()], [entry(sha256=NEW_SHA)]) == [("mug", Kind.CHANGED, bytes_only)]


def test_the_same_purchase_under_another_name_is_renamed():
    (only,) = compare(values.lock_of(entry("mug")), values.lock_of(entry("cup"))).differences
    assert (only.kind, only.was, only.name) == (Kind.RENAMED, "mug", "cup")
    assert only.reasons == (Reason("output", "images/mug.webp", "images/cup.webp"),)


def test_of_two_with_the_same_purchase_one_is_renamed_and_one_came():
    assert kinds([entry("mug")], [entry("cup"), entry("pot")]) == [
        ("pot", Kind.ADDED, ()),
        ("cup", Kind.RENAMED, (Reason("output", "images/mug.webp", "images/cup.webp"),)),
    ]


def test_a_moved_or_rewritten_output_is_the_same_picture_in_other_files():
    moved = entry(outputs=(Output("img/mug.webp", values.SHA),))
    reason = Reason("output", "images/mug.webp", "img/mug.webp")
    assert kinds([entry()], [moved]) == [("mug", Kind.TIDIED, (reason,))]
    marked = entry(outputs=(Output("images/mug.webp", NEW_SHA),))
    ((_, kind, (bytes_only,)),) = kinds([entry()], [marked])
    assert (kind, bytes_only.field) == (Kind.TIDIED, "bytes of images/mug.webp")


def test_derivatives_alone_are_counted():
    def with_files(*files: Output):
        return replace(entry(), derived=Derived(files=files))

    one, other = Output("a-1.webp", values.SHA, "k1"), Output("a-2.webp", values.SHA, "k2")
    anew = Output("a-1.webp", NEW_SHA, "k3")
    ((_, kind, reasons),) = kinds([with_files(one, other)], [with_files(anew)])
    assert kind is Kind.TIDIED
    assert reasons == (Reason("derivatives", "2 files", "1 file (1 made anew, 1 deleted)"),)
    ((_, kind, reasons),) = kinds([entry()], [with_files(one)])
    assert reasons == (Reason("derivatives", "0 files", "1 file (1 new)"),)


def test_derivatives_under_other_names_are_moved():
    old = replace(entry(), derived=Derived(files=(Output("a-1.webp", values.SHA, "k1"),)))
    new = replace(entry(), derived=Derived(files=(Output("b-1.webp", values.SHA, "k2"),)))
    reason = Reason("derivatives", "1 file", "1 file (1 moved)")
    assert kinds([old], [new]) == [("mug", Kind.TIDIED, (reason,))]


@pytest.mark.parametrize(
    ("encoder", "data", "kind"),
    [
        ("webp+text", NEW_SHA, Kind.REWORDED),
        ("webp", NEW_SHA, Kind.TIDIED),
        ("webp+text", values.SHA, None),
    ],
)
def test_other_words_on_the_same_picture_are_a_kind_of_their_own(encoder, data, kind):
    def poster(sha256):
        file = Output("a-1.webp", sha256, "k1", 100, 50, "de")
        return replace(entry(), derived=Derived((file,), {encoder: "1"}))

    found = kinds([poster(values.SHA)], [poster(data)])
    assert [one for _, one, _ in found] == ([kind] if kind else [])
    another = replace(poster(data), original=replace(entry().original, sha256=NEW_SHA))
    ((_, changed, _),) = kinds([poster(values.SHA)], [another])
    assert changed is Kind.CHANGED


def test_who_picked_the_picture_is_told():
    reason = Reason("picked", False, True)
    assert kinds([entry()], [entry(picked=True)]) == [("mug", Kind.TIDIED, (reason,))]


def test_a_purchase_counts_once_and_unknown_prices_are_told():
    new = [
        entry("a"),
        entry("b"),
        entry("c", take=2),
        entry("d", values.request("a cup"), credits=None),
        entry("e", values.request("a draft", provider="draft"), credits=None),
        entry("f", values.request("taken in"), take=0, credits=None),
    ]
    assert compare(values.lock_of(entry("a")), values.lock_of(*new)).money == Money(2, 12, 1)
    assert compare(values.lock_of(), values.lock_of(*new)).money == Money(3, 24, 1)


def test_candidates_stand_apart_and_after_the_images():
    hero, one, two = entry("hero"), entry("hero#1"), entry("hero#2", take=2, sha256=NEW_SHA)
    found = compare(values.lock_of(entry("zoo")), values.lock_of(hero, one, two))
    assert [one.name for one in found.images] == ["hero"]
    assert [(one.name, one.candidate_of) for one in found.candidates] == [
        ("hero#1", "hero"),
        ("hero#2", "hero"),
    ]
    assert found.of(Kind.RENAMED)[0].was == "zoo"
