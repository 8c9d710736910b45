"""Owns the site generators that may lie beside a project, and what they do to metadata.

Only looks at files by which each is known; what cannot be read as such is nobody's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SIZE_LIMIT = 2**20
"""Bytes of a settings file that are looked at; no real one has more."""

_HUGO = ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default/hugo.toml")
_OPTIMIZE = re.compile(r"^\s*-\s*[\"']?(?:material/)?optimize\b", re.MULTILINE)
_PICTURE_TAG = re.compile(r"^[^#]*\bjekyll_picture_tag\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Generator:
    """A site generator, and what becomes of the metadata in pictures on their way through it."""

    name: str
    keeps: bool
    """Whether pictures arrive with all that is in them, as the site is set up."""
    text: str
    """What it does, and the setting that keeps metadata if there is one."""


def found(root: Path) -> Iterator[Generator]:
    """Yield the site generators whose settings lie in the folder `root`."""
    packages = _packages(root / "package.json")
    if "@11ty/eleventy-img" in packages:
        text = "its Image plugin drops metadata; the plugin's option keeps it: "
        yield Generator("Eleventy", False, f"{text}transform: (sharp) => sharp.keepMetadata()")
    elif "@11ty/eleventy" in packages:
        yield Generator("Eleventy", True, "copies pictures as they are, metadata and all")
    if "astro" in packages:
        text = "<Image> and <Picture> drop metadata, and no setting of theirs keeps it; this has "
        text += "pictures copied as they are: image: { service: passthroughImageService() }"
        yield Generator("Astro", False, text)
    if "next" in packages:
        text = "next/image drops metadata, and no setting keeps it; this has pictures served as "
        yield Generator("Next.js", False, f"{text}they are: images: {{ unoptimized: true }}")
    if any((root / name).is_file() for name in _HUGO):
        text = "Resize, Fit, Fill and Filter drop metadata, and no setting keeps it; pictures that "
        yield Generator("Hugo", False, f"{text}templates use as they are keep theirs")
    yield from _mkdocs(root)
    yield from _jekyll(root)


def _mkdocs(root: Path) -> Iterator[Generator]:
    settings = _text(root / "mkdocs.yml")
    if _OPTIMIZE.search(settings):
        text = "the plugin `optimize` drops metadata; pictures that its setting optimize_exclude "
        yield Generator("MkDocs", False, f"{text}lists keep theirs")
    elif settings:
        yield Generator("MkDocs", True, "copies pictures as they are, metadata and all")


def _jekyll(root: Path) -> Iterator[Generator]:
    if not (root / "_config.yml").is_file():
        return
    if _PICTURE_TAG.search(_text(root / "Gemfile")):
        text = "jekyll_picture_tag drops metadata unless its preset says strip_metadata: false"
        yield Generator("Jekyll", False, text)
    else:
        yield Generator("Jekyll", True, "copies pictures as they are, metadata and all")


def _packages(file: Path) -> set[str]:
    """Return the npm packages that a package.json asks for."""
    try:
        values = json.loads(_text(file) or "{}")
    except (ValueError, RecursionError):
        return set()
    known = values if isinstance(values, dict) else {}
    tables = (known.get("dependencies"), known.get("devDependencies"))
    return {name for table in tables if isinstance(table, dict) for name in table}


def _text(file: Path) -> str:
    """Return the begin of a text file; an empty text when it cannot be read."""
    try:
        if not file.is_file():
            return ""
        with file.open("rb") as opened:
            return opened.read(_SIZE_LIMIT).decode(errors="replace")
    except OSError:
        return ""
