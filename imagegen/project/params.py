"""Owns the check of one image's params against its model, and their completion with defaults.

What passes is canonical: two spellings of one purchase give the same value. Never reads a file;
reference pictures named in params are handed on, not opened.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache

from imagegen.errors import nearest
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.models import MATCH_INPUT, Model, Param, ReferenceField, catalogue, ratio
from imagegen.project.variable import Filled, number
from imagegen.request import ParamValue

_KIND_WORDS: Mapping[str, str] = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "list": "a list",
}

_SHAPE_WORDS: Mapping[str, str] = {
    "ratio": "It is width to height, in whole numbers.",
    "pixels": "It is width by height in pixels.",
    "uuid": "It is the id that the API gave: 32 hex digits with four hyphens.",
}

_ENOUGH = 50
"""Faults in one params table after which the rest is not looked at: a table of nonsense."""


def complete(
    model: Model, given: Mapping[str, object], loc: KeyPath, *, references: int = 0
) -> tuple[tuple[tuple[str, ParamValue], ...], list[Fault]]:
    """Return the sorted params with every default made explicit, and what is wrong with them.

    `references` is the length of the image's own `references` list. Reference fields are left
    out of the result (`reference_params` gives them), but their form and number are checked here,
    together with `references` where both fill one field; a `references` list that is too long
    alone is the caller's to report. The result is of use only when there is no fault.
    """
    values: dict[str, ParamValue] = {}
    faults: list[Fault] = []
    filled = _filled(model, given, references)
    for name, raw in given.items():
        if len(faults) >= _ENOUGH:
            break
        param, field = model.params.get(name), model.reference(name)
        if param:
            value = _checked(param, raw, (*loc, name))
            if isinstance(value, Fault):
                faults.append(value)
            else:
                values[name] = value
        elif field:
            faults += _reference_faults(model, field, raw, loc=(*loc, name), count=filled[name])
        else:
            faults.append(_unknown(model, name, (*loc, name)))
    # A key that is there but wrong counts as given (one mistake, one message); no picture does not.
    present = {name for name, raw in given.items() if raw != []}
    present.update(name for name, count in filled.items() if count)
    values |= _defaults(model, present)
    faults += _bond_faults(model, values, present, loc)
    return tuple(sorted(values.items())), faults


def reference_params(model: Model, given: Mapping[str, object]) -> list[tuple[str, str, KeyPath]]:
    """Return the pictures that `given` names in reference fields: field, source text, place.

    In the order of the model's fields; the place is relative to the params table, such as
    ("input_images", 0). Values of a wrong type are skipped: `complete` reports them.
    """
    found: list[tuple[str, str, KeyPath]] = []
    for field in model.references:
        value = given.get(field.name)
        if isinstance(value, str):
            found.append((field.name, value, (field.name,)))
        elif isinstance(value, list | tuple):
            found += [
                (field.name, text, (field.name, index))
                for index, text in enumerate(value)
                if isinstance(text, str)
            ]
    return found


def _filled(model: Model, given: Mapping[str, object], references: int) -> dict[str, int]:
    """Return how many pictures each reference field of the model is given."""
    filled = {field.name: 0 for field in model.references}
    if model.references:
        filled[model.references[0].name] = references
    for name, _, _ in reference_params(model, given):
        filled[name] += 1
    return filled


def _defaults(model: Model, present: set[str]) -> dict[str, ParamValue]:
    return {
        name: param.default
        for name, param in model.params.items()
        if param.default is not None
        and name not in present
        and (param.needs is None or param.needs in present)
        and param.unless not in present
    }


def _bond_faults(
    model: Model, values: Mapping[str, ParamValue], present: set[str], loc: KeyPath
) -> list[Fault]:
    """Return the faults between keys: one that is missing, or that makes no sense alone."""
    faults = []
    for name, param in model.params.items():
        if param.required and name not in present:
            faults.append(_missing(model, name, loc, hint=f'params = {{ {name} = "…" }}'))
        if param.together and name in present and param.together not in present:
            summary = f"`{name}` needs `{param.together}` beside it"
            faults.append(Fault((*loc, name), summary, hint=f"give both, or leave `{name}` out"))
        if values.get(name) == MATCH_INPUT and not any(f.name in present for f in model.references):
            summary = f'`{name} = "{MATCH_INPUT}"` needs a reference picture to match'
            hint = 'references = ["path/to/picture.png"]'
            faults.append(Fault((*loc, name), summary, hint=hint))
    for field in model.references:
        if field.required and field.name not in present:
            faults.append(_missing(model, field.name, loc, hint=f'{field.name} = "path.png"'))
    return faults


def _missing(model: Model, name: str, loc: KeyPath, *, hint: str) -> Fault:
    return Fault(loc, f"`{model.id}` requires `{name}` in params", hint=hint, at="key")


def _unknown(model: Model, name: str, loc: KeyPath) -> Fault:
    if name == "seed":
        hint = "write `seed = N` in the image itself, beside `prompt`"
        if not model.takes_seed:
            hint = f"leave it out: `{model.id}` takes no seed"
        return Fault(loc, "`seed` is not one of the params", hint=hint, at="key")
    summary = f"unknown params key `{_plain(name)}` for `{model.id}`"
    takers, holds_pictures = _takers().get(name, ((), False))
    if takers:
        more = f" and {len(takers) - 3} more" if len(takers) > 3 else ""
        detail = f"`{name}` is a key of {', '.join(takers[:3])}{more}."
        hint = _reference_hint(model) if holds_pictures else ""
        return Fault(loc, summary, detail, hint, at="key")
    known = [*model.params, *(field.name for field in model.references)]
    close = nearest(name[:100], known)
    hint = f"did you mean `{close}`?" if close else f"known: {', '.join(sorted(known))}"
    return Fault(loc, summary, hint=hint, at="key")


def _reference_hint(model: Model) -> str:
    if not model.references:
        return f"leave it out: `{model.id}` takes no reference pictures"
    field = model.references[0].name
    return f'write `references = ["…"]` in the image itself; it fills `{field}`'


@cache
def _takers() -> Mapping[str, tuple[tuple[str, ...], bool]]:
    """Return for each known key the models that take it, and whether it holds pictures."""
    takers: dict[str, tuple[tuple[str, ...], bool]] = {}
    for model in catalogue().models.values():
        for name in (*model.params, *(field.name for field in model.references)):
            ids, _ = takers.get(name, ((), False))
            takers[name] = ((*ids, model.id), model.reference(name) is not None)
    return takers


def _reference_faults(
    model: Model, field: ReferenceField, raw: object, *, loc: KeyPath, count: int
) -> list[Fault]:
    texts = raw if isinstance(raw, list | tuple) else (raw,)
    for index, text in enumerate(texts):
        if not isinstance(text, str) or not text:
            place = (*loc, index) if texts is raw else loc
            hint = f'{field.name} = "assets/picture.png"'
            return [Fault(place, f"`{field.name}` takes paths, https URLs and @NAME", hint=hint)]
    if field.limit is not None and count > field.limit:
        pictures = "1 picture" if field.limit == 1 else f"{field.limit} pictures"
        summary = f"`{field.name}` of `{model.id}` takes at most {pictures}, not {count}"
        detail = ""
        if count > len(texts):
            detail = "The image's `references` fill the same field."
        return [Fault(loc, summary, detail)]
    return []


def _checked(param: Param, raw: object, loc: KeyPath) -> ParamValue | Fault:
    if isinstance(raw, Filled):
        # Out of a table every value is a text; the model says whether it is a number.
        raw = str(raw) if (found := number(raw, param.kind)) is None else found
    value = _of_kind(param.kind, raw)
    if value is None:
        return Fault(loc, f"`{param.name}` must be {_KIND_WORDS[param.kind]}, not {_kind_of(raw)}")
    if isinstance(value, str):
        fault = _text_fault(param, value, loc)
    elif isinstance(value, tuple):
        fault = _list_fault(param, value, loc)
    elif isinstance(value, bool):
        fault = None
    else:
        fault = _number_fault(param, value, loc)
    return fault or value


def _of_kind(kind: str, raw: object) -> ParamValue | None:
    """Return the canonical form of a value of this kind, or None when it is of another one."""
    if kind == "list":
        return _items(raw) if isinstance(raw, list | tuple) else None
    if kind == "string":
        return raw if isinstance(raw, str) else None
    if isinstance(raw, bool) or kind == "boolean":
        return raw if isinstance(raw, bool) and kind == "boolean" else None
    if isinstance(raw, float) and raw.is_integer():
        # 4 and 4.0 are one purchase.
        return int(raw)
    if isinstance(raw, int) or (kind == "number" and isinstance(raw, float) and math.isfinite(raw)):
        return raw
    return None


def _items(raw: Sequence[object]) -> tuple[ParamValue, ...] | None:
    items: list[ParamValue] = []
    for item in raw:
        kind = "string" if isinstance(item, str) else "number"
        value = _of_kind("boolean" if isinstance(item, bool) else kind, item)
        if value is None:
            return None
        items.append(value)
    return tuple(items)


def _kind_of(raw: object) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, str):
        return "a string"
    if isinstance(raw, int | float):
        return _shown(raw)
    if isinstance(raw, Mapping):
        return "a table"
    if isinstance(raw, list | tuple):
        return "a list of other things than texts and numbers" if _items(raw) is None else "a list"
    return "a date or time"


def _text_fault(param: Param, value: str, loc: KeyPath) -> Fault | None:
    if param.choices and value not in param.choices:
        folded = {choice.casefold(): choice for choice in param.choices}
        close = nearest(value[:100].casefold(), folded)
        listed = " ".join(f'"{choice}"' for choice in param.choices)
        hint = f'did you mean "{folded[close]}"?' if close else ""
        return Fault(loc, f"`{param.name}` cannot be {_shown(value)}", f"One of: {listed}.", hint)
    if param.pattern and not re.fullmatch(param.pattern, value):
        hint = f'for example `{param.name} = "{param.example}"`' if param.example else ""
        words = _SHAPE_WORDS[str(param.shape)]
        return Fault(loc, f"`{param.name}` cannot be {_shown(value)}", words, hint)
    if param.max_length is not None and len(value) > param.max_length:
        summary = f"`{param.name}` is too long: {len(value)} characters, {param.max_length} allowed"
        return Fault(loc, summary)
    if param.shape == "ratio" or param.name == "aspect_ratio":
        return _ratio_fault(param, value, loc)
    return None


def _ratio_fault(param: Param, value: str, loc: KeyPath) -> Fault | None:
    sides = ratio(value)
    if sides is None:
        if not re.fullmatch("[0-9]+:[0-9]+", value):
            return None
        detail = "Both sides of a ratio are numbers from 1 to 99999."
        hint = f'for example `{param.name} = "16:9"`'
        return Fault(loc, f"`{param.name}` cannot be {_shown(value)}", detail, hint)
    limit = param.ratio_maximum
    if limit is not None and max(sides) > limit * min(sides):
        long = f"{limit:g}:1" if sides[0] > sides[1] else f"1:{limit:g}"
        detail = f"No picture of the model is longer than {limit:g} times its short side."
        return Fault(
            loc, f"`{param.name}` {_shown(value)} is too extreme", detail, f'at most "{long}"'
        )
    return None


def _number_fault(param: Param, value: float, loc: KeyPath) -> Fault | None:
    low = -(2**63) if param.minimum is None else param.minimum
    high = 2**63 - 1 if param.maximum is None else param.maximum
    if low <= value <= high:
        return None
    if param.minimum is not None and param.maximum is not None:
        wanted = f"between {low:g} and {high:g}" if high < 1e6 else f"between {low} and {high}"
    elif param.minimum is not None and value < low:
        wanted = f"at least {low}"
    else:
        wanted = f"at most {high}" if value > high else f"at least {low}"
    return Fault(loc, f"`{param.name}` must be {wanted}, not {_shown(value)}")


def _list_fault(param: Param, value: tuple[ParamValue, ...], loc: KeyPath) -> Fault | None:
    if param.max_items is not None and len(value) > param.max_items:
        summary = f"`{param.name}` is too long: {len(value)} items, {param.max_items} allowed"
        return Fault(loc, summary)
    for index, item in enumerate(value):
        if param.choices and item not in param.choices:
            listed = " ".join(f'"{choice}"' for choice in param.choices)
            summary = f"`{param.name}` cannot hold {_shown(item)}"
            return Fault((*loc, index), summary, f"Any of: {listed}.")
    return None


def _shown(value: object) -> str:
    """Return a value as TOML would write it, cut to a length that fits a message."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > 64:
        # Python refuses to write out very long integers.
        return "a number of more than 64 bits"
    return f'"{_plain(value)}"' if isinstance(value, str) else str(value)


def _plain(text: str) -> str:
    """Return text without anything that could move a cursor, cut to 40 characters."""
    short = text if len(text) <= 40 else text[:40] + "…"
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in short)
