"""What is handed to a provider for one image: references frozen as hashed, seed and take."""

from __future__ import annotations

import pytest
import values
from desk import Studio, webp

from imagegen import digest
from imagegen.build import orders
from imagegen.build.buyer import NotBought
from imagegen.original import Original
from imagegen.plan import Action, Change
from imagegen.project.models import catalogue
from imagegen.request import Reference, Source

BLUE = webp(colour="blue")
SHA = digest.sha256_of(BLUE)
URL = "https://x/blue.webp"


@pytest.fixture
def studio(tmp_path):
    return Studio(tmp_path, None)


def referring(text):
    request = values.request(references=(Reference("input_images", SHA),))
    return values.target(of=request, sources=(Source(text, SHA),))


def ordered(studio, target, take=1):
    change = Change(target.name, Action.GENERATE, target=target, take=take)
    return orders.order(change, target, studio.desk())


def test_an_order_names_image_request_take_and_the_seed_of_both(studio):
    mug = values.target()
    order = ordered(studio, mug, take=2)
    assert (order.name, order.request, order.take) == ("mug", mug.request, 2)
    assert order.seed == mug.request.seed_for(2) != mug.request.seed_for(1)


def test_a_reference_is_sent_from_the_store_so_that_later_edits_do_not_matter(studio):
    studio.write("blue.webp", BLUE)
    (file,) = ordered(studio, referring("blue.webp")).references
    studio.write("blue.webp", b"edited")
    assert file.read_bytes() == BLUE
    assert file.is_relative_to(studio.store.folder)


def test_a_linked_reference_comes_from_the_store_and_from_nowhere_else(studio):
    with pytest.raises(NotBought, match="has changed since it was read"):
        ordered(studio, referring(URL))
    studio.store.put(BLUE)
    (file,) = ordered(studio, referring(URL)).references
    assert file.read_bytes() == BLUE


@pytest.mark.parametrize("found", [b"edited", None])
def test_a_reference_that_is_not_what_was_planned_is_not_ordered(studio, found):
    studio.store.put(BLUE)
    if found:
        studio.write("blue.webp", found)
    with pytest.raises(NotBought, match=r"the reference `blue\.webp` has changed"):
        ordered(studio, referring("blue.webp"))


def test_a_draft_needs_no_reference(studio):
    paid = referring("blue.webp")
    draft = values.target(of=values.request(provider="draft"), sources=paid.sources)
    assert ordered(studio, draft).references == ()


def shaped(ratio, **more):
    params = (("aspect_ratio", ratio), ("resolution", "1MP"))
    return values.target(of=values.request(params=params, **more))


@pytest.mark.parametrize(
    ("ratio", "size", "told"),
    [("16:9", (1600, 900), False), ("16:9", (1024, 1024), True), ("1:1", (1000, 1040), False)],
)
def test_another_shape_than_asked_is_told(ratio, size, told):
    original = Original(SHA, 1, "webp", *size)
    problem = orders.mismatch(shaped(ratio), original, catalogue())
    assert (problem is not None) == told


def test_a_shape_that_follows_a_reference_or_was_not_asked_for_is_fine():
    square = Original(SHA, 1, "webp", 9, 9)
    follows = shaped("16:9", references=(Reference("input_images", SHA),))
    assert orders.mismatch(follows, square, catalogue()) is None
    assert orders.mismatch(values.target(), square, catalogue()) is None


def test_a_picture_may_always_have_the_least_number_of_pixels():
    assert orders.pixels(values.target(), catalogue()) == orders.LEAST_PIXELS
    strange = values.target(of=values.request(model="nobody-knows"))
    assert orders.pixels(strange, catalogue()) == orders.LEAST_PIXELS


def test_a_picture_is_expected_as_large_as_it_is_asked_for():
    wide = orders.expected(shaped("16:9"), catalogue())
    assert wide is not None
    assert round(wide.width / wide.height, 1) == 1.8
    assert orders.expected(values.target(), catalogue()) is None, "no shape is asked for"
    follows = referring("blue.webp")
    assert orders.expected(follows, catalogue()) is None, "the reference may decide"
