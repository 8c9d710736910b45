from __future__ import annotations

import values

from imagegen.request import SEED_LIMIT, Reference, Source


def test_the_key_is_that_of_the_canonical_form_and_never_moves() -> None:
    # Pinned: another key for the same request would buy every picture of every project again.
    assert values.request().key == "ca342caf3e1cbabe7d00d1ca9e8eb170"


def test_a_given_seed_is_in_the_key_and_a_derived_one_is_not() -> None:
    plain = values.request()
    assert values.request(seed=7).key != plain.key
    assert "seed" not in plain.canonical
    assert values.request(seed=7).seed_for(2) == 7


def test_a_derived_seed_differs_by_take_and_not_by_machine() -> None:
    plain = values.request()
    assert plain.seed_for(1) == values.request().seed_for(1)
    assert plain.seed_for(1) != plain.seed_for(2)
    assert 0 <= plain.seed_for(1) < SEED_LIMIT


def test_reference_bytes_and_their_order_are_in_the_key() -> None:
    a, b = Reference("input_images", "a" * 64), Reference("input_images", "b" * 64)
    keys = {values.request(references=refs).key for refs in [(), (a,), (a, b), (b, a)]}
    assert len(keys) == 4


def test_a_target_is_settled_once_all_its_references_are_known() -> None:
    assert values.target().settled
    assert not values.target(sources=(Source("https://e.org/a.png", None),)).settled
