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
from imagegen.locked import Locked, Output
from imagegen.pictures.convert import encode
from imagegen.pictures.description import ALL, descriptions
from imagegen.pictures.inspect import NotAPicture
from imagegen.pictures.similarity import similarity
from imagegen.plan import Reason
from imagegen.report import large_file
from imagegen.report.comparison import Difference, Kind, rank
from imagegen.report.edition import Edition
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
class Thumbnail:
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
class Display:
    """One edition with what can be seen of it."""

    edition: Edition
    before: Thumbnail | None = None
    after: Thumbnail | None = None
    likeness: Likeness | None = None
    """None where there are no two pictures to compare."""
    remarks: tuple[str, ...] = ()
    """What is missing and why."""
    said: tuple[Reason, ...] = ()
    """What both files say differently of what they show, by language."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One difference with what can be seen of it."""

    difference: Difference
    before: Thumbnail | None = None
    after: Thumbnail | None = None
    likeness: Likeness | None = None
    """None where there are no two pictures to compare."""
    remarks: tuple[str, ...] = ()
    """What is missing and why."""
    left_out: bool = False
    """Whether its pictures were not looked at, or not taken along, because there are too many."""
    displays: tuple[Display, ...] = ()
    """One for each edition, in the same order; none where they were not looked at."""

    @property
    def said(self) -> tuple[Reason, ...]:
        """What the files say differently of what they show; each says it in every language."""
        return next((display.said for display in self.displays if display.said), ())

    @property
    def thumbnails(self) -> Iterator[Thumbnail]:
        """All small pictures of it."""
        sides = [self.before, self.after]
        sides += (side for one in self.displays for side in (one.before, one.after))
        yield from filter(None, sides)


def exhibits(
    differences: Sequence[Difference], before: State, after: State, store: Store
) -> tuple[Exhibit, ...]:
    """Return an exhibit of each difference, sorted anew by what is seen.

    Whose words were seen to be the same ones is told as tidied, though the lock cannot know it.
    """
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
        with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as threads:
            made = list(threads.map(booth.exhibit, shown))
    finally:
        darkroom.close()
    made += map(_unseen, rest)
    made.sort(key=lambda one: rank(one.difference))
    return tuple(_light_enough(made))


def _unseen(one: Difference) -> Exhibit:
    told = tuple(Display(edition) for edition in one.editions)
    return Exhibit(one, left_out=True, displays=told)


def _light_enough(made: Iterable[Exhibit]) -> Iterator[Exhibit]:
    total = 0
    for one in made:
        total += sum(len(side.data) for side in one.thumbnails)
        if total > BYTES_LIMIT:
            told = tuple(replace(display, before=None, after=None) for display in one.displays)
            yield replace(one, before=None, after=None, left_out=True, displays=told)
        else:
            yield one


def _pictures(one: Difference) -> int:
    """Return how many pictures are shown of a difference."""
    files = sum(len(list(filter(None, (of.before, of.after)))) for of in one.editions)
    if one.kind is Kind.REWORDED:
        return files
    return files + (2 if one.before and one.after and not one.same_picture else 1)


@dataclass(frozen=True, slots=True)
class _Booth:
    """Where exhibits are made; used by several threads."""

    before: State
    after: State
    store: Store
    darkroom: Darkroom

    def exhibit(self, one: Difference) -> Exhibit:
        """Return what can be seen of a difference."""
        displays = tuple(self._display(edition) for edition in one.editions)
        if one.kind is Kind.REWORDED:
            if not all(display.likeness and display.likeness.alike for display in displays):
                # What lies beneath the words is what it was, and can be seen through them.
                return Exhibit(one, displays=displays)
            one = replace(one, kind=Kind.TIDIED)
        remarks: list[str] = []
        before = None if one.same_picture else self._entry(one.before, self.before, remarks)
        after = self._entry(one.after, self.after, remarks)
        told = (_thumbnail(before), _thumbnail(after), _likeness(before, after), tuple(remarks))
        return Exhibit(one, *told, displays=displays)

    def _display(self, edition: Edition) -> Display:
        remarks: list[str] = []
        old = self._file(edition.before, self.before, remarks)
        new = self._file(edition.after, self.after, remarks)
        before = self._seen(old, f"the {self._which(self.before)} file", remarks)
        after = self._seen(new, f"the {self._which(self.after)} file", remarks)
        told = (_thumbnail(before), _thumbnail(after), _likeness(before, after), tuple(remarks))
        return Display(edition, *told, said=tuple(_said(old, new)) if old and new else ())

    def _entry(self, one: Locked | None, state: State, remarks: list[str]) -> Image.Image | None:
        """Return the picture of an entry, small; what keeps it from being seen is remarked."""
        if one is None:
            return None
        data = self._original(one, state)
        if data is None:
            what = f"the {self._which(state)} picture"
            why = next(filter(None, (_elsewhere(output, state) for output in one.outputs)), "")
            remarks.append(f"{what} {why or 'is not at hand'}")
        return self._seen(data, f"the {self._which(state)} picture", remarks)

    def _file(self, one: Output | None, state: State, remarks: list[str]) -> bytes | None:
        """Return the bytes of a derivative as it was in `state`; why not is remarked."""
        if one is None:
            return None
        data = self._bytes(one, state)
        if data is None:
            what = f"the {self._which(state)} file"
            found = state.read(one.path) is not None
            why = _elsewhere(one, state)
            if why:
                remarks.append(f"{what} {why}")
            elif state.commit is None:
                remarks.append(f"{what} {'is another by now' if found else 'is not at hand'}")
            else:
                with_others = " with the bytes that the lock names" if found else ""
                remarks.append(f"{what} was not committed{with_others}")
        return data

    def _which(self, state: State) -> str:
        return "later" if state is self.after else "earlier"

    def _seen(self, data: bytes | None, what: str, remarks: list[str]) -> Image.Image | None:
        if data is None:
            return None
        try:
            width, height, pixels = self.darkroom.shrink(data, width=FRAME[0], height=FRAME[1])
        except NotAPicture as error:
            remarks.append(f"{what} cannot be shown: {error.problem.summary}")
            return None
        return Image.frombytes("RGBA", (width, height), pixels)

    def _original(self, one: Locked, state: State) -> bytes | None:
        """Return the original's bytes, else those of an output, as they were in `state`."""
        wanted = one.original.sha256
        with contextlib.suppress(DiskFailed, OSError):
            # Unlike the store's own `get` this moves nothing, whatever it finds.
            stored = self.store.path(wanted)
            data = stored.read_bytes() if stored is not None else b""
            if digest.sha256_of(data) == wanted:
                return data
        found = (self._bytes(output, state) for output in one.outputs)
        return next((data for data in found if data is not None), None)

    def _bytes(self, one: Output, state: State) -> bytes | None:
        """Return the bytes of a file as they were in `state`, if only they are still there now."""
        for read in dict.fromkeys((state.read, self.after.workspace.read)):
            found = read(one.path)
            if found is not None and digest.sha256_of(found) == one.sha256:
                return found
        return None


def _elsewhere(one: Output, state: State) -> str:
    """Return where else the bytes of a file are than on this machine; an empty text if nowhere."""
    data = state.read(one.path)
    if large_file.pointed_at(data) == one.sha256:
        return "is in Git LFS and was not fetched"
    lacking = data is None and state.lists(one.path)
    return "was not fetched into this clone" if lacking else ""


def _said(old: bytes, new: bytes) -> Iterator[Reason]:
    """Yield what two files say differently of what they show, by language."""
    before, after = descriptions(old), descriptions(new)
    differ = [
        tag for tag in sorted(before.keys() | after.keys()) if before.get(tag) != after.get(tag)
    ]
    told = {(before.get(tag), after.get(tag)) for tag in differ if tag != ALL}
    for tag in differ:
        was, now = before.get(tag), after.get(tag)
        if tag != ALL:
            yield Reason(f"description.{tag}", was, now)
        elif (was, now) not in told:
            yield Reason("description", was, now)


def _likeness(before: Image.Image | None, after: Image.Image | None) -> Likeness | None:
    return Likeness(similarity(before, after)) if before and after else None


def _thumbnail(picture: Image.Image | None) -> Thumbnail | None:
    if picture is None:
        return None
    return Thumbnail(encode(picture, "webp", quality=_QUALITY), picture.width, picture.height)
