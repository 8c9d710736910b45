"""Owns the shape of imagegen.toml: which tables and keys exist, their types and their defaults.

The one source for the parser and for the JSON Schema; descriptions are what editors show on hover.
Never judges what depends on a model or on the disk: `resolve` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StrictStr, WithJsonSchema

from imagegen.project.locales import Locale
from imagegen.project.shape import Table
from imagegen.project.site_schema import (
    DeriveTable,
    Localized,
    Nothing,
    ProvenanceTable,
    PublishTable,
    TextTable,
)

DEFAULT_MODEL = "flux-2-pro"
"""The model of an image when neither it nor `[defaults]` names one."""

IMAGES_LIMIT = 10_000
"""How many images one project file may list."""

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
"""What a name of an image looks like; as a pattern of Python's it also needs `fullmatch`."""

Name = Annotated[str, Field(pattern=NAME)]
"""A name of an image or style; it becomes a file name and a command line argument."""

VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
"""A name that a prompt can refer to as `{name}`."""

MatrixValue = Annotated[
    object, WithJsonSchema({"type": ["string", "integer", "number", "boolean"]})
]

Params = Annotated[Mapping[str, object], Field(max_length=64)]
"""Values as TOML gave them; the model's catalogue entry judges them."""

Matrix = Annotated[
    Mapping[
        VariableName,
        Annotated[tuple[MatrixValue, ...], Field(strict=False, min_length=1, max_length=1000)],
    ],
    Field(min_length=1, max_length=20),
]
"""Values by variable; `matrix` judges them."""

Credits = Annotated[int, Field(ge=0, le=1_000_000_000)]


class ProjectTable(Table):
    """Facts about the whole project."""

    name: str | None = Field(
        None, min_length=1, max_length=200, description="Label of the project in reports."
    )
    output_dir: str = Field(
        "images",
        description="Folder for the pictures, relative to this file. Default: images.",
    )
    locale: Locale | None = Field(
        None,
        description="Language of the texts that have no other, such as en. Where texts are given "
        "by locale, the one that stands for all; default: the first.",
    )


class Defaults(Table):
    """Values for every image that does not say otherwise."""

    model: str = Field(
        DEFAULT_MODEL, description="Model of every image that names none. Default: flux-2-pro."
    )
    params: Params = Field(
        {}, description="Model params of every image; an image's own params win key by key."
    )
    style: str | None = Field(
        None, description='Style of every image that names none; an image drops it with style = "".'
    )
    protect: bool = Field(
        False, description="Never regenerate a picture unless --replace names it. Default: false."
    )
    derive: DeriveTable | None = Field(
        None, description="Files made from every picture for a site. Default: none."
    )


class Style(Table):
    """A way of writing prompts, shared by many images."""

    prompt: str = Field(
        description="Text around the image's own prompt, which stands where {prompt} is written."
    )
    params: Params = Field(
        {}, description="Model params of the images in this style; between defaults and image."
    )


class ImageEntry(Table):
    """One wanted picture."""

    prompt: str | None = Field(
        None,
        description="What the picture shows. {name} is replaced from [vars], a matrix or a table; "
        "{{ and }} are braces.",
    )
    prompt_file: str | None = Field(
        None,
        description="A text file of the project that holds the prompt, instead of `prompt`.",
    )
    matrix: Matrix | None = Field(
        None,
        description="One image for each combination of these values; each key is a variable.",
    )
    table: str | None = Field(
        None,
        description="A .csv, .tsv, .json or .toml file: one image for each row; columns are "
        "variables.",
    )
    name: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description='Names of the images of a matrix or table, such as "product-{sku}"; values '
        "become slugs. Default for a matrix: the entry's name and all values.",
    )
    params: Params = Field(
        {}, description="Model params of this image, merged key by key over style and defaults."
    )
    seed: int | None = Field(
        None,
        ge=0,
        description="Repeats a picture. Without it a seed is derived from the request itself.",
    )
    model: str | None = Field(None, description="Model of this image. Default: that of [defaults].")
    style: str | None = Field(
        None, description='Name of a style; "" drops the style of [defaults].'
    )
    output: str | None = Field(
        None,
        description="File to write, relative to output_dir: .png, .jpg, .jpeg, .webp or .avif. "
        "Default: the image's name with the extension of its format.",
    )
    alt: Localized | None = Field(
        None,
        description='Text for readers who do not see the picture, or one for each locale; "" marks '
        "decoration. {name} is replaced from [vars].",
    )
    derive: DeriveTable | Nothing | None = Field(
        None,
        description="Files made from this picture for a site, key by key over [defaults.derive]; "
        "false: none.",
    )
    text: Annotated[tuple[TextTable, ...], Field(strict=False, max_length=50)] = Field(
        (), description="Texts that are set on the derivatives of this picture."
    )
    protect: bool | None = Field(
        None, description="Never regenerate this picture unless --replace names it."
    )
    take: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="Another purchase of the same request: 1 is the first picture, 2 the next.",
    )
    candidates: int | None = Field(
        None,
        ge=2,
        le=16,
        description="How many takes to buy; `imagegen pick NAME N` chooses the one to show.",
    )
    # TOML gives lists; only the outer list may become a tuple, its items stay strict.
    references: Annotated[tuple[StrictStr, ...], Field(strict=False, max_length=100)] = Field(
        (),
        description="Reference pictures: paths relative to this file, https URLs, or @NAME for the "
        "picture that another image shows.",
    )


class ContentTable(Table):
    """Pictures that Markdown files declare in their front matter."""

    files: Annotated[tuple[StrictStr, ...], Field(strict=False, max_length=100)] = Field(
        (),
        description="Globs of Markdown files, relative to this file, such as content/**/*.md.",
    )
    key: str = Field(
        "image",
        min_length=1,
        max_length=200,
        description="Key of the front matter that declares a picture; dots lead into tables. "
        "Default: image.",
    )
    name: str = Field(
        "{path}",
        min_length=1,
        max_length=200,
        description="Names of the images; {path}, {slug} and keys of the front matter become "
        'slugs. Default: "{path}", the path below the folder that the glob begins with.',
    )
    prompt: str | None = Field(
        None,
        description="Prompt of every page that gives none itself. With it, every page that has "
        "front matter gets a picture; without it, only those that declare one.",
    )
    alt: str | None = Field(None, description="Alt text of every page that gives none itself.")
    params: Params = Field(
        {}, description="Model params of every page; a page's own params win key by key."
    )
    model: str | None = Field(None, description="Model of the pages. Default: that of [defaults].")
    style: str | None = Field(
        None, description='Style of the pages; "" drops the style of [defaults].'
    )
    output: str | None = Field(
        None,
        description="File to write for each page, relative to output_dir, such as "
        '"posts/{slug}.webp".',
    )


class ProviderSettings(Table):
    """Who makes the pictures, and how hard it may be pressed."""

    name: Literal["apiframe", "draft"] = Field(
        "apiframe",
        description="apiframe (paid) or draft (free placeholders, offline). Default: apiframe.",
    )
    base_url: str = Field(
        "https://api.apiframe.ai",
        description="Address of the API, without /v2. APIFRAME_BASE_URL wins over it.",
    )
    max_in_flight: int = Field(
        10, ge=1, le=1000, description="Jobs that may be open at once. Default: 10."
    )
    requests_per_minute: int = Field(
        300, ge=1, le=100_000, description="Requests to the API per minute. Default: 300."
    )
    webhook_url: str | None = Field(
        None,
        description="Public https address that the API is to tell when a job has ended; it goes "
        "into every order. `build --listen` hears it. Default: the API is only asked.",
    )


class Budget(Table):
    """What may be spent."""

    images_per_run: int = Field(
        100,
        ge=0,
        le=1_000_000,
        description="Paid pictures in one run; --max-images wins over it. Default: 100.",
    )
    credits_per_day: Credits | None = Field(
        None, description="Credits in one day, on this machine. Default: no limit."
    )


class Document(Table):
    """The whole of imagegen.toml, table by table."""

    project: ProjectTable = Field(ProjectTable(), description="Facts about the whole project.")
    defaults: Defaults = Field(
        Defaults(), description="Values for every image that does not say otherwise."
    )
    styles: Mapping[Name, Style] = Field(
        {}, max_length=10_000, description="Ways of writing prompts, shared by many images."
    )
    vars: Mapping[VariableName, str] = Field(
        {}, max_length=10_000, description="Texts that prompts and styles refer to as {name}."
    )
    images: Mapping[Name, ImageEntry] = Field({}, description="The wanted pictures, by name.")
    content: ContentTable = Field(
        ContentTable(), description="Pictures that Markdown files declare in their front matter."
    )
    provider: ProviderSettings = Field(
        ProviderSettings(), description="Who makes the pictures, and how hard it may be pressed."
    )
    budget: Budget = Field(Budget(), description="What may be spent.")
    publish: PublishTable = Field(
        PublishTable(), description="Files that tell a site what pictures there are."
    )
    provenance: ProvenanceTable = Field(
        ProvenanceTable(), description="What the files say of their own making."
    )
    prices: Mapping[str, Credits | Annotated[Mapping[str, Credits], Field(max_length=100)]] = Field(
        {},
        max_length=1000,
        description="Credits per picture, by model; a table gives them by value of `resolution`.",
    )
    models: Mapping[str, Mapping[str, object]] = Field(
        {},
        max_length=1000,
        description="Models that the catalogue does not know, or knows otherwise.",
    )


@dataclass(frozen=True, slots=True)
class Project:
    """A project file that has the right shape, and where it lies."""

    root: Path
    """Absolute folder of the project file; every path in it starts here."""
    file: Path
    """Absolute path of the project file."""
    name: str
    """As given, else the name of the folder."""
    output_dir: str
    """POSIX path relative to `root`, without a slash at the end; "." is `root` itself."""
    locale: str | None
    """Language of what has no other."""
    defaults: Defaults
    styles: Mapping[str, Style]
    vars: Mapping[str, str]
    images: Mapping[str, ImageEntry]
    content: ContentTable
    provider: ProviderSettings
    budget: Budget
    publish: PublishTable
    provenance: ProvenanceTable
    prices: Mapping[str, int | Mapping[str, int]]
    """Credits per picture by model id, or by model id and value of `resolution`."""
    models: Mapping[str, Mapping[str, object]]
    """Declared models as written; `models.with_declared` judges them."""
