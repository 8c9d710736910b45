"""Owns the words for a value of the wrong shape: from a validation error to a Fault.

Never shows the validator's own message. Names are quoted as the project file writes them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from imagegen.errors import nearest
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.models import catalogue
from imagegen.project.schema import (
    Budget,
    ContentTable,
    Defaults,
    Document,
    ImageEntry,
    ProjectTable,
    ProviderSettings,
    Style,
)

_TABLES: Mapping[tuple[str, int], type[BaseModel]] = {
    ("project", 1): ProjectTable,
    ("defaults", 1): Defaults,
    ("content", 1): ContentTable,
    ("provider", 1): ProviderSettings,
    ("budget", 1): Budget,
    ("styles", 2): Style,
    ("images", 2): ImageEntry,
}
"""Table and depth of a key path -> the keys that may stand there."""

_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (str, "a string"),
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a number with a fraction"),
    (list, "a list"),
    (dict, "a table"),
)

_WANTED: Mapping[str, str] = {
    "string_type": "a string in quotes",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table",
    "mapping_type": "a table",
    "model_type": "a table",
    "dict_attributes_type": "a table",
}

_NAME_RULES: Mapping[str, str] = {
    "images": "Names of images have 1 to 100 letters, digits, `.`, `_` and `-`, "
    "and start with a letter or digit.",
    "styles": "Names of styles have 1 to 100 letters, digits, `.`, `_` and `-`, "
    "and start with a letter or digit.",
    "vars": "Names of variables have 1 to 100 letters, digits and `_`, "
    "and do not start with a digit.",
}

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_SUGGESTION_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Missing(Fault):
    """A table that lacks a key which it must have."""

    key: str = ""


def quoted(word: str, limit: int = 60) -> str:
    """Return `word` in backticks, cut where it is too long for a message."""
    return f"`{word if len(word) <= limit else word[: limit - 1] + '…'}`"


def table_name(loc: KeyPath) -> str:
    """Return the header of the table at `loc`, such as `[images.hero]`."""
    parts = (str(part) for part in loc)
    short = (part if len(part) <= 60 else part[:59] + "…" for part in parts)
    bare = (part if _BARE.match(part) else json.dumps(part, ensure_ascii=False) for part in short)
    return f"[{'.'.join(bare)}]"


def kind_of(value: object) -> str:
    """Return what a TOML value is, with its article: "a string", "an integer"."""
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "a date or time")


def suggestion(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return "did you mean …?" for the nearest known name, else `otherwise`."""
    # Comparing costs time that grows with both; beyond these limits it helps nobody.
    candidates = [name for name, _ in zip(known, range(_SUGGESTION_LIMIT), strict=False)]
    match = nearest(word, candidates) if len(word) <= 100 else None
    return did_you_mean(match) if match else otherwise


def did_you_mean(name: str) -> str:
    """Return the question that offers a known name."""
    return f"did you mean {quoted(name)}?"


def is_other_branch(error: Mapping[str, Any]) -> bool:
    """Whether the error only says that a price was not of the form that it does not have."""
    if error["loc"][0] != "prices" or len(error["loc"]) != 3:
        return False
    return isinstance(error["input"], dict) or error["type"] in ("mapping_type", "dict_type")


def fault_of(error: Mapping[str, Any]) -> Fault:
    """Return the Fault for one error of the validator: its type, place, value and context."""
    loc: KeyPath = tuple(error["loc"])
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "string_pattern_mismatch" and loc[-1] == "[key]":
        return bad_name(loc[:-1])
    if loc[0] == "prices" and len(loc) > 2 and kind != "too_long":
        return _bad_price(loc, kind, value)
    if kind == "extra_forbidden":
        return _unknown_key(loc)
    name = (
        quoted(str(loc[-1]))
        if isinstance(loc[-1], str)
        else f"item {loc[-1] + 1} of {quoted(str(loc[-2]))}"
    )
    if kind == "missing":
        return missing(loc)
    if kind in _WANTED:
        return _wrong_type(loc, name, _WANTED[kind], value)
    expected = re.findall("'([^']+)'", str(context.get("expected", "")))
    hint = suggestion(str(value), expected)
    given = "" if kind in ("too_long", "too_short") else _given(value)
    return Fault(loc, f"{name} {_rule(kind, context)}", given, hint)


def _rule(kind: str, context: Mapping[str, Any]) -> str:
    match kind:
        case "greater_than_equal":
            return f"must be at least {context['ge']}"
        case "less_than_equal":
            return f"must be at most {context['le']:,}"
        case "literal_error":
            return f"must be {context['expected']}".replace("'", "`")
        case "string_too_short" | "too_short":
            return "must not be empty"
        case "too_long":
            return f"must have at most {context['max_length']:,} entries"
        case "string_too_long":
            return f"must have at most {context['max_length']} characters"
        case _:
            return "has a value that is not allowed here"


def _given(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
    return f"It is {quoted(text)}."


def _wrong_type(loc: KeyPath, name: str, wanted: str, value: object) -> Fault:
    hint = ""
    if wanted == "an integer" and isinstance(value, str) and value.strip("+-").isdecimal():
        hint = f"write {quoted(value)} without quotes"
    if wanted == "a table" and loc[0] == "images" and len(loc) == 2 and isinstance(value, str):
        hint = f"write the text as `prompt = …` under {table_name(loc)}"
    return Fault(loc, f"{name} must be {wanted}, not {kind_of(value)}", hint=hint)


def missing(loc: KeyPath) -> Missing:
    """Return the fault of a table without the key at `loc`."""
    key, hint = str(loc[-1]), f'add `{loc[-1]} = "…"` below it'
    return Missing(loc[:-1], f"{table_name(loc[:-1])} has no `{key}`", hint=hint, at="key", key=key)


def _unknown_key(loc: KeyPath) -> Fault:
    key = str(loc[-1])
    if len(loc) == 1:
        tables = list(Document.model_fields)
        every = "Tables are " + ", ".join(f"`{name}`" for name in tables) + "."
        return Fault(
            loc, f"unknown table {table_name(loc)}", hint=suggestion(key, tables, every), at="key"
        )
    summary = f"unknown key {quoted(key)} in {table_name(loc[:-1])}"
    fields = list(_TABLES[str(loc[0]), len(loc) - 1].model_fields)
    return Fault(loc, summary, hint=_key_hint(key, fields), at="key")


def _key_hint(key: str, fields: list[str]) -> str:
    if "params" in fields and any(key in model.params for model in catalogue().models.values()):
        return f"{quoted(key)} is a param of the model: write `params = {{ {key} = … }}`"
    return suggestion(key, fields, "known keys: " + ", ".join(f"`{name}`" for name in fields))


def bad_name(loc: KeyPath) -> Fault:
    """Return what is wrong with a name that breaks the rules; its table begins `loc`."""
    name = str(loc[-1])
    table = "vars" if "matrix" in loc[2:] else str(loc[0])
    return Fault(
        loc,
        f"{quoted(name)} is not a name for {_article(table)}",
        detail=_NAME_RULES[table],
        at="key",
    )


def _article(table: str) -> str:
    return {"images": "an image", "styles": "a style"}.get(table, "a variable")


def _bad_price(loc: KeyPath, kind: str, value: object) -> Fault:
    # The validator names the branch of the union that it tried; the document has no such part.
    place = (loc[0], loc[1], *loc[3:4])
    example = f"write `{loc[1]} = 12` or `{loc[1]} = {{ 1MP = 8, 2MP = 14 }}`"
    return Fault(
        place,
        f"the price {quoted(str(place[-1]))} must be a whole number of credits",
        detail="" if kind.startswith("int_") else _given(value),
        hint=example if isinstance(place[-1], str) and _BARE.match(str(loc[1])) else "",
    )
