"""Owns making the bytes of an output from those of an original: converted, marked, signed.

Never writes a file. An original that came with C2PA stays as it is: a changed byte would break
what its maker signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import anyio.to_thread

from imagegen.build.collect import NotCollected
from imagegen.build.desk import Desk
from imagegen.build.treatment import conversion, treatment
from imagegen.derivative import Recipe
from imagegen.errors import NeedsAttention, Problem
from imagegen.original import Original
from imagegen.pictures.container.container import Unmarkable
from imagegen.pictures.credentials import has_c2pa
from imagegen.pictures.inspect import NotAPicture
from imagegen.pictures.xmp import marked, unmarked
from imagegen.request import Target


async def output_bytes(target: Target, original: Original, data: bytes, desk: Desk) -> bytes:
    """Return what stands in the place of `target`'s output, of the original's bytes `data`.

    Raises NotCollected with the Problem, NeedsAttention when it cannot be signed.
    """
    if target.output_format != original.format:
        try:
            data = await desk.darkroom.converted(data, target.output_format)
        except NotAPicture as error:
            raise NotCollected(error.problem) from None
    elif has_c2pa(data):
        return data
    return await _marked_and_signed(target, original, data, desk)


async def remarked(target: Target, original: Original, data: bytes, desk: Desk) -> bytes:
    """Return the output's own bytes `data` with the marks that it is to have now.

    Raises as `output_bytes`.
    """
    if has_c2pa(data):
        raise NotCollected(_unchangeable(target.output))
    return await _marked_and_signed(target, original, unmarked(data), desk)


async def _marked_and_signed(target: Target, original: Original, data: bytes, desk: Desk) -> bytes:
    if target.marks is not None:
        try:
            data = marked(data, target.marks)
        except Unmarkable as error:
            raise NotCollected(error.problem) from None
    if not target.signer:
        return data
    kind = target.output_format
    return await _signed(data, target, kind, conversion(kind, original), desk)


async def signed(
    data: bytes, recipe: Recipe, original: Original, target: Target, desk: Desk
) -> bytes:
    """Return `data`, which was made of `original`, signed; NeedsAttention when it cannot be."""
    return await _signed(data, target, recipe.format, treatment(recipe, original), desk)


async def _signed(
    data: bytes,
    target: Target,
    format: str,  # noqa: A002
    done: Iterable[str],
    desk: Desk,
) -> bytes:
    marks = target.marks or (target.derivation.marks if target.derivation else None)
    if desk.signer is None or marks is None:
        # Unsigned, it would be recorded as signed.
        raise NeedsAttention(_unsigned(target.name))
    return await anyio.to_thread.run_sync(
        partial(
            desk.signer.sign,
            data,
            marks,
            format=format,
            title=target.name,
            treatment=done,
        )
    )


def _unsigned(name: str) -> Problem:
    return Problem(
        f"`{name}` is to be signed, and there is nobody who signs",
        "What the project file says in [provenance] was changed during this build.",
        "build again; it costs nothing",
    )


def _unchangeable(path: str) -> Problem:
    return Problem(
        f"`{path}` is signed, and its original is not here",
        "What it says of itself can only be changed by making it again from the original.",
        "build where the original is in the store, or with a key: it is fetched again for free",
    )
