"""Owns the words for a value of the wrong shape: from a validation error to a Fault.

Never shows the validator's own message. Names are quoted as the project file writes them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel

from imagegen.errors import nearest
from imagegen.project.branches import NO_KIND
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.locales import UnknownLanguage
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
from imagegen.project.site_schema import (
    C2paTable,
    DeriveTable,
    Format,
    ProvenanceTable,
    PublishTable,
    TextTable,
)

_TABLES: Mapping[tuple[str, ...], type[BaseModel]] = {
    ("project",): ProjectTable,
    ("defaults",): Defaults,
    ("defaults", "derive"): DeriveTable,
    ("content",): ContentTable,
    ("provider",): ProviderSettings,
    ("budget",): Budget,
    ("publish",): PublishTable,
    ("provenance",): ProvenanceTable,
    ("provenance", "c2pa"): C2paTable,
    ("styles", "*"): Style,
    ("images", "*"): ImageEntry,
    ("images", "*", "derive"): DeriveTable,
    ("images", "*", "text", "*"): TextTable,
}
"""Key path of a table, any name or number as "*" -> the keys that may stand there."""

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
    "float_type": "a number",
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

_FORMATS: tuple[str, ...] = get_args(Format)
_LANGUAGE_RULE = "must be a language tag, such as `de` or `pt-BR`"

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
    item = isinstance(loc[-1], int)
    parts = (str(part) for part in (loc[:-1] if item else loc))
    short = (part if len(part) <= 60 else part[:59] + "…" for part in parts)
    bare = (part if _BARE.match(part) else json.dumps(part, ensure_ascii=False) for part in short)
    name = f"[{'.'.join(bare)}]"
    return f"[{name}]" if item else name


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


def fault_of(error: Mapping[str, Any]) -> Fault:
    """Return the Fault for one error of the validator: its type, place, value and context."""
    loc: KeyPath = tuple(error["loc"])
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if loc[-1] == "[key]" and kind in ("literal_error", "string_pattern_mismatch"):
        return _bad_key(loc[:-1], kind)
    if isinstance(context.get("error"), UnknownLanguage):
        return _unknown_language(loc, str(value), context["error"].meant)
    if loc[0] == "prices" and len(loc) > 1 and kind != "too_long":
        return _bad_price(loc, kind, value)
    if kind == "extra_forbidden":
        return _unknown_key(loc)
    name = _shown_key(loc)
    if kind == "missing":
        return missing(loc)
    if kind in _WANTED or kind == NO_KIND:
        return _wrong_type(loc, name, context.get("wanted") or _WANTED[kind], value)
    expected = re.findall("'([^']+)'", str(context.get("expected", "")))
    hint = suggestion(str(value), expected)
    if kind == "less_than_equal" and loc[2:3] == ("text",) and {"box", "size", "min_size"} & {*loc}:
        hint = "write a part of the picture, from 0 to 1, in place of pixels"
    given = "" if kind in ("too_long", "too_short") else _given(value)
    return Fault(loc, f"{name} {_rule(kind, context)}", given, hint)


def _shown_key(loc: KeyPath) -> str:
    """Return what a value is called in a message: its key, or its place in a list."""
    if isinstance(loc[-1], int):
        return f"item {loc[-1] + 1} of {quoted(str(loc[-2]))}"
    return quoted(f"quality.{loc[-1]}" if loc[-2:-1] == ("quality",) else str(loc[-1]))


def _rule(kind: str, context: Mapping[str, Any]) -> str:
    match kind:
        case "greater_than":
            return f"must be more than {_number(context['gt'])}"
        case "greater_than_equal":
            return f"must be at least {_number(context['ge'])}"
        case "less_than_equal":
            return f"must be at most {_number(context['le'])}"
        case "literal_error":
            return f"must be {context['expected']}".replace("'", "`")
        case "too_short" if context["min_length"] > 1:
            return f"must have {context['min_length']} entries"
        case "string_too_short" | "too_short":
            return "must not be empty"
        case "string_pattern_mismatch":
            return _LANGUAGE_RULE
        case "too_long":
            return f"must have at most {context['max_length']:,} entries"
        case "string_too_long":
            return f"must have at most {context['max_length']} characters"
        case _:
            return "has a value that is not allowed here"


def _number(limit: float) -> str:
    return f"{int(limit):,}" if limit == int(limit) else str(limit)


def _given(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
    return f"It is {quoted(text)}."


def _wrong_type(loc: KeyPath, name: str, wanted: str, value: object) -> Fault:
    hint = ""
    if wanted == "an integer" and isinstance(value, str) and value.strip("+-").isdecimal():
        hint = f"write {quoted(value)} without quotes"
    if wanted == "a list" and loc[-1] == "text" and loc[0] == "images":
        hint = f"begin it with [{table_name(loc)}], once for each text"
    if wanted == "a table" and loc[0] == "images" and len(loc) == 2 and isinstance(value, str):
        hint = f"write the text as `prompt = …` under {table_name(loc)}"
    given = kind_of(value)
    if value is True and "`false`" in wanted:
        given, hint = "`true`", f"leave {name} out to have what [defaults.{loc[-1]}] says"
    return Fault(loc, f"{name} must be {wanted}, not {given}", hint=hint)


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
    table = next(table for path, table in _TABLES.items() if _leads_to(path, loc[:-1]))
    fields = [field.alias or name for name, field in table.model_fields.items()]
    return Fault(loc, summary, hint=_key_hint(key, fields), at="key")


def _leads_to(path: tuple[str, ...], loc: KeyPath) -> bool:
    return len(path) == len(loc) and all(
        wanted in ("*", part) for wanted, part in zip(path, loc, strict=True)
    )


def _key_hint(key: str, fields: list[str]) -> str:
    if "params" in fields and any(key in model.params for model in catalogue().models.values()):
        return f"{quoted(key)} is a param of the model: write `params = {{ {key} = … }}`"
    return suggestion(key, fields, "known keys: " + ", ".join(f"`{name}`" for name in fields))


def _bad_key(loc: KeyPath, kind: str) -> Fault:
    """Return what is wrong with a key that may not be any text."""
    key = quoted(str(loc[-1]))
    if kind == "literal_error":
        hint = suggestion(str(loc[-1]), _FORMATS)
        known = ", ".join(map(quoted, _FORMATS))
        return Fault(loc, f"unknown format {key}", f"Formats are {known}.", hint, at="key")
    if loc[0] == "images" and loc[2:3] in (("alt",), ("text",)):
        return Fault(loc, f"the key {key} {_LANGUAGE_RULE}", at="key")
    return bad_name(loc)


def _unknown_language(loc: KeyPath, tag: str, meant: str) -> Fault:
    hint = did_you_mean(meant) if meant else "a tag begins with a language, such as `de` or `pt-BR`"
    summary = f"{quoted(tag)} is no language"
    if loc[-1] == "[key]":
        return Fault(loc[:-1], summary, hint=hint, at="key")
    return Fault(loc, summary, hint=hint)


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
    example = f"write `{loc[1]} = 12` or `{loc[1]} = {{ 1MP = 8, 2MP = 14 }}`"
    return Fault(
        loc,
        f"the price {quoted(str(loc[-1]))} must be a whole number of credits",
        detail="" if kind in ("int_type", NO_KIND) else _given(value),
        hint=example if isinstance(loc[-1], str) and _BARE.match(str(loc[1])) else "",
    )
