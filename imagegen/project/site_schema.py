"""Owns the shape of what a project says of the files made from its pictures for a site.

Derivatives, texts set on pictures, manifests, provenance: all of it free. As in `schema`,
descriptions are what editors show on hover.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictStr

from imagegen.project.locales import Locale
from imagegen.project.shape import Part, Table

WIDTH_LIMIT = 16_383
"""Pixels; WebP has no room for more."""

RATIO = r"[0-9]{1,5}(?:\.[0-9]{1,3})?:[0-9]{1,5}(?:\.[0-9]{1,3})?"
"""What a crop looks like, as a pattern."""

Box = Annotated[tuple[Part, ...], Field(strict=False, min_length=4, max_length=4)]
"""Left, top, width and height as parts of a picture."""

Size = Annotated[float, Field(gt=0, le=1)]
"""A part of a picture's height."""

Align = Literal["left", "center", "right", "start", "end"]

_Each = Field(min_length=1, max_length=100)
"""For what is said by locale."""

Localized = StrictStr | Annotated[Mapping[Locale, StrictStr], _Each]
"""One text for all readers, or one for each locale."""

Format = Literal["avif", "webp", "jpeg", "png"]


def _strictly_false(value: object) -> object:
    """Return `value`, but None for zeros, which equal false and are not."""
    return value if value is False else None


Nothing = Annotated[Literal[False], BeforeValidator(_strictly_false)]
"""`false` itself."""


class DeriveTable(Table):
    """Files made from a picture for a site; an image's keys win over those of [defaults.derive]."""

    widths: (
        Annotated[
            tuple[Annotated[int, Field(ge=1, le=WIDTH_LIMIT)], ...],
            Field(strict=False, max_length=32),
        ]
        | None
    ) = Field(
        None,
        description="Widths in pixels, one file each. Larger ones than the picture become its own "
        "width. Default: only its own width.",
        json_schema_extra={"uniqueItems": True},
    )
    formats: (
        Annotated[tuple[Format, ...], Field(strict=False, min_length=1, max_length=4)] | None
    ) = Field(
        None,
        description="avif, webp, jpeg, png: one file each for every width; the last one is for "
        "browsers that know none of the others. Default: the format of the output.",
        json_schema_extra={"uniqueItems": True},
    )
    quality: Mapping[Format, Annotated[int, Field(ge=0, le=100)]] | None = Field(
        None,
        description="Quality by format, 0 to 100. Default: avif 50, webp 80, jpeg 80; png is "
        "lossless.",
    )
    crop: str | None = Field(
        None,
        description='Ratio of width to height to crop to, such as "16:9" or "1.91:1"; "" shows all '
        "of it. Default: all of it.",
        json_schema_extra={"pattern": f"^({RATIO})?$"},
    )
    focus: Annotated[tuple[Part, ...], Field(strict=False, min_length=2, max_length=2)] | None = (
        Field(
            None,
            description="What a crop keeps in sight: parts from left and top. Default: [0.5, 0.5].",
        )
    )
    upscale: bool | None = Field(
        None, description="Make files that are wider than the picture, too. Default: false."
    )
    name: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Name of each file, beside the output: {stem} of the output, {width}, "
        "{height}, {format}, {locale} (left out where texts have none) and {hash}, which changes "
        "when the file does. "
        'Default: "{stem}-{width}.{format}", with texts by locale "{stem}-{locale}-{width}.'
        '{format}".',
    )


class TextTable(Table):
    """A text that is set on the derivatives of a picture, here and for free."""

    text: Localized = Field(
        description="What is set: a text, or one for each locale. {name} is replaced from [vars], "
        "a matrix or a table; {{ and }} are braces."
    )
    font: Localized = Field(
        description="Font file (.ttf, .otf, .ttc), relative to this file, or one for each locale; "
        "a locale without one has that of [project] locale, else the first."
    )
    weight: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        None,
        description="Weight of the letters, such as 700 for bold, of a font that varies in weight. "
        "Default: the font's own.",
    )
    box: Box | Annotated[Mapping[Locale, Box], _Each] = Field(
        (0.0, 0.0, 1.0, 1.0),
        description="Where it stands: left, top, width and height as parts of the picture; or a "
        "box for each locale, with the same rule as for `font`. Default: all of it.",
    )
    size: Size | Annotated[Mapping[Locale, Size], _Each] = Field(
        0.1,
        description="Size of the letters as part of the picture's height, or one for each locale. "
        "Default: 0.1.",
    )
    min_size: Size | None = Field(
        None,
        description="What `shrink` and `wrap` must not go below: smaller letters are an error. "
        "Default: none.",
    )
    fit: Literal["shrink", "wrap", "none"] = Field(
        "shrink",
        description="shrink: smaller until it fits the box; wrap: lines are broken, then made "
        "smaller; none: as it is, and an error if it does not fit. Letters that come out smaller "
        "than 4 pixels on the widest file are an error, unless `none`. Default: shrink.",
    )
    color: str = Field(
        "#ffffff",
        description="#rgb, #rrggbb or #rrggbbaa. Default: #ffffff.",
        json_schema_extra={"pattern": "^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$"},
    )
    align: Align | Annotated[Mapping[Locale, Align], _Each] = Field(
        "start",
        description="left, center, right, start or end, or one for each locale; start and end "
        "follow the direction of the text. Default: start.",
    )
    valign: Literal["top", "middle", "bottom"] = Field(
        "top", description="Where it stands in the box if there is room. Default: top."
    )
    line_height: Annotated[float, Field(ge=0.5, le=5)] = Field(
        1.2, description="Distance of lines as a multiple of the size. Default: 1.2."
    )


class PublishTable(Table):
    """Files that tell a site what pictures there are; written when they would differ."""

    root: str = Field(
        ".",
        description="Folder whose content the site serves, relative to this file; what lies below "
        "it gets a URL. Default: this folder.",
    )
    base: str = Field("/", description='What URLs begin with. Default: "/".')
    # `json` alone would hide a method of pydantic's.
    neutral: str | None = Field(
        None,
        alias="json",
        description="Neutral manifest, such as images.json; `imagegen schema --manifest` describes "
        "it.",
    )
    hugo: str | None = Field(None, description="Hugo data file, such as data/images.json.")
    eleventy: str | None = Field(
        None, description="Eleventy global data file, such as _data/images.json."
    )
    jekyll: str | None = Field(
        None, description="Jekyll data file, such as _data/images.json or .yml."
    )
    typescript: str | None = Field(
        None,
        description="TypeScript module that imports the pictures (Astro, Vite, Next), such as "
        "src/images.ts.",
    )
    python: str | None = Field(None, description="Python module, such as site/pictures.py.")
    html: str | None = Field(
        None, description="Folder of HTML partials, one <picture> for each image."
    )

    @property
    def writes(self) -> bool:
        """Whether anything is to be written."""
        given = (self.neutral, self.hugo, self.eleventy, self.jekyll, self.typescript)
        return any(path is not None for path in (*given, self.python, self.html))


class C2paTable(Table):
    """Signing with C2PA; needs the extra `imagegen-build[c2pa]`."""

    certificate: str = Field(description="PEM file of the certificate chain, the signer's first.")
    key: str = Field(
        description="PEM file of its private key; keep it out of version control. Read only when "
        "something is signed."
    )
    algorithm: Literal["es256", "es384", "es512", "ps256", "ps384", "ps512", "ed25519"] = Field(
        "es256", description="Kind of the key. Default: es256."
    )


class ProvenanceTable(Table):
    """What the files say of their own making."""

    embed: Literal["derivatives", "all", "none"] = Field(
        "derivatives",
        description="Which files carry XMP that calls them AI-made: derivatives, all (outputs, "
        "too, unless they come with C2PA), or none. Default: derivatives.",
    )
    prompt: bool = Field(
        False, description="Whether prompts may be published: in XMP and manifests. Default: false."
    )
    licence: str | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="A note on rights for `imagegen report --disclosure`.",
    )
    c2pa: C2paTable | None = Field(
        None,
        description="Sign derivatives, and with embed = all outputs, with C2PA. Drafts are never "
        "signed, and neither is a picture that was taken in.",
    )
