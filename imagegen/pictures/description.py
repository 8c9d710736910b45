"""Owns the description of a picture: what it says in its own XMP that it shows, by language.

Reads headers, never pixels; believes nothing and refuses nothing, so whoever shows a description
makes it safe.
"""

from __future__ import annotations

from imagegen.pictures import media
from imagegen.pictures.container.container import Unmarkable
from imagegen.pictures.statements import RDF, walk
from imagegen.pictures.xmp import CONTAINERS

_DESCRIPTION = "http://purl.org/dc/elements/1.1/ description"
_WAY = [f"{RDF} RDF", f"{RDF} Description", _DESCRIPTION, f"{RDF} Alt", f"{RDF} li"]
_LANGUAGE = "http://www.w3.org/XML/1998/namespace lang"
_LONGEST = 2000
"""Characters of a description that are read."""
_LANGUAGES_LIMIT = 500

ALL = "x-default"
"""In the place of a language: the description for everybody else."""


def descriptions(data: bytes) -> dict[str, str]:
    """Return what a PNG, JPEG, WebP or AVIF file says that it shows, by language tag or `ALL`.

    Empty when it says nothing, or nothing that can be read. Never raises.
    """
    container = CONTAINERS.get(media.format_of(data) or "")
    try:
        packet = container.packet(data) if container else None
        return _Descriptions(packet).found if packet else {}
    except Unmarkable:
        return {}


class _Descriptions:
    """The descriptions of one packet; raises Unmarkable."""

    def __init__(self, packet: bytes) -> None:
        self.found: dict[str, str] = {}
        self._path: list[str] = []
        self._language = ""
        self._text = ""
        walk(packet, self._opened, self._closed, self._read)

    def _opened(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if self._path[-len(_WAY) :] == _WAY:
            self._language, self._text = attributes.get(_LANGUAGE, ALL), ""

    def _closed(self, name: str) -> None:
        del name
        if self._path[-len(_WAY) :] == _WAY and len(self.found) < _LANGUAGES_LIMIT:
            self.found[self._language] = self._text
        self._path.pop()

    def _read(self, text: str) -> None:
        if self._path[-len(_WAY) :] == _WAY and len(self._text) < _LONGEST:
            self._text += text
