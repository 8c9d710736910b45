"""Owns what is handed to a provider for one image, and what may come back for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from imagegen import digest
from imagegen.build.buyer import NotBought
from imagegen.build.desk import Desk
from imagegen.errors import Problem
from imagegen.original import Original
from imagegen.plan import Change
from imagegen.project.models import Catalogue, has_shape, size
from imagegen.providers.provider import Order
from imagegen.request import DRAFT, Target

LEAST_PIXELS = 12_000_000
"""No picture is refused for its size below this: how large a model paints is partly a guess."""

_RATIO_SLACK = 0.06


def order(change: Change, target: Target, desk: Desk) -> Order:
    """Return the order for `target`, its reference pictures frozen; raises NotBought.

    A draft needs no references.
    """
    free = target.request.provider == DRAFT
    files = () if free else tuple(_frozen(target, desk))
    seed = target.request.seed_for(change.take)
    return Order(change.name, target.request, change.take, seed, files)


def pixels(target: Target, catalogue: Catalogue) -> int:
    """Return how many pixels the picture of `target` may be expected to have, at the most."""
    width, height = _size(target, catalogue)
    return max(width * height, LEAST_PIXELS)


def expected(target: Target, catalogue: Catalogue) -> Original | None:
    """Return the picture of `target` as it is expected to come, without bytes.

    None where its shape is not asked for, or may be that of a reference picture.
    """
    request = target.request
    if request.references or not has_shape(dict(request.params)):
        return None
    width, height = _size(target, catalogue)
    return Original("", 0, target.output_format, width, height)


def mismatch(target: Target, original: Original, catalogue: Catalogue) -> Problem | None:
    """Return what to tell about a picture that came in another shape than asked, or None."""
    params: Mapping[str, object] = dict(target.request.params)
    if "aspect_ratio" not in params or target.request.references:
        return None
    width, height = _size(target, catalogue)
    asked, got = width / height, original.width / original.height
    if abs(asked - got) <= asked * _RATIO_SLACK:
        return None
    return Problem(
        f"`{target.name}` came as {original.width} x {original.height} pixels",
        f"{params['aspect_ratio']} was asked for. It is kept: it is paid for.",
        "look at it before you publish it",
    )


def _size(target: Target, catalogue: Catalogue) -> tuple[int, int]:
    model = catalogue.get(target.request.model)
    return size(model, dict(target.request.params)) if model else (1024, 1024)


def _frozen(target: Target, desk: Desk) -> list[Path]:
    """Put the references into the store: what was hashed is what is sent."""
    files = []
    for source in target.sources:
        wanted = str(source.sha256)
        if source.linked or source.image is not None:
            data = desk.store.get(wanted)
        else:
            data = _read(desk.root / source.text)
            if data is not None:
                desk.store.put(data)
        file = desk.store.path(wanted)
        if data is None or digest.sha256_of(data) != wanted or file is None:
            raise NotBought(_moved_on(source.text))
        files.append(file)
    return files


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _moved_on(text: str) -> Problem:
    return Problem(
        f"the reference `{text}` has changed since it was read",
        "Nothing was bought: the request would no longer be the one in the plan.",
        "build again",
    )
