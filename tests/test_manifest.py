"""The neutral manifest."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import exhibits

from imagegen.publish import manifest
from imagegen.publish.urls import Urls

URLS = Urls("static")


def facts(**changes: Any) -> dict[str, Any]:
    return manifest.facts(replace(exhibits.picture(), **changes), URLS)


def test_a_picture_stands_for_its_widest_file_of_the_last_format() -> None:
    found = facts()
    assert (found["src"], found["width"], found["height"]) == ("/img/mug-400.jpeg", 400, 200)
    assert (found["type"], found["bytes"]) == ("image/jpeg", 1234)
    assert found["srcset"] == "/img/mug-200.jpeg 200w, /img/mug-400.jpeg 400w"
    (source,) = found["sources"]
    assert source["type"] == "image/webp"
    assert source["srcset"] == "/img/mug-200.webp 200w, /img/mug-400.webp 400w"
    assert found["original"]["src"] == "/img/mug.png"


def test_a_picture_without_derivatives_is_its_output() -> None:
    found = manifest.facts(exhibits.plain(), URLS)
    assert found["src"] == found["original"]["src"] == "/img/a%20b.png"
    assert (found["srcset"], found["sources"], len(found["files"])) == ("", [], 1)
    assert (found["placeholder"], found["provenance"], found["locales"]) == (None, None, {})


def test_each_locale_has_what_differs() -> None:
    locales = facts()["locales"]
    assert {tag: one["alt"] for tag, one in locales.items()} == {"de": "Ein Becher", "no": None}
    assert locales["no"]["src"] == "/img/mug-no-400.jpeg"
    assert "placeholder" not in locales["de"]


def test_a_prompt_is_told_only_where_it_may_be() -> None:
    assert "prompt" not in facts()["provenance"]
    told = replace(exhibits.PROVENANCE, prompt="a mug")
    assert facts(provenance=told)["provenance"]["prompt"] == "a mug"


def test_the_whole_text_says_what_it_is() -> None:
    told = json.loads(manifest.text([exhibits.picture()], URLS))
    assert (told["format"], told["generator"], list(told["images"])) == (1, "imagegen", ["mug"])
