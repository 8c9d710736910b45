"""Owns the statements of an XMP packet: which properties it gives its file, and simple values.

Reads packets of strangers, so that one that brings a document type is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from imagegen.pictures.container.container import refusal

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

Opened = Callable[[str, dict[str, str]], None]
"""Gets an element's name and its attributes."""
Closed = Callable[[str], None]
Read = Callable[[str], None]

_LONGEST = 500
"""Characters of a value; what is longer is none that anybody here asks for."""


class Statements:
    """What a packet says of its file: names of properties, as namespace, space, name."""

    def __init__(self, packet: bytes) -> None:
        """Read `packet`; raises Unmarkable when it is damaged."""
        self.names: set[str] = set()
        self.values: dict[str, set[str]] = {}
        """Of properties that are a text or an address, by name; a packet may contradict itself."""
        self.about = ""
        self.descriptions = 0
        self._path: list[str] = []
        self._text = ""
        walk(packet, self._opened, self._closed, self._read)

    def _opened(self, name: str, attributes: dict[str, str]) -> None:
        described = f"{RDF} Description"
        if self._path[-1:] == [f"{RDF} RDF"] and name == described:
            self.descriptions += 1
            self.names |= attributes.keys()
            self.about = attributes.get(f"{RDF} about", self.about)
            for attribute, value in attributes.items():
                self._give(attribute, value)
        elif self._path[-2:] == [f"{RDF} RDF", described]:
            self.names.add(name)
            self._give(name, attributes.get(f"{RDF} resource", ""))
        self._text = ""
        self._path.append(name)

    def _closed(self, name: str) -> None:
        self._path.pop()
        if self._path[-2:] == [f"{RDF} RDF", f"{RDF} Description"]:
            self._give(name, self._text)
        self._text = ""

    def _read(self, text: str) -> None:
        if len(self._text) <= _LONGEST:
            self._text += text[: _LONGEST + 1]

    def _give(self, name: str, value: str) -> None:
        value = value.strip()
        if value and len(value) <= _LONGEST:
            self.values.setdefault(name, set()).add(value)


def walk(packet: bytes, opened: Opened, closed: Closed, read: Read) -> None:
    """Tell of each element, as namespace, space, name, and of texts; Unmarkable for a bad packet.

    A text may come in pieces.
    """
    parser = expat.ParserCreate("utf-8", " ")
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = read
    parser.StartDoctypeDeclHandler = _refuse_type
    try:
        parser.Parse(packet, True)
    except expat.ExpatError as error:
        raise refusal(f"Its own XMP packet is damaged: {error}.") from None


def _refuse_type(*_: object) -> None:
    # Definitions of a document type can blow a few bytes up to gigabytes.
    raise refusal("Its own XMP packet brings a document type.")
