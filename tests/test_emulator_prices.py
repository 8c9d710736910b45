"""What a job costs."""

from imagegen.emulator.prices import price, span
from imagegen.project.models import catalogue


def cost(model, params=None, pictures=1, overrides=None):
    known = catalogue().models[model]
    return price(known, params or {}, pictures=pictures, overrides=overrides or {})


def test_published_prices_are_the_catalogues():
    assert cost("midjourney", pictures=4) == 16
    assert cost("gpt-image-2", {"quality": "low", "number_of_images": 3}, pictures=3) == 12


def test_a_larger_flux_picture_costs_more():
    assert cost("flux-2-pro", {"resolution": "1MP"}) < cost("flux-2-pro", {"resolution": "4MP"})
    assert cost("flux-2-pro") == cost("flux-2-pro", {"resolution": "2MP"})


def test_an_override_is_per_picture_and_wins():
    assert cost("kling-image", {"n": 3}, pictures=3, overrides={"kling-image": 7}) == 21


def test_every_model_costs_something():
    for model in catalogue().models.values():
        low, high = span(model, {})
        assert 0 < low <= high
        assert low <= cost(model.id) <= max(high, 16)
