"""Owns the envelope of the store's records: JSON with a format number, guarded by a checksum.

Pure; never reads a file. Text that is not a whole, unharmed record of its format is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from imagegen import digest


class Damaged(Exception):
    """The text is not a record that this version wrote unharmed."""


class Newer(Exception):
    """The text says that a newer version of imagegen wrote it."""


def seal(facts: Mapping[str, object], *, format: int) -> bytes:  # noqa: A002
    """Return the record's text; equal facts give equal bytes."""
    form = {"format": format, **facts}
    form["check"] = _check(form)
    return json.dumps(form, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def unseal(data: bytes, *, format: int) -> dict[str, object]:  # noqa: A002
    """Return the facts that `seal` wrote; raises Damaged, or Newer for a later `format`."""
    try:
        form = json.loads(data)
    except (ValueError, RecursionError):
        raise Damaged("it is not JSON") from None
    if not isinstance(form, dict):
        raise Damaged("it is not an object")
    number = form.get("format")
    if type(number) is int and number > format:
        raise Newer(f"format {number}")
    try:
        if form.pop("check", None) != _check(form):
            raise Damaged("its checksum differs")
    except (ValueError, RecursionError) as fault:
        raise Damaged(f"its shape is wrong: {fault!r}") from None
    return form


def _check(form: Mapping[str, object]) -> str:
    return digest.xxh3_128(digest.canonical_json(form))
