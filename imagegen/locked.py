"""Owns Locked: one image as it was last recorded, with its output and what was derived.

Values only; the lock's text belongs to `lock` and `lock_block`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from imagegen.derivative import ALGORITHMIC, TRAINED, Placeholder
from imagegen.original import Original
from imagegen.request import DRAFT, Request

FORMER = "0" * 32
"""In the place of a derivative's key: it shows a picture that the image showed before."""


@dataclass(frozen=True, slots=True)
class Output:
    """A file in the project and the bytes it must have."""

    path: str
    """POSIX, relative to the project folder."""
    sha256: str
    key: str = ""
    """Its output key; an empty text for an original's bytes, or a mere conversion of them."""
    width: int = 0
    """Pixels of a derivative; 0 for an output, which is as large as its original."""
    height: int = 0
    locale: str = ""
    """Whose text a derivative shows; an empty text for all."""


@dataclass(frozen=True, slots=True)
class Link:
    """A reference picture that was named by URL, and the bytes that the URL gave."""

    url: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Derived:
    """What was made from an original beside its output."""

    files: tuple[Output, ...] = ()
    """By path."""
    encoders: Mapping[str, str] = field(default_factory=dict)
    """What made them, by `Recipe.encoder`."""
    placeholder: Placeholder | None = None

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.files or self.placeholder)

    def of_former(self) -> Derived:
        """Return the same of a picture that is shown no longer: known for ours, and no more."""
        return replace(self, files=tuple(replace(out, key=FORMER) for out in self.files))


@dataclass(frozen=True, slots=True)
class Locked:
    """One image as it was last recorded."""

    name: str
    request: Mapping[str, object]
    """The canonical request, in clear."""
    request_key: str
    take: int
    """Bought ones count from 1; 0 is a picture that was taken in and not bought."""
    seed: int | None
    job_id: str | None
    credits: int | None
    original: Original
    outputs: tuple[Output, ...]
    links: tuple[Link, ...] = ()
    picked: bool = False
    """Whether a person chose this take among several."""
    derived: Derived = field(default_factory=Derived)
    declared: str = ""
    """IPTC's code for the digital source type that a picture which was taken in says it has; an
    empty text where it says nothing."""

    @property
    def files(self) -> tuple[Output, ...]:
        """Every file that this entry owns: the outputs, then what was derived."""
        return (*self.outputs, *self.derived.files)

    @property
    def provider(self) -> str:
        """Who made the picture; `draft` for a free one."""
        return str(self.request["provider"])

    @property
    def sold(self) -> bool:
        """Whether the picture was bought: neither painted here nor taken in."""
        return self.provider != DRAFT and self.take > 0

    @property
    def source_type(self) -> str | None:
        """IPTC's code for its digital source type; None where nobody knows how it was made."""
        if self.take == 0:
            return self.declared or None
        return ALGORITHMIC if self.provider == DRAFT else TRAINED

    @property
    def chosen(self) -> bool:
        """Whether a person decided on this picture among others: picked it or took it in."""
        return self.picked or self.take == 0

    def answers(self, request: Request) -> bool:
        """Whether this entry was bought by exactly this request."""
        return self.request_key == request.key and self.request == request.canonical

    def without(self, paths: Collection[str]) -> Locked:
        """Return this entry without its claim to the files at `paths`."""
        outputs = tuple(out for out in self.outputs if out.path not in paths)
        files = tuple(out for out in self.derived.files if out.path not in paths)
        return replace(self, outputs=outputs, derived=replace(self.derived, files=files))
