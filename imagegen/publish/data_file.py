"""Owns data files of static site generators: a plain map from an image's name to its facts.

A plain map makes templates short: `images.hero.src`. JSON has no comments, so each picture says
itself who wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable

from imagegen.publish import json_text, manifest, yaml_text
from imagegen.publish.picture import Picture
from imagegen.publish.signature import GENERATOR, NOTE
from imagegen.publish.urls import Urls

YAML = (".yml", ".yaml")


def text(pictures: Iterable[Picture], urls: Urls, path: str) -> str:
    """Return the content of the data file at `path`: YAML by its extension, else JSON."""
    if path.lower().endswith(YAML):
        images = {one.name: manifest.facts(one, urls) for one in pictures}
        return f"# {NOTE}\n{yaml_text.laid_out(images)}"
    return json_text.laid_out(
        {one.name: {"generator": GENERATOR, **manifest.facts(one, urls)} for one in pictures}
    )
