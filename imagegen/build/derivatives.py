"""Owns making derivatives during a run: those that are missing, and no others; all of it free.

Works from bytes that are here: the original in the store, else the output. Never asks anybody for
a picture. What has been made is recorded even if the rest fails or is broken off.
"""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import anyio

from imagegen import digest
from imagegen.build.desk import Desk
from imagegen.build.lettering_trial import Trials
from imagegen.build.output import signed
from imagegen.build.pace import Pace
from imagegen.build.placing import Placing
from imagegen.build.recovery import recovered
from imagegen.build.remaking import fonts_of
from imagegen.build.shares import shared_out
from imagegen.derivative import Derivation, Placeholder, Recipe
from imagegen.errors import DiskFailed, ImagegenError, Problem
from imagegen.locked import Derived, Locked, Output
from imagegen.pictures.convert import encoder_versions
from imagegen.pictures.inspect import NotAPicture
from imagegen.portable import collision_key
from imagegen.request import Target
from imagegen.stock import Stock, recorded, shown_box, take_stock
from imagegen.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Source:
    """The bytes that an image's files are made from."""

    sha256: str
    """Of the original, or of the output where the original is nowhere."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one image's derivatives."""

    entry: Locked
    made: int = 0
    """How many files were made, or took another name."""
    removed: int = 0
    """How many were deleted, since they are wanted no longer."""
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Work:
    """What is done for one image."""

    target: Target
    derivation: Derivation
    one: Locked
    """The image as it was recorded before."""
    stock: Stock
    source: _Source
    encoders: Mapping[str, str]
    """What makes the missing files."""
    fonts: Mapping[str, bytes]
    pace: Pace
    made: list[Output] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def place_of(self, recipe: Recipe) -> tuple[str, str]:
        """Return where the file of a recipe lies, and its key."""
        key = recipe.key(self.source.sha256, self.encoders[recipe.encoder])
        return self.derivation.path(self.target.output, recipe, key), key

    @contextlib.contextmanager
    def noting(self) -> Iterator[None]:
        """Note what goes wrong inside, and go on behind it; a failing disk ends all buying."""
        try:
            yield
        except NotAPicture as error:
            self.problems.append(error.problem)
        except ImagegenError as error:
            if isinstance(error, DiskFailed):
                self.pace.stop(error.problems[0])
            self.problems += error.problems


class Derivatives:
    """The derivatives of one run."""

    def __init__(
        self,
        desk: Desk,
        workspace: Workspace,
        placing: Placing,
        *,
        images: int,
        record: Callable[[Locked], None],
    ) -> None:
        """`images` is how many there are to work on: each of few is shared out to all cores.

        `record` is given an image whenever some of its files are in place and others are not yet.
        """
        self._shares = math.ceil((os.cpu_count() or 1) / max(1, images))
        self._desk = desk
        self._workspace = workspace
        self._trials = Trials(desk, workspace)
        self._placing = placing
        self._record = record
        self._claimed: dict[str, str] = {}
        """Paths of derivatives and the images that they belong to."""

    async def brought(self, target: Target, one: Locked) -> Brought:
        """Return the entry `one` with its derivatives as they are now, and what went wrong.

        Files that are no longer wanted are deleted once all others are in place.
        """
        files = await anyio.to_thread.run_sync(
            self._workspace.digests, [out.path for out in one.derived.files]
        )
        stock = _renewed(take_stock(target, one, files), one)
        if stock.complete:
            return Brought(one)
        problems: list[Problem] = []
        derived = one.derived
        if stock.missing or stock.bare:
            source = await anyio.to_thread.run_sync(self._source, one)
            if source is None:
                return Brought(one, problems=(_sourceless(one),))
            if stock.missing and target.derivation is not None:
                derived, problems = await self._made(target, target.derivation, one, stock, source)
            if stock.bare:
                placeholder, trouble = await self._placeholder(target, one, source)
                derived = replace(derived, placeholder=placeholder)
                problems += trouble
        if not target.placeholder:
            derived = replace(derived, placeholder=None)
        removed = 0
        if not problems:
            if stock.surplus:
                kept = _by_path(out for _, out in stock.kept)
                derived = replace(derived, files=kept, encoders=_encoders(stock, one))
            removed = self._clear(one, derived)
        made = len({out.path for out in derived.files} - {out.path for _, out in stock.kept})
        # Several files may fail for one reason, such as a key that cannot be read.
        told = tuple(dict.fromkeys(problems))
        return Brought(replace(one, derived=derived), made, removed, told)

    @property
    def places(self) -> Collection[str]:
        """The paths that belong to derivatives of this run; the lock may not have them yet."""
        return self._claimed.keys()

    def left(self, one: Locked) -> Locked:
        """Return `one` without the derivatives in whose places other images' files are by now."""
        files = tuple(
            out
            for out in one.derived.files
            if out.path not in self._desk.outputs
            and self._claimed.get(out.path, one.name) == one.name
        )
        return replace(one, derived=replace(one.derived, files=files))

    async def _made(
        self, target: Target, derivation: Derivation, one: Locked, stock: Stock, source: _Source
    ) -> tuple[Derived, list[Problem]]:
        here = {recipe.encoder: _encoder_at_work(recipe) for recipe in stock.missing}
        fonts = fonts_of(stock.missing, self._workspace)
        work = _Work(target, derivation, one, stock, source, here, fonts, self._desk.pace)
        recipes = self._unclaimed(work, stock.missing)
        recipes = await anyio.to_thread.run_sync(self._moved, work, recipes)
        if await self._settable(work, recipes):
            async with anyio.create_task_group() as groups:
                for group in shared_out(recipes, self._shares):
                    groups.start_soon(self._group, work, group)
        return self._so_far(work), work.problems

    def _so_far(self, work: _Work) -> Derived:
        """Return what is recorded of an image by now, of which perhaps not all is made."""
        one, stock = work.one, work.stock
        files = _by_path((*(out for _, out in stock.kept), *work.made))
        kept = _encoders(stock, one)
        if len(work.made) < len(stock.missing):
            # What is not made anew keeps its record, so that it is known for ours.
            paths = {out.path for out in files}
            left = (out for out in self.left(one).derived.files if out.path not in paths)
            files = _by_path((*files, *left))
            kept = {**one.derived.encoders, **kept}
        encoders = dict(sorted({**kept, **work.encoders}.items()))
        return Derived(files, encoders, one.derived.placeholder)

    async def _settable(self, work: _Work, recipes: Sequence[Recipe]) -> bool:
        """Whether all texts of `recipes` can be set and, on the widest file, read; notes if not."""
        wanted = (*work.stock.missing, *(recipe for recipe, _ in work.stock.kept))
        with work.noting():
            await self._trials.before_making(recipes, wanted, work.target, work.source.data)
            return True
        return False

    async def _group(self, work: _Work, recipes: Sequence[Recipe]) -> None:
        """Make some of an image's files; what is wrong is noted and stops no other group."""
        try:
            with work.noting():
                made = await self._desk.darkroom.derived(work.source.data, recipes, work.fonts)
                for recipe, data in zip(recipes, made, strict=True):
                    await self._finish(work, recipe, data)
        finally:
            # Also where a signal breaks it off: the next build is to know them for ours.
            if work.made:
                with work.noting():
                    self._record(replace(work.one, derived=self._so_far(work)))

    async def _finish(self, work: _Work, recipe: Recipe, data: bytes) -> None:
        """Sign a file, if it is to be, and put it in its place; what is wrong stops no other."""
        with work.noting():
            if recipe.signer:
                data = await signed(data, recipe, work.one.original, work.target, self._desk)
            await anyio.to_thread.run_sync(self._put, work, recipe, data)

    def _put(self, work: _Work, recipe: Recipe, data: bytes) -> None:
        """Put a file in its place; in one thread with noting it, which nothing can break off."""
        path, key = work.place_of(recipe)
        self._placing.put_noted(work.target.name, path, data)
        work.made.append(_made_file(recipe, path, digest.sha256_of(data), key))

    def _moved(self, work: _Work, recipes: Sequence[Recipe]) -> list[Recipe]:
        """Take over files that only got another name; returns the recipes that are left."""
        known = {out.key: out for out in work.one.derived.files}
        left = []
        for recipe in recipes:
            path, key = work.place_of(recipe)
            old = known.get(key)
            data = self._workspace.read(old.path) if old and old.path != path else None
            if old is None or data is None or digest.sha256_of(data) != old.sha256:
                left.append(recipe)
                continue
            self._placing.put_noted(work.target.name, path, data)
            work.made.append(_made_file(recipe, path, old.sha256, key))
        return left

    def _unclaimed(self, work: _Work, recipes: Iterable[Recipe]) -> list[Recipe]:
        """Return the recipes whose files belong to nobody else; the others become problems.

        Widths that a picture does not have are only known once it is there.
        """
        ours = []
        for recipe in recipes:
            path, _ = work.place_of(recipe)
            name = work.target.name
            if not self._is_taken(path, name) and self._claimed.setdefault(path, name) == name:
                ours.append(recipe)
            else:
                work.problems.append(_taken(path, work.target.name))
        return ours

    def _is_taken(self, path: str, name: str) -> bool:
        """Whether an output, a reference picture or a derivative that stays of others is there."""
        if path in self._desk.outputs or collision_key(path) in self._desk.references:
            return True
        locked, targets = self._desk.lock.images, self._desk.targets
        others = [one for one in self._owners.get(path, ()) if one != name and one in targets]
        wanted = (found for one in others for found in recorded(targets[one], locked[one]))
        return any(path == out.path for _, out in wanted)

    @cached_property
    def _owners(self) -> Mapping[str, tuple[str, ...]]:
        """The images that have each file in the lock that this run began with."""
        return self._desk.lock.owners()

    def _clear(self, one: Locked, derived: Derived) -> int:
        wanted = {out.path for out in derived.files} | self._claimed.keys()
        gone = (out for out in one.derived.files if out.path not in wanted)
        return sum(self._placing.remove(one.name, out) for out in gone)

    async def _placeholder(
        self, target: Target, one: Locked, source: _Source
    ) -> tuple[Placeholder | None, list[Problem]]:
        box = shown_box(target.derivation, one.original)
        try:
            return await self._desk.darkroom.placeholder_of(source.data, box), []
        except NotAPicture as error:
            return None, [error.problem]

    def _source(self, one: Locked) -> _Source | None:
        original = self._desk.store.get(one.original.sha256)
        if original is not None:
            return _Source(one.original.sha256, original)
        bare = recovered(one, self._workspace)
        if bare is not None:
            return _Source(one.original.sha256, bare)
        output = one.outputs[0] if one.outputs else None
        data = self._workspace.read(output.path) if output else None
        if output is None or data is None or digest.sha256_of(data) != output.sha256:
            return None
        return _Source(output.sha256, data)


def _renewed(stock: Stock, one: Locked) -> Stock:
    """Let all files of one kind be made by one encoder: that of today, where one is to be made."""
    stale = {
        recipe.encoder
        for recipe in stock.missing
        if one.derived.encoders.get(recipe.encoder) not in (None, _encoder_at_work(recipe))
    }
    if not stale:
        return stock
    again = tuple(recipe for recipe, _ in stock.kept if recipe.encoder in stale)
    kept = tuple(pair for pair in stock.kept if pair[0].encoder not in stale)
    return replace(stock, kept=kept, missing=(*stock.missing, *again))


def _encoder_at_work(recipe: Recipe) -> str:
    return encoder_versions(recipe.format, lettered=bool(recipe.letterings))


def _encoders(stock: Stock, one: Locked) -> dict[str, str]:
    """Return what made the files that stay."""
    return {recipe.encoder: one.derived.encoders[recipe.encoder] for recipe, _ in stock.kept}


def _made_file(recipe: Recipe, path: str, sha256: str, key: str) -> Output:
    return Output(path, sha256, key, recipe.width, recipe.height, recipe.locale)


def _by_path(files: Iterable[Output]) -> tuple[Output, ...]:
    return tuple(sorted(files, key=lambda out: out.path))


def _sourceless(one: Locked) -> Problem:
    return Problem(
        f"the picture of `{one.name}` is not here",
        "Its derivatives are made from the original, or else from the output, for free.",
        "bring the output back from version control, or:\n  imagegen restore",
    )


def _taken(path: str, name: str) -> Problem:
    return Problem(
        f"`{path}` is wanted by two images",
        f"A derivative of `{name}` would be written over an output, a reference picture or another "
        "derivative.",
        "give one of them another `output`, or another `name` under `derive`",
    )
