"""Owns getting an original back out of the output that shows it, where the store has it not.

A fresh clone has nothing but outputs. One that says of its making what the project wants still
holds the original byte for byte: what was put into it can be taken out again.
"""

from __future__ import annotations

from imagegen import digest
from imagegen.locked import Locked, Output
from imagegen.pictures.xmp import unmarked
from imagegen.workspace import Workspace


def recovered(one: Locked, workspace: Workspace) -> bytes | None:
    """Return the bytes of the original of `one` out of its outputs, or None."""
    for output in one.outputs:
        if _may_hold(output, one):
            data = workspace.read(output.path)
            bare = _original(data, one) if data is not None else None
            if bare is not None:
                return bare
    return None


def _may_hold(output: Output, one: Locked) -> bool:
    """Whether this is the original as it came or marked; else it is a mere conversion."""
    return bool(output.key) or output.sha256 == one.original.sha256


def _original(data: bytes, one: Locked) -> bytes | None:
    for bare in (data, unmarked(data)):
        if digest.sha256_of(bare) == one.original.sha256:
            return bare
    return None
