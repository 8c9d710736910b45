"""Owns the marks of a file: the XMP that calls it AI-made, put in and taken off byte for byte.

Pixels, profiles and everything else stay as they are. Equal marks and equal files give equal
bytes: no time, no random id, no version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

from imagegen.derivative import ALGORITHMIC, SOURCE_TYPES, Marks
from imagegen.pictures import media
from imagegen.pictures.container import avif, jpeg, png, webp
from imagegen.pictures.container.container import Container, Unmarkable, refusal
from imagegen.pictures.credentials import has_c2pa
from imagegen.pictures.statements import RDF, Statements

_TOOL = "imagegen"
IPTC_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_PREFIXES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "Iptc4xmpExt": IPTC_EXT,
}
_ELSEWHERE = "http://purl.org/dc/terms/ provenance"
"""The property that says where the credentials of a file lie which carries none itself."""

_HEAD = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="{_TOOL}">\n'
    f'<rdf:RDF xmlns:rdf="{RDF}">\n'
).encode()
_TAIL = b'</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="r"?>'
_OPENED, _CLOSED = b"<!--imagegen-->", b"<!--/imagegen-->"
"""What stands around our properties in a packet that is not ours; no text holds a bare `<`."""

_RDF_END = re.compile(rb"</(?:[\w.-]+:)?RDF\s*>")
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML has no way to hold."""

CONTAINERS: Mapping[str, Container] = {"png": png, "jpeg": jpeg, "webp": webp, "avif": avif}


def marked(data: bytes, marks: Marks) -> bytes:
    """Return a PNG, JPEG, WebP or AVIF file with `marks`; `unmarked` gives `data` back.

    A file that has an XMP packet of its own keeps all that it says, and gets what it does not
    say. Where the marks are too long for the format (64 KB in JPEG) the prompt is left out; if
    that is not enough, all descriptions but the first; at last that one, too. Raises Unmarkable:
    the file carries credentials, is damaged, or is built so that nobody can change it safely.
    """
    container = CONTAINERS.get(media.format_of(data) or "")
    if container is None:
        raise refusal("It is not a PNG, JPEG, WebP or AVIF picture.")
    if has_c2pa(data):
        raise refusal("It carries Content Credentials (C2PA), which any change would break.")
    own = container.packet(data)
    for fitting in _shortened(marks):
        packet = _HEAD + _description(fitting) + _TAIL if own is None else _joined(own, fitting)
        if len(packet) <= container.LIMIT:
            break
    made = (container.with_packet if own is None else container.exchanged)(data, packet)
    if unmarked(made) != data:
        raise refusal("Its structure is such that marks could not be taken off again.")
    return made


def unmarked(data: bytes) -> bytes:
    """Return a file as it was before `marked`; any other file as it is. Never raises."""
    container = CONTAINERS.get(media.format_of(data) or "")
    if container is None:
        return data
    try:
        packet = container.packet(data) or b""
        start = packet.rfind(_OPENED)
        end = packet.find(_CLOSED, start)
        if 0 <= start < end:
            rest = packet[:start] + packet[end + len(_CLOSED) :]
            return container.exchanged(data, rest)
        return container.without_packet(data) if packet.startswith(_HEAD) else data
    except Unmarkable:
        # Another program has rebuilt the file since; the bytes from before are lost.
        return data


def _shortened(marks: Marks) -> Iterator[Marks]:
    yield marks
    yield replace(marks, prompt=None)
    yield replace(marks, prompt=None, descriptions=marks.descriptions[:1])
    yield replace(marks, prompt=None, descriptions=())


def _description(marks: Marks, *, about: str = "", known: frozenset[str] = frozenset()) -> bytes:
    """Return the description of a file, without the properties that are `known` already."""
    spaces = {"rdf": RDF, **_PREFIXES}
    declared = "".join(f" xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in spaces.items())
    lines = [f"<rdf:Description rdf:about={quoteattr(about)}{declared}>"]
    for name, value in _properties(marks):
        prefix, _, local = name.partition(":")
        if f"{_PREFIXES[prefix]} {local}" not in known:
            lines.append(f"<{name}>{value}</{name}>")
    return "\n".join([*lines, "</rdf:Description>\n"]).encode()


def _properties(marks: Marks) -> Iterator[tuple[str, str]]:
    """Yield name and content of each property, as XML."""
    if marks.source:
        yield "Iptc4xmpExt:DigitalSourceType", _text(SOURCE_TYPES + marks.source)
    if marks.system:
        yield "Iptc4xmpExt:AISystemUsed", _text(marks.system)
    if marks.prompt:
        yield "Iptc4xmpExt:AIPromptInformation", _text(marks.prompt)
    if marks.system or marks.source == ALGORITHMIC:
        yield "xmp:CreatorTool", _TOOL
    if marks.descriptions:
        yield "dc:description", f"<rdf:Alt>{''.join(_languages(marks))}</rdf:Alt>"


def _languages(marks: Marks) -> Iterator[str]:
    """Yield the description by language, first the one for everybody else."""
    by_language = dict(marks.descriptions)
    default = by_language.pop("", marks.descriptions[0][1])
    for language, text in (("x-default", default), *by_language.items()):
        yield f"<rdf:li xml:lang={quoteattr(language)}>{_text(text)}</rdf:li>"


def _text(text: str) -> str:
    # A bare carriage return would be read as a line feed.
    return escape(_UNWRITABLE.sub("\ufffd", text), {"\r": "&#13;"})


def _joined(packet: bytes, marks: Marks) -> bytes:
    """Return a packet that is not ours with what it does not say; raises Unmarkable."""
    own = Statements(packet)
    if _ELSEWHERE in own.names:
        raise refusal("It names Content Credentials (C2PA), which any change would break.")
    ends = list(_RDF_END.finditer(packet))
    if not ends:
        raise refusal("Its own XMP packet says nothing.")
    at = ends[-1].start()
    block = _description(marks, about=own.about, known=frozenset(own.names))
    joined = packet[:at] + _OPENED + block + _CLOSED + packet[at:]
    # A packet may hold the end mark in a comment, where it ends nothing.
    if Statements(joined).descriptions != own.descriptions + 1:
        raise refusal("Its own XMP packet cannot be added to.")
    return joined
