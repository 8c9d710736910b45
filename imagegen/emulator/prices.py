"""Owns what a job costs, in whole credits.

Fact: the prices that the catalogue of models has. Outdated fact: `OLD`, from pages that the
vendor has since raised. Invented: `INVENTED`, above all the flux prices, and `USUAL`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from imagegen.project.models import Model, credits_for
from imagegen.request import ParamValue


@dataclass(frozen=True, slots=True)
class Price:
    """Credits for one picture, and how one param changes them."""

    usual: int
    param: str = ""
    by_value: Mapping[str, int] = field(default_factory=dict)

    def of(self, params: Mapping[str, ParamValue]) -> int:
        """Return the credits for one picture with these params."""
        return self.by_value.get(str(params.get(self.param)), self.usual)

    @property
    def span(self) -> tuple[int, int]:
        """The lowest and the highest credits for one picture."""
        known = (self.usual, *self.by_value.values())
        return min(known), max(known)


USUAL = Price(5)
"""Of a model that is in no table."""

OLD: Mapping[str, Price] = {
    "seedream-4": Price(3),
    "seedream-5-lite": Price(4),
    "ideogram-v3-turbo": Price(3),
    "ideogram-character": Price(15, "rendering_speed", {"turbo": 10, "default": 15, "quality": 20}),
    "gpt-image-2": Price(23, "quality", {"low": 4, "medium": 9, "high": 23, "auto": 23}),
    "kling-image": Price(2),
    "qwen-image-2": Price(3),
    "flux-lora": Price(2),
}

INVENTED: Mapping[str, Price] = {
    "flux-1.1-pro": Price(4),
    "flux-1.1-pro-ultra": Price(6),
    "flux-2-dev": Price(3),
    "flux-2-pro": Price(6, "resolution", {"0.5MP": 3, "1MP": 4, "2MP": 6, "4MP": 10}),
    "flux-2-flex": Price(10, "resolution", {"0.5MP": 5, "1MP": 7, "2MP": 10, "4MP": 18}),
    "flux-2-max": Price(14, "resolution", {"0.5MP": 7, "1MP": 9, "2MP": 14, "4MP": 24}),
}


def price(
    model: Model,
    params: Mapping[str, ParamValue],
    *,
    pictures: int,
    overrides: Mapping[str, int],
) -> int:
    """Return the credits for one job; `overrides` gives credits per picture by model id."""
    if model.id in overrides:
        return overrides[model.id] * pictures
    published = credits_for(model, params)
    return _price(model).of(params) * pictures if published is None else published


def span(model: Model, overrides: Mapping[str, int]) -> tuple[int, int]:
    """Return the lowest and the highest credits of a job with one picture."""
    if model.id in overrides:
        return overrides[model.id], overrides[model.id]
    if model.credits_table:
        return min(model.credits_table.values()), max(model.credits_table.values())
    return (model.credits, model.credits) if model.credits else _price(model).span


def _price(model: Model) -> Price:
    return OLD.get(model.id) or INVENTED.get(model.id) or USUAL
