"""Owns the text of an answer file: Answer to JSON and back, guarded by a checksum.

Pure; never reads a file. Text that is not a whole, unharmed answer of this format is refused.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from imagegen.original import Original
from imagegen.store.sealed import Damaged, seal, unseal
from imagegen.store.store import Answer

FORMAT = 1
SHA256 = re.compile(r"[0-9a-f]{64}")


def encode(answer: Answer) -> bytes:
    """Return the file's text; equal answers give equal bytes."""
    facts: dict[str, object] = {
        "request": dict(answer.request),
        "take": answer.take,
        "seed": answer.seed,
        "job_id": answer.job_id,
        "credits": answer.credits,
        "originals": [asdict(original) for original in answer.originals],
    }
    return seal(facts, format=FORMAT)


def decode(data: bytes) -> Answer:
    """Return the answer that `encode` wrote; raises Damaged or Newer."""
    form: dict[str, Any] = unseal(data, format=FORMAT)
    try:
        originals = tuple(Original(**original) for original in form["originals"])
        if not all(SHA256.fullmatch(original.sha256) for original in originals):
            raise Damaged("an original has no sha256")
        return Answer(
            form["request"], form["take"], form["seed"], form["job_id"], form["credits"], originals
        )
    except (KeyError, TypeError, ValueError, RecursionError) as fault:
        raise Damaged(f"its shape is wrong: {fault!r}") from None
