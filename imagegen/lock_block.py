"""Owns one block of imagegen.lock: plain TOML values <-> Locked, checked by hand.

pydantic would cost more than reading the whole lock. Never touches a file.
"""

from __future__ import annotations

import re
from dataclasses import asdict

from imagegen import digest
from imagegen.derivative import SOURCE_TYPE, Placeholder
from imagegen.locked import Derived, Link, Locked, Output
from imagegen.original import Original
from imagegen.portable import is_own, path_trouble

_HEX = re.compile(r"[0-9a-f]+")
_KEY = re.compile(r"([0-9a-f]{32})?")
_SHOWN = re.compile(r"([0-9]{1,9})x([0-9]{1,9})(?:@([A-Za-z0-9-]{2,100}))?", re.ASCII)
_FORMAT = re.compile(r"[a-z0-9]{1,16}")
_COLOR = re.compile(r"#[0-9a-f]{6}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{1,100}={0,2}")
_URI = re.compile(r"data:image/[a-z]{3,5};base64,[A-Za-z0-9+/]{1,4000}={0,2}")
_COUNT_LIMIT = 2**63 - 1
_SIDE_LIMIT = 2**31 - 1
_PATH_SHOWN = 60


def written(one: Locked) -> dict[str, object]:
    """Return the block of `one` as plain TOML values."""
    facts: dict[str, object] = {"request_key": one.request_key, "take": one.take}
    facts.update({"picked": True} if one.picked else {})
    facts.update({"source_type": one.declared} if one.declared else {})
    optional = {"seed": one.seed, "job_id": one.job_id, "credits": one.credits}
    facts.update({key: value for key, value in optional.items() if value is not None})
    facts["original"] = {
        "sha256": one.original.sha256,
        "bytes": one.original.bytes,
        "format": one.original.format,
        "width": one.original.width,
        "height": one.original.height,
    }
    facts["request"] = dict(one.request)
    facts["outputs"] = [
        {"path": out.path, "sha256": out.sha256, **({"key": out.key} if out.key else {})}
        for out in one.outputs
    ]
    if one.links:
        facts["links"] = [{"url": link.url, "sha256": link.sha256} for link in one.links]
    if one.derived:
        facts["derived"] = _derived_block(one.derived)
    return facts


def _derived_line(out: Output) -> str:
    locale = f"@{out.locale}" if out.locale else ""
    return f"{out.key} {out.sha256} {out.width}x{out.height}{locale} {out.path}"


def _derived_block(derived: Derived) -> dict[str, object]:
    facts: dict[str, object] = {}
    if derived.files:
        # One line each, as in a file of checksums: an image has dozens, and they are read quickly.
        facts["files"] = [_derived_line(out) for out in derived.files]
        facts["encoders"] = dict(sorted(derived.encoders.items()))
    if derived.placeholder is not None:
        facts["placeholder"] = asdict(derived.placeholder)
    return facts


def read(name: str, block: object) -> Locked:
    """Return the value of a block; KeyError, TypeError or ValueError when `written` made it not."""
    facts = _table(block, "the block")
    request = _request(facts["request"])
    key = _text(facts["request_key"], "request_key")
    if key != digest.xxh3_128(digest.canonical_json(request)):
        raise ValueError("`request_key` does not fit `request`")
    original = _table(facts["original"], "`original`")
    return Locked(
        name=name,
        request=request,
        request_key=key,
        take=_count(facts["take"], "take", least=0),
        seed=None if "seed" not in facts else _count(facts["seed"], "seed", least=0),
        job_id=None if "job_id" not in facts else _text(facts["job_id"], "job_id"),
        credits=None if "credits" not in facts else _count(facts["credits"], "credits", least=0),
        original=Original(
            sha256=_sha256(original["sha256"]),
            bytes=_count(original["bytes"], "bytes"),
            format=_format(original["format"]),
            width=_count(original["width"], "width", most=_SIDE_LIMIT),
            height=_count(original["height"], "height", most=_SIDE_LIMIT),
        ),
        outputs=tuple(
            Output(_path(one["path"]), _sha256(one["sha256"]), _key(one.get("key", "")))
            for one in _tables(facts["outputs"], "outputs")
        ),
        links=tuple(
            Link(_text(one["url"], "url"), _sha256(one["sha256"]))
            for one in _tables(facts.get("links", []), "links")
        ),
        picked=_flag(facts.get("picked", False), "picked"),
        derived=_derived(facts["derived"]) if "derived" in facts else Derived(),
        declared=_source_type(facts["source_type"]) if "source_type" in facts else "",
    )


def _derived(value: object) -> Derived:
    facts = _table(value, "`derived`")
    encoders = _table(facts.get("encoders", {}), "`encoders`")
    lines = facts.get("files", [])
    if not isinstance(lines, list):
        raise TypeError("`files` is not a list")
    return Derived(
        files=tuple(_derived_file(line) for line in lines),
        encoders={kind: _text(text, kind) for kind, text in encoders.items()},
        placeholder=_placeholder(facts["placeholder"]) if "placeholder" in facts else None,
    )


def _derived_file(line: object) -> Output:
    parts = _text(line, "files").split(" ", 3)
    shown = _SHOWN.fullmatch(parts[2]) if len(parts) == 4 else None
    if shown is None:
        raise ValueError("`files` is not a list of key, sha256, size and path")
    width, height, locale = shown.groups(default="")
    key = _key(parts[0])
    if not key:
        raise ValueError("`files` has a file without a key")
    return Output(_path(parts[3]), _sha256(parts[1]), key, int(width), int(height), locale)


def _placeholder(value: object) -> Placeholder:
    facts = _table(value, "`placeholder`")
    color, uri = _text(facts["color"], "color"), _text(facts["uri"], "uri")
    # Both stand in pages as they are.
    if not _COLOR.fullmatch(color) or not _URI.fullmatch(uri):
        raise ValueError("`placeholder` is not a colour and a data URI")
    thumbhash = _text(facts["thumbhash"], "thumbhash")
    if not _BASE64.fullmatch(thumbhash):
        raise ValueError("`thumbhash` is not base64")
    return Placeholder(_key(facts["key"]), thumbhash, color, uri)


def _request(value: object) -> dict[str, object]:
    request = _table(value, "`request`")
    for name in ("provider", "model", "prompt"):
        _text(request[name], name)
    _table(request["params"], "`params`")
    for reference in _tables(request.get("references", []), "references"):
        _text(reference["field"], "field")
        _text(reference["sha256"], "sha256")
    return request


def _table(value: object, what: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{what} is not a table")
    return value


def _tables(value: object, what: str) -> list[dict[str, object]]:
    if not isinstance(value, list):
        raise TypeError(f"`{what}` is not a list of tables")
    return [_table(one, f"`{what}`") for one in value]


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(f"`{what}` is not a text")
    return value


def _flag(value: object, what: str) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"`{what}` is neither true nor false")
    return value


def _count(value: object, what: str, *, least: int = 1, most: int = _COUNT_LIMIT) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise TypeError(f"`{what}` is not a whole number of at least {least}")
    if value > most:
        raise TypeError(f"`{what}` is not a whole number of at most {most}")
    return value


def _format(value: object) -> str:
    text = _text(value, "format")
    if not _FORMAT.fullmatch(text):
        raise ValueError("`format` is not the name of a format")
    return text


def _source_type(value: object) -> str:
    text = _text(value, "source_type")
    if not SOURCE_TYPE.fullmatch(text):
        raise ValueError("`source_type` is not a code of letters")
    return text


def _sha256(value: object) -> str:
    text = _text(value, "sha256")
    if len(text) != 64 or not _HEX.fullmatch(text):
        raise ValueError("`sha256` is not 64 hex digits")
    return text


def _path(value: object) -> str:
    # The lock can be edited by anyone who can open a pull request, and retiring an entry
    # deletes its output: a path that leaves the project must never get that far.
    text = _text(value, "path")
    trouble = path_trouble(text)
    if trouble is not None:
        why = f"does not stay inside the project on every system: it {trouble[0]}"
        raise ValueError(f"`path` {text[:_PATH_SHOWN]!r} {why}")
    if is_own(text):
        raise ValueError(f"`path` {text!r} is a place that imagegen itself needs")
    return text


def _key(value: object) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise ValueError("`key` is not 32 hex digits")
    return value
