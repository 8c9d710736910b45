"""Owns the Python module: a frozen value for each image, typed, with the standard library only.

    from pictures import IMAGES

    hero = IMAGES["hero"]
    hero.src, hero.srcset, hero.alt

Formatted as ruff and black leave it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from imagegen.publish.picture import File, Picture, Provenance, View
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


def text(pictures: Iterable[Picture], urls: Urls) -> str:
    """Return the module."""
    entries = [
        f"{_INDENT}{literal(one.name)}: {_picture(one, urls, _INDENT)},\n" for one in pictures
    ]
    listed = "".join(["{\n", *entries, "}"]) if entries else "{}"
    return f"{_HEAD}IMAGES: dict[str, Picture] = {listed}\n"


def literal(value: str | int | None) -> str:
    """Return a value as Python has it, a text in the quotes that need fewer backslashes."""
    if not isinstance(value, str):
        return repr(value)
    body = "".join(_ESCAPES.get(letter) or _letter(letter) for letter in value)
    quote = "'" if value.count('"') > value.count("'") else '"'
    return quote + body.replace(quote, f"\\{quote}") + quote


_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _letter(letter: str) -> str:
    """Return a letter as it is, or by its number where an editor would not show it."""
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def _picture(picture: Picture, urls: Urls, indent: str) -> str:
    inner = indent + _INDENT
    placeholder, provenance = picture.placeholder, picture.provenance
    shown = None
    if placeholder is not None:
        facts = {
            "thumbhash": literal(placeholder.thumbhash),
            "color": literal(placeholder.color),
            "uri": literal(placeholder.uri),
        }
        shown = _call("Placeholder", facts, inner)
    found = _view(picture.view, urls, inner) | {
        "placeholder": shown or "None",
        "original": _file(picture.output, urls, inner),
        "provenance": "None" if provenance is None else _provenance(provenance, inner),
    }
    if picture.locales:
        views = [
            f"{inner}{_INDENT}{literal(tag)}: "
            f"{_call('View', _view(view, urls, inner + _INDENT * 2), inner + _INDENT)},\n"
            for tag, view in picture.locales
        ]
        found["locales"] = "".join(["{\n", *views, inner, "}"])
    return _call("Picture", found, indent)


def _view(view: View, urls: Urls, indent: str) -> dict[str, str]:
    main = view.main
    sources = [_source(group, urls, indent + _INDENT) for group in view.others]
    return {
        "src": literal(urls.of(main)),
        "width": str(main.width),
        "height": str(main.height),
        "type": literal(main.type),
        "bytes": str(main.bytes),
        "digest": literal(main.digest),
        "alt": literal(view.alt),
        "srcset": literal(urls.srcset(view.files) if len(view.files) > 1 else ""),
        "files": _files(view.files, urls, indent),
        "sources": _tuple(sources, indent),
    }


def _source(group: Sequence[File], urls: Urls, indent: str) -> str:
    facts = {
        "type": literal(group[0].type),
        "srcset": literal(urls.srcset(group)),
        "files": _files(group, urls, indent + _INDENT),
    }
    return _call("Source", facts, indent)


def _files(files: Sequence[File], urls: Urls, indent: str) -> str:
    return _tuple([_file(one, urls, indent + _INDENT) for one in files], indent)


def _file(file: File, urls: Urls, indent: str) -> str:
    facts = {
        "src": literal(urls.of(file)),
        "width": str(file.width),
        "height": str(file.height),
        "bytes": str(file.bytes),
        "digest": literal(file.digest),
    }
    return _call("File", facts, indent)


def _provenance(provenance: Provenance, indent: str) -> str:
    facts = {
        "digital_source_type": literal(provenance.source_type),
        "provider": literal(provenance.provider),
        "model": literal(provenance.model),
        "system": literal(provenance.system),
        "request_key": literal(provenance.request_key),
        "take": str(provenance.take),
    }
    if provenance.prompt is not None:
        facts["prompt"] = literal(provenance.prompt)
    return _call("Provenance", facts, indent)


def _call(name: str, facts: dict[str, str], indent: str) -> str:
    """Return a call over several lines; a comma at its end keeps formatters from joining them."""
    lines = (f"{indent}{_INDENT}{key}={value},\n" for key, value in facts.items())
    return "".join([f"{name}(\n", *lines, indent, ")"])


def _tuple(items: Sequence[str], indent: str) -> str:
    if not items:
        return "()"
    return "".join(["(\n", *(f"{indent}{_INDENT}{one},\n" for one in items), indent, ")"])
