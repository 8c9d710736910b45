"""Owns derivatives as values: what an image wants beside its output, one file's recipe, its key.

Pure: no file, no pixels. A recipe and the original's digest say all that decides a file's bytes,
but for the encoder; the key has all three.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from imagegen import digest
from imagegen.original import Original

KEY_FORMAT = 1
"""Number of the form of an output key; a new one makes files again, which is free."""

LOSSLESS = ("png",)
"""Formats without a quality."""

CONVERTED_QUALITY = 90
"""Of a picture that is only to have another format, such as an output with its own extension."""

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""IPTC's digital source types: the address of each is this and its code."""

TRAINED = "trainedAlgorithmicMedia"
"""Made by a model that learned from pictures: IPTC's code for the digital source type."""

ALGORITHMIC = "algorithmicMedia"
"""Made by rules alone, as drafts are."""

SOURCE_TYPE = re.compile(r"[A-Za-z]{2,64}")
"""The form of a code for the digital source type."""

HASH_DIGITS = 10
"""How much of its key the `{hash}` in a file name shows."""

VARIABLES = ("stem", "width", "height", "format", "locale", "hash")
"""What the template of a file name may hold, in braces."""

_VARIABLE = re.compile(rf"\{{({'|'.join(VARIABLES)})\}}")

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the original."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """One text that is set on a picture, complete: nothing is left to a default."""

    text: str
    """What is set, in logical order; lines are separated by "\\n"."""
    font: str
    """POSIX path of the font file, relative to the project folder."""
    font_sha256: str
    box: tuple[float, float, float, float]
    """Left, top, width, height as parts of the picture after cropping, 0 to 1."""
    size: float
    """Height of the letters' em, as part of the picture's height; the largest one for `shrink`."""
    fit: str
    """shrink: smaller until it fits; wrap: lines are broken first; none: as it is, or an error."""
    color: str
    """#rrggbb or #rrggbbaa."""
    align: str
    """left, center, right, start or end; the last two follow the text's direction."""
    valign: str
    """top, middle or bottom."""
    line_height: float
    """Distance of two lines, in ems."""
    language: str
    """BCP 47 tag that the shaper goes by, such as "de" or "ar"; an empty text when unknown."""
    weight: int | None = None
    """Where a font that varies in weight stands on its axis; None for its default."""
    min_size: float | None = None
    """What the em must not become smaller than, as part of the picture's height."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What a file says of its own making, as XMP; equal marks give equal bytes."""

    system: str
    """The AI system: the model's id and who runs it."""
    descriptions: tuple[tuple[str, str], ...] = ()
    """(language tag or "", alt text), sorted; decorative pictures have none."""
    prompt: str | None = None
    """Only where the project lets prompts be published."""
    source: str = TRAINED
    """How it was made: IPTC's code for the digital source type; empty where nobody knows."""

    def of_taken_in(self, source: str) -> Marks:
        """Return what a picture says in its place that was taken in: nobody knows who made it.

        `source` is what it says itself of how it was made; an empty text where it says nothing.
        """
        return Marks("", self.descriptions, source=source)

    def of_draft(self) -> Marks:
        """Return what a draft says in its place: painted by rules, so no AI and no prompt."""
        return Marks("", self.descriptions, source=ALGORITHMIC)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one file is made from an original, complete."""

    format: str
    """png, jpeg, webp or avif."""
    width: int
    """Pixels of the file."""
    height: int
    """Pixels of the file."""
    crop: Box
    """The part of the original that is shown."""
    quality: int | None
    """0 to 100; None for a lossless format."""
    letterings: tuple[Lettering, ...] = ()
    locale: str = ""
    """Whose text it shows; an empty text for all."""
    marks: Marks | None = None
    signer: str = ""
    """sha256 of the certificate chain that it is signed with; an empty text when it is not."""

    @property
    def encoder(self) -> str:
        """What makes it: "avif", or "avif+text" where a text is set, too."""
        return f"{self.format}+text" if self.letterings else self.format

    def key(self, source: str, encoder: str) -> str:
        """Return the output key: 32 hex digits from the source's sha256, recipe and encoder.

        `encoder` gives the versions of what `self.encoder` names.
        """
        recipe = _plain(self)
        recipe["letterings"] = [_given(_plain(one)) for one in self.letterings]
        recipe["marks"] = _plain(self.marks) if self.marks else None
        form = {"format": KEY_FORMAT, "source": source, "encoder": encoder, "recipe": recipe}
        return digest.xxh3_128(digest.canonical_json(form))


def _plain(value: Recipe | Lettering | Marks) -> dict[str, object]:
    """Return fields by name; asked for every file of every image, so that nothing is copied."""
    return {name: getattr(value, name) for name in value.__slots__}


def _given(fields: Mapping[str, object]) -> dict[str, object]:
    """Return what says anything: keys of texts are older than some of their fields."""
    return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Derivation:
    """All files that one image wants beside its output."""

    widths: tuple[int, ...]
    """Pixels, rising; none stands for the width of what is shown."""
    formats: tuple[str, ...]
    """As written: the last one is what every browser is to understand."""
    quality: Mapping[str, int]
    """By format, without the lossless ones."""
    crop: tuple[int, int] | None
    """Ratio of width to height; None shows all of it."""
    focus: tuple[float, float]
    """What a crop keeps in sight, from left and top, 0 to 1."""
    upscale: bool
    name: str
    """Template of a file name beside the output: {stem}, {width}, {height}, {format}, {locale},
    {hash}."""
    letterings: Mapping[str, tuple[Lettering, ...]]
    """By locale; an empty locale for a text that is the same everywhere. Empty: no text at all."""
    marks: Marks | None
    signer: str = ""

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales that have files of their own, or the empty one for all."""
        return tuple(sorted(self.letterings)) or ("",)

    def recipes(self, original: Original) -> Iterator[Recipe]:
        """Yield the recipe of every file: by locale, then by format as written, then by width.

        Widths beyond what is shown of the original become its width, once, unless upscaling is
        asked for.
        """
        box = crop_box(original.width, original.height, self.crop, self.focus)
        shown, high = box[2] - box[0], box[3] - box[1]
        widths = self.widths or (shown,)
        if not self.upscale:
            widths = tuple(sorted({min(width, shown) for width in widths}))
        for locale in self.locales:
            for kind in self.formats:
                for width in widths:
                    yield Recipe(
                        format=kind,
                        width=width,
                        height=max(1, round(width * high / shown)),
                        crop=box,
                        quality=self.quality.get(kind),
                        letterings=self.letterings.get(locale, ()),
                        locale=locale,
                        marks=self.marks,
                        signer=self.signer,
                    )

    def path(self, output: str, recipe: Recipe, key: str) -> str:
        """Return where the file of `recipe` lies: POSIX, relative to the project like `output`."""
        folder, slash, file = output.rpartition("/")
        values = {
            "stem": file.rpartition(".")[0],
            "width": str(recipe.width),
            "height": str(recipe.height),
            "format": recipe.format,
            "locale": recipe.locale,
            "hash": key[:HASH_DIGITS],
        }
        return f"{folder}{slash}{named(self.name, values)}"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What a page shows until the picture has come."""

    key: str
    """Says of what it was made: see `placeholder_key`."""
    thumbhash: str
    """Base64 of the ThumbHash."""
    color: str
    """Dominant colour, #rrggbb."""
    uri: str
    """A data URI of a tiny picture."""


def placeholder_key(source: str, box: Box) -> str:
    """Return what a placeholder goes by: the sha256 of a picture and the part that is shown."""
    form = {"format": KEY_FORMAT, "source": source, "crop": box, "recipe": "placeholder"}
    return digest.xxh3_128(digest.canonical_json(form))


def crop_box(
    width: int, height: int, ratio: tuple[int, int] | None, focus: tuple[float, float]
) -> Box:
    """Return the largest box of `ratio` inside a picture, as near to `focus` as it can lie."""
    if ratio is None:
        return (0, 0, width, height)
    across, down = ratio
    wide = min(width, max(1, round(height * across / down)))
    high = min(height, max(1, round(width * down / across)))
    left = min(max(0, round(focus[0] * width - wide / 2)), width - wide)
    top = min(max(0, round(focus[1] * height - high / 2)), height - high)
    return (left, top, left + wide, top + high)


def named(template: str, values: Mapping[str, str]) -> str:
    """Return a file name from its template; what has no value stays as it is written.

    Values are never looked into, so a stem may hold braces of its own.
    """
    pieces = list(_pieces(template))
    for index in range(1, len(pieces), 2):
        name = pieces[index]
        pieces[index] = values.get(name, f"{{{name}}}")
    return "".join(pieces)


@lru_cache(maxsize=256)
def _pieces(template: str) -> tuple[str, ...]:
    """Return a template in pieces: every second one is the name of a variable."""
    return tuple(_VARIABLE.split(template))
