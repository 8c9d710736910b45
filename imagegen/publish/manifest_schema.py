"""Owns the JSON Schema of the neutral manifest, for those who read it with code of their own.

Draft 2020-12. New keys may come with any release, so none is forbidden.
"""

from __future__ import annotations

from typing import Any

from imagegen.publish.manifest import FORMAT
from imagegen.publish.signature import GENERATOR

_PIXELS = {"type": "integer", "minimum": 1}
_SRC = {
    "type": "string",
    "minLength": 1,
    "description": "Address on the site; nothing in it needs escaping in HTML.",
}

_FILE = {
    "src": _SRC,
    "width": {**_PIXELS, "description": "Pixels."},
    "height": {**_PIXELS, "description": "Pixels."},
    "bytes": {"type": "integer", "minimum": 0, "description": "Size of the file."},
    "digest": {
        "type": "string",
        "pattern": "^sha256:[0-9a-f]{64}$",
        "description": "Digest of its bytes.",
    },
}

_TYPE = {
    "enum": ["image/avif", "image/webp", "image/jpeg", "image/png"],
    "description": "MIME type.",
}

_SOURCE = {
    "type": {**_TYPE, "description": "MIME type, for the attribute `type`."},
    "srcset": {"type": "string", "minLength": 1, "description": "For the attribute `srcset`."},
    "files": {"$ref": "#/$defs/files"},
}

_VIEW = {
    **_FILE,
    "type": _TYPE,
    "alt": {
        "type": ["string", "null"],
        "description": 'Text for readers who do not see it; "" for decoration, null when the '
        "project says nothing.",
    },
    "srcset": {
        "type": "string",
        "description": "Candidates in the format that every browser knows; empty when there is "
        "one file only.",
    },
    "files": {"$ref": "#/$defs/files"},
    "sources": {
        "type": "array",
        "items": {"$ref": "#/$defs/source"},
        "description": "The other formats, in the order in which a browser is to try them.",
    },
}

_PLACEHOLDER = {
    "thumbhash": {"type": "string", "description": "ThumbHash in Base64."},
    "color": {
        "type": "string",
        "pattern": "^#[0-9a-f]{6}$",
        "description": "Dominant colour.",
    },
    "uri": {
        "type": "string",
        "pattern": "^data:image/",
        "description": "A tiny blurred picture as data URI.",
    },
    "opaque": {
        "type": "boolean",
        "description": "Whether it may lie behind the picture: false where that has transparent "
        "parts.",
    },
}

_PROVENANCE = {
    "digitalSourceType": {
        "type": "string",
        "format": "uri",
        "description": "IPTC code for how it was made.",
    },
    "provider": {"type": "string", "description": "Who made it for imagegen."},
    "model": {"type": "string", "description": "Id of the model."},
    "system": {"type": "string", "description": "Model and who runs it, for people."},
    "requestKey": {
        "type": "string",
        "pattern": "^[0-9a-f]{32}$",
        "description": "Equal for pictures of one request.",
    },
    "take": {"type": "integer", "minimum": 1, "description": "Which purchase of the request."},
}

_PROMPT = {"type": "string", "description": "Only where [provenance] allows it."}

_PICTURE = {
    **_VIEW,
    "placeholder": {
        "anyOf": [{"$ref": "#/$defs/placeholder"}, {"type": "null"}],
        "description": "What to show until the picture has come.",
    },
    "original": {"$ref": "#/$defs/original"},
    "locales": {
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/view"},
        "description": "By language tag, where alt texts or texts on the picture differ; the "
        "picture itself stands for all other languages.",
    },
    "provenance": {
        "anyOf": [{"$ref": "#/$defs/provenance"}, {"type": "null"}],
        "description": "How it was made; null for a picture that was imported.",
    },
}


def schema() -> dict[str, Any]:
    """Return the schema as plain JSON values."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "imagegen manifest",
        "description": "The pictures of a site, as the setting `json` of [publish] writes them.",
        "type": "object",
        "required": ["format", "generator", "images"],
        "properties": {
            "format": {
                "const": FORMAT,
                "description": "Another number says that a key means something else now.",
            },
            "generator": {"const": GENERATOR},
            "images": {
                "type": "object",
                "additionalProperties": {"$ref": "#/$defs/picture"},
                "description": "By the name of the image.",
            },
        },
        "$defs": {
            "picture": _object(
                _PICTURE, "One image: its widest file, with everything else there is."
            ),
            "view": _object(_VIEW, "The image for readers of one language."),
            "source": _object(_SOURCE, "The files of one format, for an element `source`."),
            "files": {
                "type": "array",
                "minItems": 1,
                "items": {"$ref": "#/$defs/file"},
                "description": "By rising width.",
            },
            "file": _object(_FILE, "One file."),
            "original": _object({**_FILE, "type": _TYPE}, "The output, not scaled or cropped."),
            "placeholder": _object(_PLACEHOLDER, "Stand-ins for the picture."),
            "provenance": _object(_PROVENANCE, "How a picture was made.", {"prompt": _PROMPT}),
        },
    }


def _object(
    required: dict[str, Any], description: str, optional: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "required": list(required),
        "properties": required | (optional or {}),
    }
