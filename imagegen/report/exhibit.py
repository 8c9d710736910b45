"""Owns exhibits: the pictures before and after a difference, small, and how different they look.

Looks for bytes in the store, in git and in the work tree, and believes none without their
sha256. Foreign bytes are decoded in the darkroom, never in this process.
"""

from __future__ import annotations

import base64
import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from PIL import Image

from imagegen import digest
from imagegen.build.darkroom import Darkroom
from imagegen.errors import DiskFailed
from imagegen.locked import Locked
from imagegen.pictures.convert import encode
from imagegen.pictures.inspect import NotAPicture
from imagegen.pictures.similarity import similarity
from imagegen.report.comparison import Difference
from imagegen.report.likeness import Likeness
from imagegen.report.state import State
from imagegen.store.store import Store

FRAME = (480, 720)
"""Pixels that a picture on the page stays within."""

PICTURES_LIMIT = 400
"""Pictures that are looked at in all; a page of more could not be read."""

BYTES_LIMIT = 7_000_000
"""Of all pictures on one page together, before they are written as text, which adds a third."""

_QUALITY = 75


@dataclass(frozen=True, slots=True)
class Print:
    """A small picture for the page."""

    data: bytes
    """WebP."""
    width: int
    """Pixels of the small picture."""
    height: int

    @property
    def uri(self) -> str:
        """The picture as a data URI."""
        return f"data:image/webp;base64,{base64.b64encode(self.data).decode()}"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One difference with what can be seen of it."""

    difference: Difference
    before: Print | None = None
    after: Print | None = None
    likeness: Likeness | None = None
    """None where there are no two pictures to compare."""
    remarks: tuple[str, ...] = ()
    """What is missing and why."""
    left_out: bool = False
    """Whether its pictures were not looked at, or not taken along, because there are too many."""


def exhibits(
    differences: Sequence[Difference], before: State, after: State, store: Store
) -> tuple[Exhibit, ...]:
    """Return an exhibit of each difference, in the same order."""
    number = 0
    for count, one in enumerate(differences):
        number += _pictures(one)
        if number > PICTURES_LIMIT:
            shown, rest = differences[:count], differences[count:]
            break
    else:
        shown, rest = differences, ()
    darkroom = Darkroom()
    booth = _Booth(before, after, store, darkroom)
    try:
        with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as hands:
            made = list(hands.map(booth.exhibit, shown))
    finally:
        darkroom.close()
    return tuple(_light_enough([*made, *(Exhibit(one, left_out=True) for one in rest)]))


def _light_enough(made: Iterable[Exhibit]) -> Iterator[Exhibit]:
    total = 0
    for one in made:
        total += sum(len(side.data) for side in (one.before, one.after) if side is not None)
        if total > BYTES_LIMIT:
            yield replace(one, before=None, after=None, left_out=True)
        else:
            yield one


def _same_picture(one: Difference) -> bool:
    return bool(
        one.before and one.after and one.before.original.sha256 == one.after.original.sha256
    )


def _pictures(one: Difference) -> int:
    """Return how many pictures are shown of a difference: one, or both."""
    return 2 if one.before and one.after and not _same_picture(one) else 1


@dataclass(frozen=True, slots=True)
class _Booth:
    """Where exhibits are made; used by several threads."""

    before: State
    after: State
    store: Store
    darkroom: Darkroom

    def exhibit(self, one: Difference) -> Exhibit:
        """Return what can be seen of a difference."""
        remarks: list[str] = []
        before = None if _same_picture(one) else self._seen(one.before, self.before, remarks)
        after = self._seen(one.after, self.after, remarks)
        likeness = Likeness(similarity(before, after)) if before and after else None
        return Exhibit(one, _printed(before), _printed(after), likeness, tuple(remarks))

    def _seen(self, one: Locked | None, state: State, remarks: list[str]) -> Image.Image | None:
        """Return the picture of an entry, small; what keeps it from being seen is remarked."""
        if one is None:
            return None
        which = "later" if state is self.after else "earlier"
        data = self._bytes(one, state)
        if data is None:
            remarks.append(f"the {which} picture is not at hand")
            return None
        try:
            width, height, pixels = self.darkroom.shrink(data, width=FRAME[0], height=FRAME[1])
        except NotAPicture as error:
            remarks.append(f"the {which} picture cannot be shown: {error.problem.summary}")
            return None
        return Image.frombytes("RGBA", (width, height), pixels)

    def _bytes(self, one: Locked, state: State) -> bytes | None:
        """Return the original's bytes, else those of an output, as they were in `state`."""
        wanted = one.original.sha256
        with contextlib.suppress(DiskFailed, OSError):
            # Unlike the store's own `get` this moves nothing, whatever it finds.
            stored = self.store.path(wanted)
            data = stored.read_bytes() if stored is not None else b""
            if digest.sha256_of(data) == wanted:
                return data
        for output in one.outputs:
            for read in dict.fromkeys((state.read, self.after.workspace.read)):
                found = read(output.path)
                if found is not None and digest.sha256_of(found) == output.sha256:
                    return found
        return None


def _printed(picture: Image.Image | None) -> Print | None:
    if picture is None:
        return None
    return Print(encode(picture, "webp", quality=_QUALITY), picture.width, picture.height)
