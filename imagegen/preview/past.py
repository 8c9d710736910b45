"""Owns the pictures of an image's past, of all images at once: what the ledger has of each.

Pure; never reads a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from imagegen.build.purchase import Entry
from imagegen.candidates import choice_of


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was bought for an image at some time."""

    sha256: str
    """Of the original."""
    take: int
    request_key: str


def pasts(entries: Iterable[Entry], project: str) -> Mapping[str, tuple[Picture, ...]]:
    """Return the pictures bought for each image of `project`, newest first.

    A candidate (`hero#2`) counts for its image. Orders that brought no picture are left out.
    """
    found: dict[str, list[Picture]] = {}
    for entry in sorted(entries, key=lambda one: -one.intent_at):
        if entry.project != project or not entry.state.in_hand or not entry.originals:
            continue
        purchase = entry.purchase
        picture = Picture(entry.originals[0], purchase.take, purchase.request_key)
        for name in {choice_of(ordered) or ordered for ordered in entry.images}:
            found.setdefault(name, []).append(picture)
    return {name: tuple(pictures) for name, pictures in found.items()}
