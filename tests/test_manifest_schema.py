"""The JSON Schema of the neutral manifest."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import exhibits
import jsonschema
import pytest

from imagegen.publish import manifest, manifest_schema
from imagegen.publish.urls import Urls

SCHEMA = manifest_schema.schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def told() -> dict[str, Any]:
    prompted = replace(exhibits.PROVENANCE, prompt="a mug")
    pictures = [
        exhibits.picture(alt=exhibits.NASTY),
        replace(exhibits.picture("other"), provenance=prompted),
        exhibits.plain(),
    ]
    found: dict[str, Any] = json.loads(manifest.text(pictures, Urls("static")))
    return found


def test_it_is_a_schema_and_a_manifest_keeps_it() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    VALIDATOR.validate(told())
    VALIDATOR.validate(json.loads(manifest.text([], Urls())))


@pytest.mark.parametrize(
    ("key", "value"), [("width", 0), ("digest", "sha256:x"), ("files", []), ("alt", 1)]
)
def test_it_refuses_what_is_none(key: str, value: object) -> None:
    wrong = told()
    wrong["images"]["mug"][key] = value
    assert not VALIDATOR.is_valid(wrong)


def test_it_describes_every_key() -> None:
    keys = {
        f"{name}.{key}"
        for name, table in SCHEMA["$defs"].items()
        for key in table.get("properties", ())
    }
    described = {
        f"{name}.{key}"
        for name, table in SCHEMA["$defs"].items()
        for key, value in table.get("properties", {}).items()
        if "description" in value or SCHEMA["$defs"][value["$ref"].split("/")[-1]]["description"]
    }
    assert keys == described
    known = told()["images"]["other"]
    assert known.keys() == SCHEMA["$defs"]["picture"]["properties"].keys()
    assert known["provenance"].keys() == SCHEMA["$defs"]["provenance"]["properties"].keys()
