"""Owns the step from the bytes of imagegen.toml to a Project and the faults of its shape.

Pure: never looks at the disk. What depends on models, files or other images is for `resolve`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pydantic import ValidationError

from imagegen.project import syntax
from imagegen.project.branches import plain
from imagegen.project.entry import SET_KEYS, has_prompt, key_faults
from imagegen.project.fault import Fault
from imagegen.project.schema import IMAGES_LIMIT, Document, Project
from imagegen.project.wording import (
    Missing,
    did_you_mean,
    fault_of,
    missing,
    quoted,
)

FAULT_LIMIT = 100
"""How many faults are told at once; nobody reads more, and a hostile file could have 100,000."""

_OF_ALL_IMAGES = ("project", "defaults", "styles", "vars", "models")
_STAND_IN_PROMPT = "?"
"""Takes the place of a prompt that is missing or no text, so that the rest can be judged."""

_DECISIVE = ("model", "name", "prompt_file", *SET_KEYS, "formats", "crop")
"""Keys without which an entry, or its `derive`, cannot be judged."""

_LOOPBACK = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|::1")
_PLAIN = re.compile(r"[!-~]{1,2000}")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a project file says, as far as its shape can be told."""

    text: str
    project: Project | None
    """The images without a fault of shape; None when a fault could mislead about all of them."""
    faults: tuple[Fault, ...]


def parse(data: bytes, file: Path) -> Parsed:
    """Return the project in `data`, read from the absolute path `file`, and its faults.

    Raises syntax.Unreadable when `data` is not TOML or breaks a limit.
    """
    text = syntax.decode(data)
    values = syntax.read(text)
    images = values.get("images", {})
    first: list[Fault] = []
    if images == {}:
        values["images"] = {}
        first = [] if "content" in values else _no_images(values)
    elif isinstance(images, dict) and len(images) > IMAGES_LIMIT:
        name = next(islice(images, IMAGES_LIMIT, None))
        summary = f"more than {IMAGES_LIMIT:,} images"
        detail = f"The file lists {len(images):,}; this one is the first too many."
        return Parsed(text, None, (Fault(("images", name), summary, detail, at="key"),))
    elif isinstance(images, dict):
        first = _entry_faults(images)
    first += _content_faults(values.get("content"))
    document, faults = _validate(values)
    faults = _without_echoes([*first, *faults])
    if document is None:
        return Parsed(text, None, tuple(faults))
    provider = document.provider
    faults += _address_faults(provider.base_url)
    faults += _webhook_faults(provider.webhook_url) if provider.webhook_url is not None else []
    return Parsed(text, _project(document, file), tuple(faults))


def _no_images(values: Mapping[str, object]) -> list[Fault]:
    example = '[images.hero]\nprompt = "A wooden desk in warm afternoon light"'
    loc = ("images",) if "images" in values else ()
    return [Fault(loc, "no images", "The project file lists none.", example, at="key")]


def _content_faults(content: object) -> list[Fault]:
    if not isinstance(content, dict) or "files" in content:
        return []
    hint = 'for example: files = ["content/**/*.md"]'
    return [Missing(("content",), "[content] has no `files`", hint=hint, at="key", key="files")]


def _validate(values: dict[str, object]) -> tuple[Document | None, list[Fault]]:
    try:
        return Document.model_validate(values), []
    except ValidationError as error:
        errors = plain(error.errors(include_url=False), values)
    faults: dict[tuple[object, ...], Fault] = {}
    for one in errors[: 2 * FAULT_LIMIT]:
        fault = fault_of(one)
        lacks = fault.key if isinstance(fault, Missing) else ""
        faults.setdefault((fault.loc, fault.at, lacks), fault)
    if len(errors) > FAULT_LIMIT or not _prune(values, errors):
        return None, list(faults.values())
    try:
        return Document.model_validate(values), list(faults.values())
    except ValidationError:
        # What is left has new faults only when a table lost the keys that it needs.
        return None, list(faults.values())


def _entry_faults(images: dict[str, Any]) -> list[Fault]:
    """Return the faults between the keys of each entry, and mend what others would stumble over."""
    faults: list[Fault] = []
    for name, entry in list(images.items()):
        if len(faults) > FAULT_LIMIT:
            break
        if not isinstance(entry, dict):
            continue
        found = key_faults(entry, ("images", name))
        if found:
            faults += found
            if any(key in entry for key in SET_KEYS):
                # What it makes is not known, and so neither what it lacks.
                del images[name]
                continue
            for key in ("name", "prompt_file"):
                entry.pop(key, None)
        if not has_prompt(entry):
            faults += [] if found else [missing(("images", name, "prompt"))]
            entry["prompt"] = _STAND_IN_PROMPT
    return faults


def _without_echoes(faults: Iterable[Fault]) -> list[Fault]:
    """Leave out "has no `prompt`" where `promt` is told already: one slip, one message."""
    found = list(faults)
    meant = {(fault.loc[:-1], fault.hint) for fault in found}
    return [
        fault
        for fault in found
        if not isinstance(fault, Missing)
        or meant.isdisjoint((fault.loc, did_you_mean(key)) for key in (fault.key, "prompt_file"))
    ]


def _prune(values: dict[str, Any], errors: Sequence[Mapping[str, Any]]) -> bool:
    """Take out of `values` what is faulty; False when the rest cannot be judged fairly."""
    for error in errors:
        loc = error["loc"]
        if error["type"] == "extra_forbidden":
            table: Any = values
            for part in loc[:-1]:
                table = table.get(part, {}) if isinstance(table, dict) else table[part]
            table.pop(loc[-1], None)
        elif loc[0] == "images" and len(loc) > 1:
            _prune_image(values["images"], loc)
        elif loc[0] in _OF_ALL_IMAGES or loc[0] == "images":
            return False
        elif len(loc) > 1:
            values[loc[0]].pop(loc[1], None)
        else:
            values.pop(loc[0], None)
    return True


def _prune_image(images: dict[str, Any], loc: Sequence[Any]) -> None:
    image = images.get(loc[1])
    # Without its model or its set the rest of an image would be held against the wrong one.
    if not isinstance(image, dict) or len(loc) < 3 or loc[2] in _DECISIVE:
        images.pop(loc[1], None)
        return
    derive = image.get("derive")
    if loc[2] == "derive" and len(loc) > 3 and loc[3] not in _DECISIVE and isinstance(derive, dict):
        derive.pop(loc[3], None)
        return
    image.pop(loc[2], None)
    if loc[2] == "prompt":
        image["prompt"] = _STAND_IN_PROMPT


def _address_faults(address: str) -> list[Fault]:
    loc = ("provider", "base_url")
    example = 'base_url = "https://api.apiframe.ai"'
    found = _split(address)
    if found is None:
        return [Fault(loc, f"{quoted(address)} is not an address", hint=example)]
    parts, host = found
    if parts.username is not None or parts.query or parts.fragment:
        detail = "It holds a scheme, a host and perhaps a port and a path; never a key."
        return [Fault(loc, "`base_url` holds more than an address", detail, example)]
    if parts.scheme == "http" and not _LOOPBACK.fullmatch(host):
        detail = "Over http anyone on the way could read the API key."
        return [Fault(loc, "`base_url` must start with https://", detail)]
    if parts.path.rstrip("/").endswith("/v2"):
        return [Fault(loc, "`base_url` is written without /v2", hint=example)]
    return []


def _webhook_faults(address: str) -> list[Fault]:
    loc = ("provider", "webhook_url")
    example = 'webhook_url = "https://hooks.example.com/imagegen"'
    found = _split(address)
    if found is None:
        return [Fault(loc, f"{quoted(address)} is not an address", hint=example)]
    parts, host = found
    if parts.username is not None or parts.fragment:
        detail = "A name, a password or a `#` part has no place in it."
        return [Fault(loc, "`webhook_url` holds more than an address", detail, example)]
    if parts.scheme == "http" and not _LOOPBACK.fullmatch(host):
        detail = "The API sends its notices to https addresses only."
        return [Fault(loc, "`webhook_url` must start with https://", detail)]
    return []


def _split(address: str) -> tuple[SplitResult, str] | None:
    """Return an address in parts, and its host; None for what is no address of a web server."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or parts.scheme not in ("http", "https") or not _PLAIN.fullmatch(address):
        return None
    return parts, host


def _project(document: Document, file: Path) -> Project:
    table = document.project
    return Project(
        root=file.parent,
        file=file,
        name=table.name or file.parent.name or "project",
        output_dir=table.output_dir.removesuffix("/") or table.output_dir,
        locale=table.locale,
        defaults=document.defaults,
        styles=document.styles,
        vars=document.vars,
        images=document.images,
        content=document.content,
        provider=document.provider,
        budget=document.budget,
        publish=document.publish,
        provenance=document.provenance,
        prices=document.prices,
        models=document.models,
    )
