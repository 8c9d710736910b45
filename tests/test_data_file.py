"""Data files of static site generators."""

from __future__ import annotations

import json

import exhibits
import yaml

from imagegen.publish import data_file, manifest
from imagegen.publish.urls import Urls

URLS = Urls("static")
PICTURES = [exhibits.picture("hero", exhibits.NASTY), exhibits.plain("no")]


def test_a_template_finds_a_picture_by_its_name_alone() -> None:
    told = json.loads(data_file.text(PICTURES, URLS, "data/images.json"))
    assert list(told) == ["hero", "no"]
    assert told["hero"] == {"generator": "imagegen", **manifest.facts(PICTURES[0], URLS)}


def test_yaml_says_the_same_below_a_comment() -> None:
    text = data_file.text(PICTURES, URLS, "_data/images.YML")
    assert text.startswith("# Made by imagegen")
    assert yaml.safe_load(text) == {one.name: manifest.facts(one, URLS) for one in PICTURES}
