"""Owns the TypeScript module: it imports the files, so that the bundler names and checks them.

Vite gives a URL for each import, Astro and Next an object with it; the module takes both:

    import { images } from "../images";
    const { src, srcset, width, height, alt, sources } = images.hero;

and `images.hero.image` is what the bundler gave, for the `Image` component of Astro or Next.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from imagegen.publish import json_text, manifest
from imagegen.publish.picture import File, Picture, View
from imagegen.publish.signature import NOTE

_HEAD = f"// {NOTE}\n/* eslint-disable */\n"

_TYPES = """\
/** What a bundler gives for an imported file: Vite its URL, Astro and Next an object with it. */
export type Imported = string | { readonly src: string };

export interface File {
  readonly src: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly digest: string;
}

export interface Source {
  readonly type: string;
  readonly srcset: string;
  readonly files: readonly File[];
}

export interface View extends File {
  readonly type: string;
  /** null when nothing is said; "" for decoration. */
  readonly alt: string | null;
  /** Of the format that every browser knows; "" with one file only. */
  readonly srcset: string;
  readonly files: readonly File[];
  /** The other formats, best first. */
  readonly sources: readonly Source[];
}

export interface Placeholder {
  readonly thumbhash: string;
  readonly color: string;
  readonly uri: string;
  /** Whether it may lie behind the picture: false where that has transparent parts. */
  readonly opaque: boolean;
}

export interface Provenance {
  readonly digitalSourceType: string;
  readonly provider: string;
  readonly model: string;
  readonly system: string;
  readonly requestKey: string;
  readonly take: number;
  readonly prompt?: string;
}

export interface Picture<Image extends Imported = Imported> extends View {
  /** The output as the bundler gives it, for an Image component. */
  readonly image: Image;
  readonly placeholder: Placeholder | null;
  readonly locales: Readonly<Record<string, View>>;
  readonly provenance: Provenance | null;
}

function file(
  imported: Imported,
  width: number,
  height: number,
  bytes: number,
  digest: string,
): File {
  return {
    // Read late: Astro leaves out originals whose address nobody asks for.
    get src() {
      const url = typeof imported === "string" ? imported : imported.src;
      // A space would end the address inside a srcset.
      return url.replace(/ /g, "%20");
    },
    width,
    height,
    bytes,
    digest,
  };
}

function candidates(files: readonly File[]): string {
  return files.map((one) => `${one.src} ${one.width}w`).join(", ");
}

function source(type: string, files: readonly File[]): Source {
  return {
    type,
    get srcset() {
      return files.length > 1 ? candidates(files) : files[0]!.src;
    },
    files,
  };
}

function view(
  alt: string | null,
  type: string,
  files: readonly File[],
  sources: readonly Source[],
): View {
  const main = files[files.length - 1]!;
  return {
    get src() {
      return main.src;
    },
    width: main.width,
    height: main.height,
    type,
    bytes: main.bytes,
    digest: main.digest,
    alt,
    get srcset() {
      return files.length > 1 ? candidates(files) : "";
    },
    files,
    sources,
  };
}

function picture<Image extends Imported>(
  seen: View,
  image: Image,
  placeholder: Placeholder | null,
  provenance: Provenance | null,
  locales: Readonly<Record<string, View>> = {},
): Picture<Image> {
  const more = { image, placeholder, provenance, locales };
  return Object.defineProperties(more, Object.getOwnPropertyDescriptors(seen)) as typeof more &
    View;
}
"""

_INDENT = "  "


def text(pictures: Iterable[Picture], path: str) -> str:
    """Return the module that is to lie at `path`, relative to the project."""
    known = list(pictures)
    names = _identifiers({one for picture in known for one in picture.paths})
    folder = posixpath.dirname(path)
    imports = [
        f"import {name} from {json_text.inline(_specifier(file, folder))};\n"
        for file, name in names.items()
    ]
    body = [_picture(one, names) for one in known]
    parts = [_HEAD, "\n" * bool(imports), *imports, "\n", _TYPES]
    listed = "".join(["{\n", *body, "}"]) if body else "{}"
    end = f"\nexport const images = {listed};\n\nexport type ImageName = keyof typeof images;\n"
    return "".join([*parts, end])


def _specifier(path: str, folder: str) -> str:
    below, slash, file = path.rpartition("/")
    return _way(folder, f"{below}{slash}") + file


@lru_cache(maxsize=1024)
def _way(start: str, end: str) -> str:
    """Return what leads from one folder to the files of another; asked for each of them."""
    relative = posixpath.relpath(f"{end}*", start or ".").removesuffix("*")
    return relative if relative.startswith("../") else f"./{relative}"


def _identifiers(paths: Iterable[str]) -> dict[str, str]:
    """Return a name for each file, made of its path, so that one more file changes no other name.

    It ends in the file's extension after a `_`, which no name of the module's own has.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for path in sorted(paths):
        plain = re.sub(r"[^A-Za-z0-9]+", "_", path)
        name = plain = f"_{plain}" if plain[0].isdigit() else plain
        number = 2
        while name in taken:
            name, number = f"{plain}_{number}", number + 1
        taken.add(name)
        names[path] = name
    return names


def _picture(picture: Picture, names: Mapping[str, str]) -> str:
    """Return the entry of one image."""
    parts = [
        _view(picture.view, names, _INDENT * 2),
        names[picture.output.path],
        json_text.inline(manifest.placeholder(picture.placeholder)),
        json_text.inline(manifest.provenance(picture.provenance)),
    ]
    if picture.locales:
        views = [
            f"{_INDENT * 3}{json_text.inline(tag)}: {_view(view, names, _INDENT * 3)},\n"
            for tag, view in picture.locales
        ]
        parts.append("".join(["{\n", *views, _INDENT * 2, "}"]))
    lines = "".join(f"{_INDENT * 2}{part},\n" for part in parts)
    return f"{_INDENT}{json_text.inline(picture.name)}: picture(\n{lines}{_INDENT}),\n"


def _view(view: View, names: Mapping[str, str], indent: str) -> str:
    inner = indent + _INDENT
    sources = [
        f"{inner}{_INDENT}source({json_text.inline(group[0].type)}, "
        f"{_files(group, names, inner + _INDENT)}),\n"
        for group in view.others
    ]
    listed = "".join(["[\n", *sources, inner, "]"]) if sources else "[]"
    parts = (
        json_text.inline(view.alt),
        json_text.inline(view.main.type),
        _files(view.files, names, inner),
        listed,
    )
    return "".join(["view(\n", *(f"{inner}{part},\n" for part in parts), indent, ")"])


def _files(files: Sequence[File], names: Mapping[str, str], indent: str) -> str:
    found = (
        f"{indent}{_INDENT}file({names[one.path]}, {one.width}, {one.height}, {one.bytes}, "
        f'"{one.digest}"),\n'
        for one in files
    )
    return "".join(["[\n", *found, indent, "]"])
