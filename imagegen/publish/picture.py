"""Owns what a site is told of one picture, as a value: files, alt, placeholder, provenance.

Pure. Where a file has its URL, and how a tool likes it written, the writers decide.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from imagegen.derivative import Placeholder

_ALPHA_BYTE = 2
"""Which byte of a ThumbHash says with its highest bit that the picture is transparent."""


@dataclass(frozen=True, slots=True)
class File:
    """One picture file that is in place."""

    path: str
    """POSIX, relative to the project folder."""
    format: str
    """png, jpeg, webp or avif."""
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    bytes: int
    sha256: str

    @property
    def type(self) -> str:
        """The MIME type."""
        return f"image/{self.format}"

    @property
    def digest(self) -> str:
        """The digest of its bytes, as manifests write it."""
        return f"sha256:{self.sha256}"


@dataclass(frozen=True, slots=True)
class View:
    """A picture as readers of one language see it."""

    alt: str | None
    """None when the project says nothing; an empty text for decoration."""
    groups: tuple[tuple[File, ...], ...]
    """One group for each format, as written, each by rising width; never empty. The last one is
    for browsers that know none of the others."""

    @property
    def files(self) -> tuple[File, ...]:
        """The files that every browser understands, by rising width."""
        return self.groups[-1]

    @property
    def main(self) -> File:
        """The one file that stands for all: the widest that every browser understands."""
        return self.groups[-1][-1]

    @property
    def others(self) -> tuple[tuple[File, ...], ...]:
        """The files of the other formats, best first."""
        return self.groups[:-1]


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a picture came to be."""

    source_type: str
    """Address of the IPTC digital source type."""
    provider: str
    model: str
    system: str
    """The model and who runs it, for people."""
    request_key: str
    take: int
    prompt: str | None
    """Only where the project lets prompts be published."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One image as a site needs it."""

    name: str
    view: View
    """What readers see whose language is none of `locales`."""
    output: File
    placeholder: Placeholder | None
    provenance: Provenance | None
    """None for a picture that was taken in: nobody here knows who made it."""
    locales: tuple[tuple[str, View], ...] = ()
    """By language tag, sorted; only where alt or text differ by language."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file that a writer may name."""
        views = (self.view, *(view for _, view in self.locales))
        found = (file.path for view in views for group in view.groups for file in group)
        return tuple(dict.fromkeys((self.output.path, *found)))


def is_opaque(placeholder: Placeholder) -> bool:
    """Whether the picture hides a background behind it; where nobody can tell, it does not."""
    try:
        found = base64.b64decode(placeholder.thumbhash + "==")
    except ValueError:
        return False
    return len(found) > _ALPHA_BYTE and found[_ALPHA_BYTE] < 128
