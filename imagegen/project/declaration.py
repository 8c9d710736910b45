"""Owns the form of a model's table: which keys it may have, of which types, what contradicts.

Serves the packaged catalogue and the `[models.NAME]` of a project alike. Never reads a file and
never builds a model; `models` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from imagegen.errors import nearest
from imagegen.pictures import media
from imagegen.project.fault import Fault, KeyPath

Kind = Literal["string", "integer", "number", "boolean", "list"]

KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "list": (list, tuple),
}

SHAPES: Mapping[str, tuple[str, str]] = {
    "ratio": ("^[0-9]+:[0-9]+$", "16:9"),
    "pixels": ("^([0-9]+x[0-9]+|None)$", "1024x768"),
    "uuid": ("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", ""),
}
"""Shape name -> pattern and an example. A closed list: a project file cannot bring a slow one."""

_MODEL_KEYS: Mapping[str, tuple[type, ...]] = {
    "family": (str,),
    "params_key": (str,),
    "params": (dict,),
    "references": (list,),
    "prompt_limit": (int,),
    "takes_seed": (bool,),
    "seed_maximum": (int,),
    "images": (int,),
    "count_param": (str,),
    "format_param": (str,),
    "format": (str,),
    "params_required": (bool,),
    "side_multiple": (int,),
    "side_maximum": (int,),
    "credits": (int,),
    "credits_by": (str,),
    "credits_table": (dict,),
}
_PARAM_KEYS: Mapping[str, tuple[type, ...]] = {
    "kind": (str,),
    "choices": (list,),
    "minimum": (int, float),
    "maximum": (int, float),
    "shape": (str,),
    "ratio_maximum": (int, float),
    "max_length": (int,),
    "max_items": (int,),
    "default": (str, int, float, bool, list),
    "required": (bool,),
    "needs": (str,),
    "unless": (str,),
    "together": (str,),
    "about": (str,),
}
_REFERENCE_KEYS: Mapping[str, tuple[type, ...]] = {
    "name": (str,),
    "limit": (int,),
    "many": (bool,),
    "required": (bool,),
}

_FORMATS = dict.fromkeys((*media.FORMATS, "jpg"))
_WORD_SHOWN = 60

_WORDS: Mapping[type, str] = {
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}


def form_faults(table: object, families: Mapping[str, object], loc: KeyPath) -> list[Fault]:
    """Return what is wrong with the form of a declared table, whatever TOML value it is."""
    if not isinstance(table, Mapping):
        return [Fault(loc, f"`{loc[-1]}` must be a table, such as [models.{loc[-1]}]", at="key")]
    faults = _key_faults(table, _MODEL_KEYS, loc)
    family = table.get("family")
    if isinstance(family, str) and family not in families:
        faults.append(_unknown((*loc, "family"), "family", families, at="value", word=family))
    params, references = table.get("params"), table.get("references")
    if isinstance(params, Mapping):
        for name, param in params.items():
            faults += _part_faults(param, _PARAM_KEYS, (*loc, "params", name))
    for index, item in enumerate(references if isinstance(references, list) else ()):
        faults += _part_faults(item, _REFERENCE_KEYS, (*loc, "references", index))
    return faults


def whole_faults(table: Mapping[str, Any], loc: KeyPath) -> list[Fault]:
    """Return what a table of good form, laid over its family, still lacks or contradicts."""
    faults = []
    if not table.get("params_key"):
        hint = 'write `family = "flux"` (or another one), or `params_key = "…Params"`'
        faults.append(Fault(loc, f"model `{loc[-1]}` needs a `params_key`", hint=hint, at="key"))
    params: Mapping[str, Mapping[str, Any]] = table.get("params", {})
    if "seed" in params:
        place = (*loc, "params", "seed")
        faults.append(Fault(place, "`seed` is not one of the params", hint="takes_seed = true"))
    for name, param in params.items():
        faults += _param_faults(param, (*loc, "params", name))
    if table.get("format", "png") not in _FORMATS:
        faults.append(
            _unknown((*loc, "format"), "format", _FORMATS, at="value", word=table["format"])
        )
    for key in ("count_param", "format_param", "credits_by"):
        if key in table and table[key] not in params:
            faults.append(_unknown((*loc, key), "params key", params, at="value", word=table[key]))
    for index, item in enumerate(table.get("references", ())):
        if "name" not in item:
            place = (*loc, "references", index)
            faults.append(Fault(place, "a reference field needs a `name`"))
    prices = table.get("credits_table", {})
    if "credits_by" in table and not (prices and all(_is_a(n, (int,)) for n in prices.values())):
        faults.append(
            Fault((*loc, "credits_by"), "`credits_by` needs a `credits_table` of integers")
        )
    for key in ("prompt_limit", "images", "side_multiple", "side_maximum"):
        if table.get(key, 1) < 1:
            faults.append(Fault((*loc, key), f"`{key}` must be at least 1"))
    return faults


def _param_faults(param: Mapping[str, Any], loc: KeyPath) -> list[Fault]:
    kind, shape, default = param.get("kind", "string"), param.get("shape"), param.get("default")
    if kind not in KINDS:
        return [_unknown((*loc, "kind"), "kind", KINDS, at="value", word=kind)]
    faults = []
    if shape is not None and shape not in SHAPES:
        faults.append(_unknown((*loc, "shape"), "shape", SHAPES, at="value", word=shape))
    if not all(isinstance(choice, str) for choice in param.get("choices", ())):
        faults.append(Fault((*loc, "choices"), "`choices` must be a list of strings"))
    if default is not None and not _is_default(default, param):
        faults.append(Fault((*loc, "default"), f"`default` must be a value of `{loc[-1]}` itself"))
    return faults


def _is_default(default: object, param: Mapping[str, Any]) -> bool:
    """Whether a default obeys the kind, the choices and the bounds that stand beside it."""
    if not _is_a(default, KINDS[param.get("kind", "string")]):
        return False
    if isinstance(default, int | float) and not isinstance(default, bool):
        low, high = param.get("minimum", -(2**63)), param.get("maximum", 2**63 - 1)
        return bool(low <= default <= high)
    items = default if isinstance(default, list) else [default]
    choices = param.get("choices") or items
    return all(isinstance(item, str | bool) and item in choices for item in items)


def _part_faults(part: object, keys: Mapping[str, tuple[type, ...]], loc: KeyPath) -> list[Fault]:
    if not isinstance(part, Mapping):
        return [Fault(loc, f"`{loc[-1]}` must be a table, such as {{ {next(iter(keys))} = … }}")]
    return _key_faults(part, keys, loc)


def _key_faults(
    table: Mapping[str, object], keys: Mapping[str, tuple[type, ...]], loc: KeyPath
) -> list[Fault]:
    faults = []
    for key, value in table.items():
        if key not in keys:
            faults.append(_unknown((*loc, key), "key", keys, at="key"))
        elif not _is_a(value, keys[key]):
            words = " or ".join(_WORDS[kind] for kind in keys[key])
            faults.append(Fault((*loc, key), f"`{key}` must be {words}"))
    return faults


def _unknown(
    loc: KeyPath,
    noun: str,
    known: Mapping[str, object],
    *,
    at: Literal["key", "value"],
    word: str | None = None,
) -> Fault:
    word = (str(loc[-1]) if word is None else word)[:_WORD_SHOWN]
    close = nearest(word, known)
    hint = f"did you mean `{close}`?" if close else f"known: {', '.join(sorted(known))}"
    return Fault(loc, f"unknown {noun} `{word}`", hint=hint, at=at)


def _is_a(value: object, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
