"""Owns the JSON Schema of imagegen.toml for editors: completion, hover texts, early warnings.

Draft-07, since that is what TOML editors read. Made from the same models that parse the file;
never stricter than the parser, except for values of params that a declared model may add.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from imagegen.project.models import Catalogue, Param, catalogue
from imagegen.project.schema import Document

_TYPES = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "list": "array",
}
_PICTURES = "Reference pictures for this field: a path or https URL, or a list of them."

_ENTRY_RULES: Mapping[str, Any] = {
    "oneOf": [{"required": ["prompt"]}, {"required": ["prompt_file"]}],
    "dependencies": {
        "table": ["name"],
        "name": {"anyOf": [{"required": ["matrix"]}, {"required": ["table"]}]},
    },
}
"""What `entry` demands of the keys of an image, in the schema's own words."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema as plain JSON values."""
    tree = Document.model_json_schema()
    definitions = {name: _plain(table) for name, table in tree.pop("$defs").items()}
    known = catalogue()
    for table in ("Defaults", "Style", "ImageEntry", "ContentTable"):
        properties = definitions[table]["properties"]
        properties["params"] |= {"properties": _params(known)}
        if "model" in properties:
            properties["model"] = _model(properties["model"], known)
    definitions["ImageEntry"] |= _ENTRY_RULES
    definitions["ContentTable"] |= {"required": ["files"]}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **_plain(tree),
        "title": "imagegen project file",
        "description": "The pictures that a project needs, and how they are made.",
        "definitions": definitions,
    }


def _plain(node: Any) -> Any:
    """Return a part of the schema as draft-07, without what TOML cannot say."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    out = {key: _plain(value) for key, value in node.items() if not _is_noise(key, value)}
    if "$ref" in out:
        target = {"$ref": out.pop("$ref").replace("#/$defs/", "#/definitions/")}
        return {**_beside(target, out), **out}
    kinds = [kind for kind in out.pop("anyOf", ()) if kind != {"type": "null"}]
    if kinds:
        out = {**out, "anyOf": kinds} if len(kinds) > 1 else {**_beside(kinds[0], out), **out}
    if "patternProperties" in out:
        out["additionalProperties"] = False
    return out


def _beside(node: dict[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part of the schema as it may stand beside `others`."""
    # Draft-07 ignores whatever stands beside a reference, so it goes one level down.
    return {"allOf": [node]} if "$ref" in node and others else node


def _is_noise(key: str, value: object) -> bool:
    # A property may be called "title"; its value is then a table. Defaults of whole tables say
    # nothing that those of their keys do not say.
    return (key == "title" and isinstance(value, str)) or (
        key == "default" and not isinstance(value, str | int)
    )


def _model(property_: dict[str, Any], known: Catalogue) -> dict[str, Any]:
    """Return the schema of a model id: the known ones are offered, a declared one is allowed."""
    rest = {key: value for key, value in property_.items() if key != "type"}
    return {**rest, "anyOf": [{"enum": known.names}, {"type": "string"}]}


def _params(known: Catalogue) -> dict[str, Any]:
    """Return a schema for every params key of any model; which model takes which is not said."""
    models = known.models.values()
    params: dict[str, list[Param]] = {}
    takers: dict[str, list[str]] = {}
    for model in models:
        for name, param in model.params.items():
            params.setdefault(name, []).append(param)
            takers.setdefault(name, []).append(model.id)
    out = {name: _param(found, takers[name]) for name, found in params.items()}
    for model in models:
        for field in model.references:
            out.setdefault(field.name, {"type": ["string", "array"], "description": _PICTURES})
    return dict(sorted(out.items()))


def _param(found: list[Param], takers: list[str]) -> dict[str, Any]:
    about = next((param.about for param in found if param.about), "")
    listed = ", ".join(takers[:4]) + (f" and {len(takers) - 4} more" if len(takers) > 4 else "")
    out: dict[str, Any] = {"description": f"{about} Of {listed}.".strip()}
    kinds = sorted({_TYPES[param.kind] for param in found})
    out["type"] = kinds[0] if len(kinds) == 1 else kinds
    if all(param.choices for param in found):
        out["enum"] = list(dict.fromkeys(_choices(found)))
    if all(param.minimum is not None for param in found):
        out["minimum"] = min(param.minimum for param in found if param.minimum is not None)
    if all(param.maximum is not None for param in found):
        out["maximum"] = max(param.maximum for param in found if param.maximum is not None)
    if all(param.pattern for param in found) and len({param.pattern for param in found}) == 1:
        out["pattern"] = found[0].pattern
    return out


def _choices(found: Iterable[Param]) -> Iterable[str]:
    return (choice for param in found for choice in param.choices)
