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


def test_a_reference_counts_by_its_bytes_once_they_are_known() -> None:
    url = "https://e.org/a.png"
    sources = (Source(url, None), Source("@hero", None))
    references = tuple(Reference("input_images", mark) for mark in (f"url:{url}", "image:hero"))
    open_one = values.target(of=values.request(references=references), sources=sources)
    assert open_one.awaited == ("hero",)
    known = open_one.with_digests({url: values.SHA, "@hero": values.OTHER_SHA, "@mug": "c" * 64})
    assert [one.sha256 for one in known.request.references] == [values.SHA, values.OTHER_SHA]
    assert known.settled
    assert known.awaited == ()
    assert known.request.key != open_one.request.key
    assert known.with_digests({"@mug": values.SHA}) is known


def test_a_source_is_a_file_a_url_or_an_image() -> None:
    texts = ("a/b.png", "HTTPS://e.org/a.png", "@hero")
    assert [Source(text, None).image for text in texts] == [None, None, "hero"]
    assert [Source(text, None).linked for text in texts] == [False, True, False]
