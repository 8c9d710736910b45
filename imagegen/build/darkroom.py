"""Owns the processes in which foreign pictures are decoded: started late, kept, few, replaceable.

A decoder is the part of us that bytes from outside can best attack. Here it has limits, no key
and no files, and its death is a fault of the picture, not of the run. Never decodes in this
process, and believes a decoding process nothing that it can know by itself.
"""

from __future__ import annotations

import json
import math
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import anyio
import anyio.to_thread

from imagegen import digest
from imagegen.build import darkroom_fault
from imagegen.build.task import Task
from imagegen.build.worker import Died, Late, Told, Vanished, Worker
from imagegen.derivative import Box, Lettering, Placeholder, Recipe, placeholder_key
from imagegen.errors import Problem
from imagegen.original import Original
from imagegen.pictures import media
from imagegen.pictures.derive import NotDerived
from imagegen.pictures.inspect import NotAPicture
from imagegen.pictures.legibility import Look, texts_of

_LONGEST_TEXT = 1000
_LONGEST_URI = 2000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Allowed:
    """How long things may take, in seconds; wall time is for machines with too much to do."""

    start: float = 60.0
    looking: int = 20
    """Processor time to decode one picture."""
    converting: int = 180
    """Processor time to decode one picture and encode it anew."""
    making: float = 10.0
    """Processor time to make one file of a decoded picture, and for each megapixel of it that
    time once more."""
    patience: float = 4.0
    """So many times the processor time may pass on the wall."""


class _Closed(Exception):
    """The darkroom was closed meanwhile."""


class Darkroom:
    """Decodes pictures in other processes. Safe to use from many threads; close it at the end."""

    def __init__(self, *, allowed: Allowed | None = None) -> None:
        self._allowed = allowed or Allowed()
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._closed = False
        self._room: anyio.CapacityLimiter | None = None

    async def inspected(self, data: bytes, *, pixels: int) -> Original:
        """Do `inspect` without holding up the event loop."""
        return await self._in_thread(partial(self.inspect, data, pixels=pixels))

    async def converted(self, data: bytes, format: str) -> bytes:  # noqa: A002
        """Do `convert` without holding up the event loop."""
        return await self._in_thread(partial(self.convert, data, format))

    async def derived(
        self, data: bytes, recipes: Sequence[Recipe], fonts: Mapping[str, bytes]
    ) -> list[bytes]:
        """Do `derive` without holding up the event loop."""
        return await self._in_thread(partial(self.derive, data, recipes, fonts))

    async def tried(
        self, recipes: Sequence[Recipe], fonts: Mapping[str, bytes], data: bytes = b""
    ) -> list[Look]:
        """Do `try_texts` without holding up the event loop."""
        return await self._in_thread(partial(self.try_texts, recipes, fonts, data))

    async def placeholder_of(self, data: bytes, crop: Box) -> Placeholder:
        """Do `placeholder` without holding up the event loop."""
        return await self._in_thread(partial(self.placeholder, data, crop))

    def inspect(self, data: bytes, *, pixels: int) -> Original:
        """Describe the picture in `data`, all of it decoded; `pixels` were asked for.

        Raises NotAPicture, also when it kills its process or takes too long; NeedsAttention
        when no process can be started.
        """
        kind = media.format_of(data) or ""
        told, _ = self._looked(Task(len(data), self._allowed.looking, pixels=pixels), data)
        width, height = told.get("width"), told.get("height")
        if told.get("format") != kind or type(width) is not int or type(height) is not int:
            raise NotAPicture(darkroom_fault.senseless())
        return Original(digest.sha256_of(data), len(data), kind, width, height)

    def convert(self, data: bytes, format: str) -> bytes:  # noqa: A002
        """Return the picture in `data` as `format`; raises as `inspect`."""
        task = Task(len(data), self._allowed.converting, format=format)
        _, made = self._looked(task, data)
        if media.format_of(made) != format:
            raise NotAPicture(darkroom_fault.senseless())
        return made

    def shrink(self, data: bytes, *, width: int, height: int) -> tuple[int, int, bytes]:
        """Return the picture in `data` so small that it fits: width, height, RGBA pixels by row.

        Never larger than it is; raises as `inspect`.
        """
        task = Task(len(data), self._allowed.looking, fit=(width, height))
        told, made = self._looked(task, data)
        wide, high = told.get("width"), told.get("height")
        if type(wide) is not int or type(high) is not int or len(made) != 4 * wide * high:
            raise NotAPicture(darkroom_fault.senseless())
        if not (0 < wide <= width and 0 < high <= height):
            raise NotAPicture(darkroom_fault.senseless())
        return wide, high, made

    def thumbnail(self, data: bytes, width: int) -> bytes:
        """Return the picture in `data` as WebP, at most `width` wide; raises as `inspect`."""
        _, made = self._looked(Task(len(data), self._allowed.looking, width=width), data)
        if media.format_of(made) != "webp":
            raise NotAPicture(darkroom_fault.senseless())
        return made

    def derive(
        self, data: bytes, recipes: Sequence[Recipe], fonts: Mapping[str, bytes]
    ) -> list[bytes]:
        """Return the file of each of `recipes`, made from the picture in `data`.

        `fonts` are the bytes of font files by sha256. A process that is killed costs nothing: its
        work is done once more by another one. Raises NotAPicture when `data` does not decode,
        and NotDerived; NeedsAttention when no process can be started.
        """
        if not recipes:
            return []
        told, made = self._from_recipes(recipes, fonts, data)
        files = _cut(made, told.get("sizes"))
        kinds = [media.format_of(file) for file in files]
        if kinds != [recipe.format for recipe in recipes]:
            raise NotDerived(darkroom_fault.senseless())
        return files

    def try_texts(
        self, recipes: Sequence[Recipe], fonts: Mapping[str, bytes], data: bytes = b""
    ) -> list[Look]:
        """Return how the texts of `recipes`, those of one image's widest files, come out.

        `data` is the picture that they are set on, or nothing. Raises NotDerived when one does not
        fit or cannot be read, NotAPicture, and NeedsAttention when no process can be started.
        """
        if not recipes:
            return []
        _, made = self._from_recipes(recipes, fonts, data, trial=True)
        looks = _looks(made, [lettering for lettering, _ in texts_of(recipes)])
        if looks is None:
            raise NotDerived(darkroom_fault.senseless())
        return looks

    def placeholder(self, data: bytes, crop: Box) -> Placeholder:
        """Return the placeholder of the part within `crop` of the picture in `data`.

        Raises as `derive`.
        """
        told, _ = self._made(Task(len(data), self._allowed.looking, crop=crop), [data])
        texts = [told.get(name) for name in ("thumbhash", "color", "uri")]
        if not all(isinstance(text, str) and len(text) <= _LONGEST_URI for text in texts):
            raise NotDerived(darkroom_fault.senseless())
        return Placeholder(placeholder_key(digest.sha256_of(data), crop), *map(str, texts))

    def close(self) -> None:
        """End all processes for good, also those at work."""
        with self._lock:
            self._closed = True
            for busy in self._busy:
                busy.kill()
            idle, self._idle = self._idle, []
        for process in idle:
            process.end()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        # A limiter belongs to the running event loop, so the first use makes it.
        self._room = self._room or anyio.CapacityLimiter(os.cpu_count() or 1)
        return await anyio.to_thread.run_sync(work, limiter=self._room, abandon_on_cancel=True)

    def _seconds(self, recipe: Recipe) -> int:
        megapixels = recipe.width * recipe.height / 1e6
        return math.ceil(self._allowed.making * (1 + megapixels))

    def _looked(self, task: Task, data: bytes) -> tuple[Told, bytes]:
        """Have a task done that may kill its process: what does so is no picture."""
        try:
            return self._done(task, [data], chances=1)
        except Late as error:
            raise NotAPicture(darkroom_fault.too_slow(error.how)) from None
        except Died as error:
            raise NotAPicture(darkroom_fault.crashed(error.how)) from None
        except _Closed:
            raise NotAPicture(darkroom_fault.interrupted()) from None

    def _from_recipes(
        self,
        recipes: Sequence[Recipe],
        fonts: Mapping[str, bytes],
        data: bytes,
        *,
        trial: bool = False,
    ) -> tuple[Told, bytes]:
        """Have the files of `recipes` made, or in a `trial` only their texts set.

        Of `fonts`, those that no text takes stay here.
        """
        used = {one.font_sha256 for recipe in recipes for one in recipe.letterings}
        given = [(sha256, font) for sha256, font in sorted(fonts.items()) if sha256 in used]
        task = Task(
            len(data),
            self._allowed.looking + sum(self._seconds(recipe) for recipe in recipes),
            recipes=tuple(recipes),
            trial=trial,
            fonts=tuple((sha256, len(font)) for sha256, font in given),
        )
        return self._made(task, [data, *(font for _, font in given)])

    def _made(self, task: Task, parts: Sequence[bytes]) -> tuple[Told, bytes]:
        """Have a task done with a picture that was looked at before."""
        try:
            return self._done(task, parts, chances=2)
        except Late as error:
            raise NotDerived(darkroom_fault.made_too_slowly(error.how)) from None
        except Died as error:
            raise NotDerived(darkroom_fault.unmade(error.how)) from None
        except _Closed:
            raise NotDerived(darkroom_fault.not_made()) from None

    def _done(self, task: Task, parts: Sequence[bytes], *, chances: int) -> tuple[Told, bytes]:
        """Have `task` carried out by a process that is idle, else by a new one.

        One that was killed is replaced as long as there are `chances`. One that has worked before
        may have died in its sleep, which is not the picture's fault and costs no chance.
        """
        with self._lock:
            known = self._idle.pop() if self._idle else None
        if known is not None:
            chances = max(2, chances)
        while True:
            worker = known or Worker(self._allowed.start)
            known = None
            chances -= 1
            try:
                return self._asked(worker, task, parts)
            except Vanished:
                if self._closed:
                    raise _Closed from None
                if not chances:
                    raise

    def _asked(self, worker: Worker, task: Task, parts: Sequence[bytes]) -> tuple[Told, bytes]:
        """Have `worker` carry out `task`; it is used again only if nothing was amiss."""
        good = False
        try:
            with self._lock:
                self._busy.add(worker)
                closed = self._closed
            if closed:
                raise _Closed
            told, made = worker.ask(task, parts, task.seconds * self._allowed.patience)
            problem = _problem(told)
            good = problem is None
        finally:
            with self._lock:
                self._busy.discard(worker)
                kept = good and not self._closed
                if kept:
                    self._idle.append(worker)
            if not kept:
                worker.end()
        if problem is not None:
            raise NotDerived(problem) if told.get("fault") == "recipe" else NotAPicture(problem)
        return told, made


def _cut(made: bytes, sizes: object) -> list[bytes]:
    """Return the files that `made` consists of, or none if `sizes` does not say where they end."""
    if not isinstance(sizes, list) or not all(type(size) is int and size > 0 for size in sizes):
        return []
    if sum(sizes) != len(made):
        return []
    ends = [sum(sizes[: index + 1]) for index in range(len(sizes))]
    return [made[end - size : end] for end, size in zip(ends, sizes, strict=True)]


def _looks(made: bytes, letterings: Sequence[Lettering]) -> list[Look] | None:
    """Return what a process says of each of some texts, or None if it makes no sense."""
    try:
        pairs = [tuple(map(_number, pair)) for pair in json.loads(made)]
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None
    if len(pairs) != len(letterings) or any(len(pair) != 2 or not pair[0] for pair in pairs):
        return None
    return [
        Look(one, share or 0.0, seen) for one, (share, seen) in zip(letterings, pairs, strict=True)
    ]


def _number(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float) and math.isfinite(value):
        return float(value)
    raise ValueError("not a number")


def _problem(told: Told) -> Problem | None:
    """Return the problem that a process tells of, as text of no more than bearable length."""
    form = told.get("problem")
    if form is None:
        return None
    texts = form if isinstance(form, dict) else {}
    summary, detail, hint = (
        str(texts.get(name, ""))[:_LONGEST_TEXT] for name in ("summary", "detail", "hint")
    )
    return Problem(summary, detail, hint)
