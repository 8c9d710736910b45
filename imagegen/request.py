"""Owns what money is spent on: Request, its canonical form, the request key, and Target.

Pure values; never reads a file. The wire form of a request belongs to its provider.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from imagegen import digest
from imagegen.derivative import Derivation, Marks

KEY_FORMAT = 1
"""Number of the canonical form; a new one must migrate old locks and stores, never rebuy."""

DRAFT = "draft"
"""The provider whose pictures are free; every other one costs money."""

SEED_LIMIT = 2**31
"""Derived seeds lie in 0 … SEED_LIMIT - 1, a range that every seeded model takes."""

IMAGE_MARK = "@"
"""What a reference to another image begins with."""

ParamValue = str | int | float | bool | tuple["ParamValue", ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference picture as the model gets it: the params field, and which bytes."""

    field: str
    """The model's own field, such as `input_images` or `image_prompt`."""
    sha256: str


@dataclass(frozen=True)
class Request:
    """Everything that is sent to the provider for one image, complete: no hidden default."""

    provider: str
    model: str
    prompt: str
    """The final prompt, after style and templates."""
    params: tuple[tuple[str, ParamValue], ...]
    """Sorted by name; every default of the model made explicit; without seed and references."""
    seed: int | None
    """The seed that the project gives; None when it is to be derived from key and take."""
    references: tuple[Reference, ...]

    @cached_property
    def canonical(self) -> dict[str, object]:
        """The request as plain JSON values; equal requests have equal canonical forms."""
        form: dict[str, object] = {
            "format": KEY_FORMAT,
            "provider": self.provider,
            "model": self.model,
            "prompt": self.prompt,
            "params": {name: _plain(value) for name, value in self.params},
        }
        if self.seed is not None:
            form["seed"] = self.seed
        if self.references:
            form["references"] = [
                {"field": reference.field, "sha256": reference.sha256}
                for reference in self.references
            ]
        return form

    @cached_property
    def key(self) -> str:
        """The request key: xxh3-128 of the canonical form, 32 hex digits."""
        return digest.xxh3_128(digest.canonical_json(self.canonical))

    def seed_for(self, take: int) -> int:
        """Return the seed to send: the given one, else one derived from key and take."""
        if self.seed is not None:
            return self.seed
        return int(digest.xxh3_128(f"seed {self.key} {take}".encode())[:16], 16) % SEED_LIMIT


@dataclass(frozen=True, slots=True)
class Source:
    """Where a reference picture comes from: a project path, an https URL or another image."""

    text: str
    """As the project file writes it."""
    sha256: str | None
    """Digest of its bytes; None while nobody knows it: a URL that was never fetched, or an
    image (`@hero`) whose picture is still to be made."""

    @property
    def image(self) -> str | None:
        """The name of the image whose picture it is; None for a file or a URL."""
        return self.text.removeprefix(IMAGE_MARK) if self.text.startswith(IMAGE_MARK) else None

    @property
    def linked(self) -> bool:
        """Whether it is named by URL."""
        return self.text[:6].lower() == "https:"


@dataclass(frozen=True, slots=True)
class Target:
    """One wanted picture: the request that answers it and the file that shows it."""

    name: str
    request: Request
    take: int | None
    """The take that the project file names; None accepts the one in the lock."""
    output: str
    """POSIX path of the output, relative to the project folder."""
    output_format: str
    """Format of the output file: png, jpeg, webp or avif; from its extension."""
    alt: str | None
    protect: bool
    sources: tuple[Source, ...]
    """Same order as `request.references`."""
    candidates: int | None = None
    """How many takes there are to choose from; None for an image without a choice."""
    candidate_of: str | None = None
    """The image whose candidate this is: one take of it, without an output (an empty text)."""
    alts: tuple[tuple[str, str], ...] = ()
    """(locale, alt text), sorted; empty when `alt` is for all readers."""
    derivation: Derivation | None = None
    """What is made from its original beside the output; None for nothing."""
    placeholder: bool = False
    """Whether pages want something to show until the picture has come."""
    marks: Marks | None = None
    """What the output says of its own making; None leaves its bytes as they came."""
    signer: str = ""
    """sha256 of the certificate chain that the output is signed with; else an empty text."""

    @property
    def settled(self) -> bool:
        """Whether every reference is known by its bytes, so that the key is final."""
        return all(source.sha256 is not None for source in self.sources)

    @property
    def awaited(self) -> tuple[str, ...]:
        """The images whose pictures must be known before the key is final; none for a draft.

        A draft is painted from words alone, so it never waits.
        """
        if self.request.provider == DRAFT:
            return ()
        return tuple(one.image for one in self.sources if one.image and one.sha256 is None)

    def drafted(self) -> Target:
        """Return the target whose picture is painted here instead; its files say so, unsigned."""
        return replace(self._saying(Marks.of_draft), request=replace(self.request, provider=DRAFT))

    def taken_in(self, source: str) -> Target:
        """Return the target whose picture was taken in; its files claim nothing of their own.

        `source` is the code for the digital source type that the picture itself says it has.
        """
        return self._saying(lambda marks: marks.of_taken_in(source))

    def _saying(self, says: Callable[[Marks], Marks]) -> Target:
        """Return the target with other marks, which nobody signs."""
        made, marks = self.derivation, self.marks
        if made is not None:
            made = replace(made, marks=made.marks and says(made.marks), signer="")
        return replace(self, derivation=made, marks=marks and says(marks), signer="")

    def with_digests(self, found: Mapping[str, str]) -> Target:
        """Return the target with the sha256 that `found` gives for texts of its sources."""
        if not any(found.get(one.text, one.sha256) != one.sha256 for one in self.sources):
            return self
        references, sources = list(self.request.references), list(self.sources)
        for index, source in enumerate(self.sources):
            if source.text in found:
                sources[index] = replace(source, sha256=found[source.text])
                references[index] = replace(references[index], sha256=found[source.text])
        request = replace(self.request, references=tuple(references))
        return replace(self, request=request, sources=tuple(sources))


def _plain(value: ParamValue) -> object:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
