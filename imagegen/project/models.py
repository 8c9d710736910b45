"""Owns the catalogue of models: which params, references, seeds and sizes each model knows.

The facts are data (`catalogue.toml`); a project file may add to them. Never checks the params
of an image; `params` does.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from imagegen.project.declaration import SHAPES, Kind, form_faults, whole_faults
from imagegen.project.fault import Fault
from imagegen.request import ParamValue

MEGAPIXEL = 2**20
MATCH_INPUT = "match_input_image"
"""The value with which a param takes its answer from the first reference picture."""

_SIDE_LIMIT = 8192
_PIXELS = re.compile(r"([0-9]{1,5})x([0-9]{1,5})")
_PRESET = re.compile(r"(portrait|landscape)_([1-9][0-9]?)_([1-9][0-9]?)")


@dataclass(frozen=True, slots=True)
class Param:
    """What one key of `params` may hold."""

    name: str
    kind: Kind = "string"
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    shape: str | None = None
    """Name in SHAPES, or None when any text will do."""
    ratio_maximum: float | None = None
    """For a ratio: how many times longer the long side may be than the short one."""
    max_length: int | None = None
    max_items: int | None = None
    default: ParamValue | None = None
    """Made explicit when the key is absent; None leaves the key out."""
    required: bool = False
    needs: str | None = None
    """The default applies only when this key (a param or a reference field) is given too."""
    unless: str | None = None
    """The default does not apply when this key is given."""
    together: str | None = None
    """The key that must be given whenever this one is."""
    about: str = ""

    @property
    def pattern(self) -> str | None:
        """The regular expression of the shape, anchored at both ends."""
        return SHAPES[self.shape][0] if self.shape else None

    @property
    def example(self) -> str:
        """A value of the right shape, or the empty string."""
        return SHAPES[self.shape][1] if self.shape else ""


@dataclass(frozen=True, slots=True)
class ReferenceField:
    """A params field that holds reference pictures."""

    name: str
    limit: int | None = None
    """How many pictures it holds at most; None when the model states no limit."""
    many: bool = True
    """Whether it is sent as a list; a single URL otherwise."""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """One image model as the API knows it."""

    id: str
    params_key: str
    """The key of the request body that holds the params, such as `fluxParams`."""
    params: Mapping[str, Param] = field(default_factory=dict)
    references: tuple[ReferenceField, ...] = ()
    """The first one takes the `references` of an image."""
    prompt_limit: int = 2000
    """Longest prompt, in characters."""
    takes_seed: bool = False
    seed_maximum: int = 2**32 - 1
    images: int = 1
    """Pictures per job when no count is asked for."""
    count_param: str | None = None
    format_param: str | None = None
    format: str = "png"
    """File format that is delivered when no param says so."""
    params_required: bool = False
    """Whether the API wants the params object even when it is empty."""
    side_multiple: int = 1
    """The pixels of a side are rounded to a multiple of this."""
    side_maximum: int = _SIDE_LIMIT
    credits: int | None = None
    """Price of one picture (of one job where it makes several), as last published."""
    credits_by: str | None = None
    """The param that decides the price where it is not one number."""
    credits_table: Mapping[str, int] = field(default_factory=dict)
    """Price of one picture for each value of `credits_by`."""

    def reference(self, name: str) -> ReferenceField | None:
        """Return the reference field of this name, or None."""
        return next((field for field in self.references if field.name == name), None)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All known models, and the tables that they were read from."""

    models: Mapping[str, Model]
    tables: Mapping[str, Mapping[str, object]]
    """Model id -> its complete table, so that a project can lay its own over it."""
    families: Mapping[str, Mapping[str, object]]

    def get(self, model_id: str) -> Model | None:
        """Return the model, or None when nobody has declared it."""
        return self.models.get(model_id)

    @property
    def names(self) -> list[str]:
        """All model ids, sorted."""
        return sorted(self.models)


@cache
def catalogue() -> Catalogue:
    """Return the packaged catalogue, read once."""
    text = resources.files("imagegen.project").joinpath("catalogue.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    empty = Catalogue({}, {}, tables["families"])
    full, faults = with_declared(empty, tables["models"])
    if faults:
        raise RuntimeError(f"the packaged catalogue is broken: {faults}")
    return full


def with_declared(
    base: Catalogue, declared: Mapping[str, Mapping[str, object]]
) -> tuple[Catalogue, list[Fault]]:
    """Return `base` plus a project's `[models.NAME]` tables, and what is wrong with these.

    A table is laid over the known model of that name, else over its `family`, else it stands
    alone and must name its `params_key`. A table with faults is left out.
    """
    models, tables, faults = dict(base.models), dict(base.tables), list[Fault]()
    for name, table in declared.items():
        loc = ("models", name)
        wrong = form_faults(table, base.families, loc)
        if not wrong:
            family = base.families.get(str(table.get("family")), {})
            whole = _laid_over(family if "family" in table else base.tables.get(name, {}), table)
            wrong = whole_faults(whole, loc)
            if not wrong:
                tables[name] = whole
                models[name] = _model(name, whole)
        faults += wrong
    return Catalogue(models, tables, base.families), faults


def output_format(model: Model, params: Mapping[str, ParamValue]) -> str:
    """Return the format that the API delivers for complete `params`: png, jpeg, webp, …"""
    asked = params.get(model.format_param) if model.format_param else None
    word = asked if isinstance(asked, str) else model.format
    return "jpeg" if word == "jpg" else word


def credits_for(model: Model, params: Mapping[str, ParamValue]) -> int | None:
    """Return the credits that one job costs by the last published price, or None: a hint."""
    price = model.credits
    if model.credits_by:
        # An unnamed or unknown value may cost as much as the dearest one.
        dearest = max(model.credits_table.values())
        price = model.credits_table.get(str(params.get(model.credits_by)), dearest)
    count = params.get(model.count_param, 1) if model.count_param else 1
    return None if price is None else price * (count if isinstance(count, int) else 1)


def has_shape(params: Mapping[str, ParamValue]) -> bool:
    """Whether complete `params` say how wide a picture is for its height, so that `size` knows."""
    if isinstance(params.get("width"), int) and isinstance(params.get("height"), int):
        return True
    wish = _wish(params)
    named = _PIXELS.fullmatch(wish) or _PRESET.fullmatch(wish) or wish.startswith("square")
    return bool(named) or ratio(str(params.get("aspect_ratio", ""))) is not None


def size(model: Model, params: Mapping[str, ParamValue]) -> tuple[int, int]:
    """Return the expected width and height in pixels for complete `params`.

    Exact where the params name pixels; by area and ratio otherwise, and about one megapixel
    where they say nothing. An expectation to draw and to compare with, not a promise.
    """
    width, height = params.get("width"), params.get("height")
    if isinstance(width, int) and isinstance(height, int):
        return _fitted(model, width, height)
    wish = _wish(params)
    if pixels := _PIXELS.fullmatch(wish):
        return _clamped(int(pixels[1])), _clamped(int(pixels[2]))
    if preset := _PRESET.fullmatch(wish):
        long, short = 1024, 1024 * int(preset[3]) // int(preset[2])
        return (long, short) if preset[1] == "landscape" else (short, long)
    across, down = ratio(str(params.get("aspect_ratio", ""))) or (1, 1)
    area = _area(wish)
    return _fitted(model, math.sqrt(area * across / down), math.sqrt(area * down / across))


def ratio(text: str) -> tuple[int, int] | None:
    """Return the two numbers of "16:9", or None for any other text, zeros included."""
    match = re.fullmatch(r"([0-9]{1,5}):([0-9]{1,5})", text)
    if not match or not int(match[1]) or not int(match[2]):
        return None
    return int(match[1]), int(match[2])


def _wish(params: Mapping[str, ParamValue]) -> str:
    """Return what `params` say of the number of pixels, or an empty text."""
    keys = ("resolution", "size", "image_size")
    return str(next((params[key] for key in keys if key in params), ""))


def _area(wish: str) -> float:
    if match := re.fullmatch(r"([0-9]{1,2}(?:\.[0-9]{1,3})?) ?MP", wish):
        return float(match[1]) * MEGAPIXEL
    if match := re.fullmatch(r"([0-9])K", wish):
        return (int(match[1]) * 1024.0) ** 2
    if wish in ("512px", "square"):
        return 512.0**2
    return MEGAPIXEL


def _fitted(model: Model, width: float, height: float) -> tuple[int, int]:
    shrink = min(1.0, model.side_maximum / max(width, height, 1))
    step = model.side_multiple
    fitted = (max(step, round(side * shrink / step) * step) for side in (width, height))
    across, down = fitted
    return across, down


def _clamped(side: int) -> int:
    return min(max(side, 1), _SIDE_LIMIT)


def _laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return the two tables as one: keys of `over` win, params are merged key by key."""
    params = {name: dict(param) for name, param in under.get("params", {}).items()}
    for name, param in over.get("params", {}).items():
        params[name] = params.get(name, {}) | dict(param)
    return {**under, **over, "params": params}


def _model(model_id: str, table: Mapping[str, Any]) -> Model:
    """Return the model of a complete table in which no fault was found."""
    parts = {key: value for key, value in table.items() if key not in _NOT_FIELDS}
    return Model(
        id=model_id,
        params={name: _param(name, param) for name, param in table["params"].items()},
        references=tuple(_reference(item) for item in table.get("references", ())),
        **parts,
    )


def _param(name: str, table: Mapping[str, Any]) -> Param:
    parts: dict[str, Any] = dict(table)
    parts["choices"] = tuple(table.get("choices", ()))
    default = table.get("default")
    if isinstance(default, list):
        parts["default"] = tuple(default)
    elif isinstance(default, float) and default.is_integer():
        # As `params` does with given values: 4 and 4.0 are one purchase.
        parts["default"] = int(default)
    return Param(name=name, **parts)


def _reference(table: Mapping[str, Any]) -> ReferenceField:
    return ReferenceField(**{"many": table.get("limit") != 1, **table})


_NOT_FIELDS = frozenset({"family", "params", "references"})
