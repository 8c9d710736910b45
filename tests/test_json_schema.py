"""JSON Schema: what the parser takes, editors take; what it refuses by shape, they underline."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from imagegen.project.json_schema import schema
from imagegen.project.parse import parse

ERRORS = Path(__file__).parent / "golden" / "errors"
WHOLE = """
[project]
name = "site"
output_dir = "static/img"
[defaults]
model = "flux-2-pro"
params = { resolution = "1MP", output_format = "webp" }
style = "editorial"
protect = false
[styles.editorial]
prompt = "{prompt}, soft light"
params = { aspect_ratio = "16:9" }
[vars]
brand = "Nordlicht"
[images.hero]
prompt = "A {brand} desk"
params = { input_images = ["a.png"], width = 512, height = 512 }
seed = 7
model = "declared"
style = ""
output = "home/hero.webp"
alt = ""
protect = true
take = 2
references = ["https://example.com/a.png"]
[images.set]
prompt_file = "prompts/{color}.txt"
matrix = { color = ["a", 1, 0.5, true] }
table = "data/p.csv"
name = "set-{color}"
[content]
files = ["content/**/*.md"]
key = "extra.image"
name = "{slug}"
prompt = "{title}"
alt = "{title}"
params = { resolution = "1MP" }
model = "declared"
style = ""
output = "{path}.webp"
[provider]
name = "draft"
base_url = "http://localhost:1"
max_in_flight = 1
requests_per_minute = 1
[budget]
images_per_run = 0
credits_per_day = 1
[prices]
flux-2-pro = 12
declared = { 1MP = 8 }
[models.declared]
family = "flux"
"""


def errors(text: str) -> list[str]:
    validator = jsonschema.Draft7Validator(schema())
    return [error.json_path for error in validator.iter_errors(tomllib.loads(text))]


def test_it_is_a_draft_07_schema_in_plain_json() -> None:
    jsonschema.Draft7Validator.check_schema(schema())
    text = json.dumps(schema(), allow_nan=False)
    assert "$defs" not in text
    assert '"null"' not in text


def test_a_file_with_every_key_passes() -> None:
    assert errors(WHOLE) == []


@pytest.mark.parametrize(
    "text",
    [
        "[images.a]",
        '[images.a]\nprompt = "x"\nprompt_file = "x.txt"',
        '[images.a]\nprompt = "x"\ntable = "t.csv"',
        '[images.a]\nprompt = "x"\nname = "b"',
        '[content]\nkey = "cover"',
    ],
)
def test_keys_that_need_or_exclude_each_other_are_underlined(text: str) -> None:
    assert errors(text)
    assert parse(text.encode(), Path("/imagegen.toml")).faults


@pytest.mark.parametrize("case", ["unknown_keys", "wrong_types", "numbers_out_of_range", "names"])
def test_files_of_the_wrong_shape_are_underlined(case: str) -> None:
    assert errors((ERRORS / f"{case}.toml").read_text())


def test_known_params_and_models_are_offered() -> None:
    image = schema()["definitions"]["ImageEntry"]["properties"]
    assert "flux-2-pro" in image["model"]["anyOf"][0]["enum"]
    params = image["params"]["properties"]
    assert params["output_quality"]["maximum"] == 100
    assert set(params["magic_prompt_option"]["enum"]) == {"Auto", "On", "Off"}
    assert all(param["description"] for param in params.values())


@pytest.mark.parametrize(
    "said, right",
    [
        ('alt = "x"', True),
        ('alt = { en = "x", pt-BR = "" }', True),
        ("alt = {}", False),
        ('alt = { e_n = "x" }', False),
        ('alt = ["x"]', False),
        ("derive = false", True),
        ("derive = true", False),
        ("derive = { widths = [1] }", True),
        ('text = [{ text = { en = "a" }, font = { en = "f.ttf" }, color = "#fff" }]', True),
        ('text = [{ text = "a", font = "f.ttf", box = [0, 0.5, 1, 0.5] }]', True),
        ('text = [{ text = { en = "a" }, font = "f.ttf", box = { en = [0, 0, 1, 1] } }]', True),
        ('text = [{ text = { en = "a" }, font = "f.ttf", size = { en = 2 } }]', False),
        ('text = [{ text = { en = "a" }, font = "f.ttf", align = { en = "end" } }]', True),
        ('text = [{ text = "a", font = "f.ttf", weight = 0 }]', False),
        ('text = { text = "a", font = "f.ttf" }', False),
        ('text = [{ text = "a" }]', False),
        ('text = [{ text = "a", font = "f.ttf", box = [0, 0, 1] }]', False),
    ],
)
def test_values_of_several_kinds_are_right_in_each_of_them(said: str, right: bool) -> None:
    text = f'[images.a]\nprompt = "x"\n{said}\n'
    assert jsonschema.Draft7Validator(schema()).is_valid(tomllib.loads(text)) is right
    assert (parse(text.encode(), Path("/imagegen.toml")).faults == ()) is right
