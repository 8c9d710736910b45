"""Owns the Python module: a frozen value for each image, typed, with the standard library only.

    from pictures import IMAGES

    hero = IMAGES["hero"]
    hero.src, hero.srcset, hero.alt

Formatted as ruff and black leave it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from imagegen.publish import manifest
from imagegen.publish.picture import Picture
from imagegen.publish.signature import NOTE
from imagegen.publish.urls import Urls

_HEAD = f'''\
# {NOTE}
"""The pictures of this site, by name."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class File:
    """One picture file; width and height in pixels."""

    src: str
    width: int
    height: int
    bytes: int
    digest: str


@dataclass(frozen=True)
class Source:
    """The files of one format, for a `source` element."""

    type: str
    srcset: str
    files: tuple[File, ...]


@dataclass(frozen=True)
class View:
    """A picture as readers of one language see it."""

    src: str
    width: int
    height: int
    type: str
    bytes: int
    digest: str
    alt: str | None
    """None when nothing is said; an empty text for decoration."""
    srcset: str
    """Of the format that every browser knows; empty with one file only."""
    files: tuple[File, ...]
    sources: tuple[Source, ...]
    """The other formats, best first."""


@dataclass(frozen=True)
class Placeholder:
    """What is shown until the picture has come."""

    thumbhash: str
    color: str
    uri: str
    opaque: bool
    """Whether it may lie behind the picture: not where that has transparent parts."""


@dataclass(frozen=True)
class Provenance:
    """How the picture came to be."""

    digital_source_type: str
    provider: str
    model: str
    system: str
    request_key: str
    take: int
    prompt: str | None = None


@dataclass(frozen=True)
class Picture(View):
    """One image."""

    placeholder: Placeholder | None
    original: File
    provenance: Provenance | None
    locales: dict[str, View] = field(default_factory=dict)


'''

_INDENT = "    "

_CLASSES = {
    "files": "File",
    "sources": "Source",
    "placeholder": "Placeholder",
    "original": "File",
    "provenance": "Provenance",
}
"""Field -> class of what it holds."""


def text(pictures: Iterable[Picture], urls: Urls) -> str:
    """Return the module."""
    entries = [f"{literal(one.name)}: {_picture(one, urls)}" for one in pictures]
    listed = _listed("{", entries, "}", "") if entries else "{}"
    return f"{_HEAD}IMAGES: dict[str, Picture] = {listed}\n"


def literal(value: str | int | None) -> str:
    """Return a value as Python has it, a text in the quotes that need fewer backslashes."""
    if not isinstance(value, str):
        return repr(value)
    body = value
    if "\\" in value or not value.isprintable():
        body = "".join(_ESCAPES.get(letter) or _letter(letter) for letter in value)
    quote = "'" if value.count('"') > value.count("'") else '"'
    return quote + body.replace(quote, f"\\{quote}") + quote


_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _letter(letter: str) -> str:
    """Return a letter as it is, or by its number where an editor would not show it."""
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def _picture(picture: Picture, urls: Urls) -> str:
    """Return the call that makes one image, with the facts that every manifest has."""
    facts = manifest.facts(picture, urls)
    locales = facts.pop("locales")
    facts["original"].pop("type")
    if facts["provenance"] is not None:
        facts["provenance"] = {_snake(key): one for key, one in facts["provenance"].items()}
    return _call("Picture", facts | ({"locales": locales} if locales else {}), _INDENT)


def _snake(key: str) -> str:
    """Return `requestKey` as `request_key`."""
    return re.sub("(?=[A-Z])", "_", key).lower()


def _value(key: str, value: Any, indent: str) -> str:
    """Return the value of the field `key` as an expression; `indent` is that of its line."""
    inner = indent + _INDENT
    if key == "locales":
        views = (f"{literal(tag)}: {_call('View', view, inner)}" for tag, view in value.items())
        return _listed("{", views, "}", indent)
    if isinstance(value, dict):
        return _call(_CLASSES[key], value, indent)
    if isinstance(value, list):
        calls = [_call(_CLASSES[key], one, inner) for one in value]
        return _listed("(", calls, ")", indent) if calls else "()"
    return literal(value)


def _call(name: str, facts: dict[str, Any], indent: str) -> str:
    arguments = (f"{key}={_value(key, one, indent + _INDENT)}" for key, one in facts.items())
    return _listed(f"{name}(", arguments, ")", indent)


def _listed(opened: str, items: Iterable[str], closed: str, indent: str) -> str:
    """Return items on lines of their own; the last comma keeps formatters from joining them."""
    lines = (f"{indent}{_INDENT}{item},\n" for item in items)
    return "".join([f"{opened}\n", *lines, indent, closed])
