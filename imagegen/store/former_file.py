"""Owns the text of a former's file: Former to JSON and back, guarded by a checksum.

Pure; never reads a file. Text that is not a whole, unharmed record of this format is refused.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from imagegen.derivative import SOURCE_TYPE
from imagegen.original import Original
from imagegen.store.answer_file import SHA256
from imagegen.store.sealed import Damaged, seal, unseal
from imagegen.store.store import Former

FORMAT = 1


def encode(former: Former) -> bytes:
    """Return the file's text; equal values give equal bytes."""
    return seal({**asdict(former), "request": dict(former.request)}, format=FORMAT)


def decode(data: bytes) -> Former:
    """Return the value that `encode` wrote; raises Damaged or Newer."""
    form: dict[str, Any] = unseal(data, format=FORMAT)
    try:
        del form["format"]
        former = Former(**{**form, "original": Original(**form["original"])})
        if not SHA256.fullmatch(former.original.sha256):
            raise Damaged("its original has no sha256")
        if type(former.take) is not int or former.take < 0 or type(former.picked) is not bool:
            raise Damaged("it names no take")
        if former.source_type and not SOURCE_TYPE.fullmatch(former.source_type):
            raise Damaged("its source type is no code")
    except (KeyError, TypeError, ValueError) as fault:
        raise Damaged(f"its shape is wrong: {fault!r}") from None
    return former
