"""What differs between what is locked and what is wanted: one reason for each field."""

from __future__ import annotations

import values

from imagegen.difference import between, differences
from imagegen.plan import Reason
from imagegen.request import Reference, Source


def test_an_image_without_an_entry_is_new() -> None:
    assert list(differences(None, values.target(), 1)) == [Reason("image", None, "mug")]


def test_fields_of_the_request_come_sorted_each_with_its_old_and_new_value() -> None:
    wanted = values.request("a cup", params=(("output_format", "webp"), ("steps", 4)), seed=7)
    assert list(differences(values.locked(), values.target(of=wanted), 1)) == [
        Reason("params.resolution", "1MP", None),
        Reason("params.steps", None, 4),
        Reason("prompt", "a mug", "a cup"),
        Reason("seed", None, 7),
    ]


def test_a_reference_is_named_by_its_file() -> None:
    wanted = values.request(references=(Reference("input_images", values.OTHER_SHA),))
    source = Source("assets/cup.png", values.OTHER_SHA)
    found = list(differences(values.locked(), values.target(of=wanted, sources=(source,)), 1))
    assert found == [Reason("references.1", None, "assets/cup.png (sha256 bbbbbbbbbbbb)")]


def test_another_take_of_the_same_request_is_the_only_reason() -> None:
    assert list(differences(values.locked(), values.target(), 2)) == [Reason("take", 1, 2)]


def test_two_requests_differ_field_by_field():
    old = values.request("a mug").canonical
    new = values.request("a cup", seed=7).canonical
    assert list(between(old, new)) == [Reason("prompt", "a mug", "a cup"), Reason("seed", None, 7)]
    assert list(between(old, old)) == []
