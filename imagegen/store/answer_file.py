"""Owns the text of an answer file: Answer to JSON and back, guarded by a checksum.

Pure; never reads a file. Text that is not a whole, unharmed answer of this format is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict

from imagegen import digest
from imagegen.original import Original
from imagegen.store.store import Answer

FORMAT = 1
SHA256 = re.compile(r"[0-9a-f]{64}")


class Damaged(Exception):
    """The text is not an answer file that this version wrote unharmed."""


class Newer(Exception):
    """The text says that a newer version of imagegen wrote it."""


def encode(answer: Answer) -> bytes:
    """Return the file's text; equal answers give equal bytes."""
    form: dict[str, object] = {
        "format": FORMAT,
        "request": dict(answer.request),
        "take": answer.take,
        "seed": answer.seed,
        "job_id": answer.job_id,
        "credits": answer.credits,
        "originals": [asdict(original) for original in answer.originals],
    }
    form["check"] = _check(form)
    return json.dumps(form, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def decode(data: bytes) -> Answer:
    """Return the answer that `encode` wrote; raises Damaged or Newer."""
    try:
        form = json.loads(data)
    except (ValueError, RecursionError):
        raise Damaged("it is not JSON") from None
    if not isinstance(form, dict):
        raise Damaged("it is not an object")
    number = form.get("format")
    if type(number) is int and number > FORMAT:
        raise Newer(f"format {number}")
    try:
        check = form.pop("check")
        if check != _check(form):
            raise Damaged("its checksum differs")
        originals = tuple(Original(**original) for original in form["originals"])
        if not all(SHA256.fullmatch(original.sha256) for original in originals):
            raise Damaged("an original has no sha256")
        return Answer(
            form["request"], form["take"], form["seed"], form["job_id"], form["credits"], originals
        )
    except (KeyError, TypeError, ValueError, RecursionError) as fault:
        raise Damaged(f"its shape is wrong: {fault!r}") from None


def _check(form: Mapping[str, object]) -> str:
    return digest.xxh3_128(digest.canonical_json(form))
