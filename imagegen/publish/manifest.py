"""Owns the neutral manifest: the one shape of a picture's facts; data files and Python share it.

`images.json`: {"format", "generator", "images": {NAME: facts}}; `manifest_schema` describes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from imagegen.derivative import Placeholder
from imagegen.publish import json_text
from imagegen.publish.picture import File, Picture, Provenance, View, is_opaque
from imagegen.publish.signature import GENERATOR
from imagegen.publish.urls import Urls

FORMAT = 1
"""Number of the manifest's form; a new one only when a key changes its meaning or goes."""


def text(pictures: Iterable[Picture], urls: Urls) -> str:
    """Return the neutral manifest as JSON."""
    images = {one.name: facts(one, urls) for one in pictures}
    return json_text.laid_out({"format": FORMAT, "generator": GENERATOR, "images": images})


def facts(picture: Picture, urls: Urls) -> dict[str, Any]:
    """Return what a site needs to know of one picture, as plain JSON values."""
    return {
        **_view(picture.view, urls),
        "placeholder": placeholder(picture.placeholder),
        "original": {**_file(picture.output, urls), "type": picture.output.type},
        "locales": {locale: _view(view, urls) for locale, view in picture.locales},
        "provenance": provenance(picture.provenance),
    }


def placeholder(shown: Placeholder | None) -> dict[str, str | bool] | None:
    """Return what a page shows until the picture has come, as plain JSON values."""
    if shown is None:
        return None
    return {
        "thumbhash": shown.thumbhash,
        "color": shown.color,
        "uri": shown.uri,
        "opaque": is_opaque(shown),
    }


def provenance(known: Provenance | None) -> dict[str, str | int] | None:
    """Return how a picture came to be, as plain JSON values."""
    if known is None:
        return None
    found: dict[str, str | int] = {
        "digitalSourceType": known.source_type,
        "provider": known.provider,
        "model": known.model,
        "system": known.system,
        "requestKey": known.request_key,
        "take": known.take,
    }
    return found if known.prompt is None else found | {"prompt": known.prompt}


def _view(view: View, urls: Urls) -> dict[str, Any]:
    main = _file(view.main, urls)
    return {
        "src": main["src"],
        "width": main["width"],
        "height": main["height"],
        "type": view.main.type,
        "bytes": main["bytes"],
        "digest": main["digest"],
        "alt": view.alt,
        "srcset": urls.srcset(view.files) if len(view.files) > 1 else "",
        "files": [_file(file, urls) for file in view.files],
        "sources": [_source(group, urls) for group in view.others],
    }


def _source(group: Sequence[File], urls: Urls) -> dict[str, Any]:
    return {
        "type": group[0].type,
        "srcset": urls.srcset(group),
        "files": [_file(file, urls) for file in group],
    }


def _file(file: File, urls: Urls) -> dict[str, Any]:
    return {
        "src": urls.of(file),
        "width": file.width,
        "height": file.height,
        "bytes": file.bytes,
        "digest": file.digest,
    }
