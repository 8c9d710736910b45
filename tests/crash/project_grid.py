"""Owns the generated hostile projects: every key of the schema with every wrong type, near
spellings of every key, and wrong values for every param of every model.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from imagegen.project.declaration import KINDS
from imagegen.project.models import Model, Param, catalogue
from imagegen.project.schema import Document

from .project_case import HERO, Case

_VALUES: Mapping[str, str] = {
    "string": '"x\\u202e"',
    "integer": "7",
    "number": "0.5",
    "boolean": "true",
    "array": "[[], {}]",
    "object": "{ 'a b' = [1] }",
    "date": "1979-05-27T07:32:00Z",
    "time": "07:32:00",
    "nan": "nan",
    "inf": "-inf",
    "negative": "-7",
    "huge": "9" * 200,
}
"""A value of each type that TOML knows, and some of a right type that are absurd."""

_ABSURD = ("nan", "inf", "date", "time")
_PRELUDE = "[styles.s]\nprompt = '{prompt}'\n" + HERO


def grid(seed: int) -> list[Case]:
    """Return every generated case, in an order that the seed decides."""
    cases = [*_types(), *_spellings(), *_params()]
    random.Random(seed).shuffle(cases)
    return cases


def _types() -> Iterator[Case]:
    for path, allowed in _keys():
        for kind, value in _VALUES.items():
            if kind in _ABSURD or (kind in ("negative", "huge") and "integer" not in allowed):
                fits = False
            else:
                fits = kind in allowed or (kind == "integer" and "number" in allowed)
            if not fits and not (kind in ("negative", "huge") and "integer" in allowed):
                yield Case(f"type: {kind} for {path}", _with(path, value))
    for key in ("seed", "take"):
        for value in ("-1", "9" * 60, "0x" + "f" * 40):
            yield Case(f"type: {value[:20]} for {key}", f"{HERO}{key} = {value}\n")


def _with(path: str, value: str) -> str:
    """Return a project in which the key at `path` has this value; nothing else is wrong."""
    table, _, key = path.rpartition(".")
    if path.startswith("images.hero"):
        return _replaced("[images.hero]\nprompt = 'A mug'\n", table, key, value)
    if path.startswith("styles.s"):
        return _replaced("[styles.s]\nprompt = '{prompt}'\n", table, key, value) + HERO
    rest = "" if path in ("images", "images.hero") else HERO
    return f"{path} = {value}\n{rest}"


def _replaced(whole: str, table: str, key: str, value: str) -> str:
    if table.count(".") == 0:
        return f"{table}.{key} = {value}\n"
    kept = "" if key == "prompt" else whole.split("\n")[1]
    return f"[{table}]\n{key} = {value}\n{kept}\n"


def _keys() -> Iterator[tuple[str, frozenset[str]]]:
    """Yield every key of the schema with the types that it takes."""
    tree = Document.model_json_schema()
    for name, property_ in tree["properties"].items():
        yield name, frozenset({"object"})
        table = _resolved(tree, property_)
        below, prefix = table, name
        if "patternProperties" in table or "additionalProperties" in table:
            prefix = {"images": "images.hero", "styles": "styles.s"}.get(name, "")
            inner = next(iter(table.get("patternProperties", {}).values()), {})
            below = _resolved(tree, inner)
            if prefix:
                yield prefix, frozenset({"object"})
        if prefix:
            for key, property_ in below.get("properties", {}).items():
                yield f"{prefix}.{key}", _kinds(property_)


def _resolved(tree: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = node.get("$ref") or next((one["$ref"] for one in node.get("allOf", ())), None)
    return tree["$defs"][reference.rpartition("/")[2]] if reference else node


def _kinds(property_: Mapping[str, Any]) -> frozenset[str]:
    nodes = property_.get("anyOf", [property_])
    return frozenset(node["type"] for node in nodes if "type" in node)


def _spellings() -> Iterator[Case]:
    """Yield near misses of each key: a letter lost, doubled, swapped, in the wrong case."""
    for path, _ in _keys():
        table, _, key = path.rpartition(".")
        known = {name.rpartition(".")[2] for name, _ in _keys() if name.rpartition(".")[0] == table}
        if path in ("images.hero", "styles.s"):
            continue
        wrong = {
            key[1:],
            key + key[-1],
            key.upper(),
            key[1] + key[0] + key[2:],
            f"{key}s",
            f"_{key}",
        }
        for word in sorted(wrong - known - {""}):
            value = "{ a = 1 }" if not table else "1"
            place = f"{table}.{word}" if table else word
            prelude = _PRELUDE if table != "styles.s" and table != "images.hero" else ""
            text = f"{place} = {value}\n{prelude}"
            if table == "images.hero":
                text = f"{HERO}{word} = {value}\n"
            if table == "styles.s":
                text = f"[styles.s]\nprompt = '{{prompt}}'\n{word} = {value}\n{HERO}"
            yield Case(f"spelling: {place}", text)


def _params() -> Iterator[Case]:
    for model in catalogue().models.values():
        for param in model.params.values():
            for value in _wrong_values(param):
                yield Case(
                    f"param: {model.id} {param.name} = {value[:30]}", _given(model, param, value)
                )


def _given(model: Model, param: Param, value: str) -> str:
    return f"{HERO}model = '{model.id}'\nparams = {{ {param.name} = {value} }}\n"


def _wrong_values(param: Param) -> Iterator[str]:
    samples = {
        "string": "'x'", "integer": "7", "number": "0.25", "boolean": "true",
        "list": "[{}]", "date": "1979-05-27", "nan": "nan", "table": "{ a = 1 }",
    }  # fmt: skip
    taken = {param.kind, *(("integer",) if param.kind == "number" else ())}
    yield from (value for kind, value in samples.items() if kind not in taken or kind == "list")
    if param.choices or param.shape:
        yield from ("''", "'\\u202e'", '"\\u001b[2J"', "'1:1\\n'")
    if "integer" in taken or param.kind == "number":
        yield from ("inf", "9" * 60, "-" + "9" * 60)
        yield from (str(bound) for bound in _beyond(param))
    if param.kind not in KINDS:
        raise ValueError(f"{param.kind} is no kind")


def _beyond(param: Param) -> Iterator[float]:
    if param.minimum is not None:
        yield param.minimum - 1
    if param.maximum is not None:
        yield param.maximum + 1
