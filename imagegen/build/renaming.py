"""Owns the rename of an image: its name in project file and lock, and its output, all at once.

Decides everything before it writes anything. Never buys: no request key holds a name, so what is
paid for stays paid for, and a process that is killed halfway leaves a state that costs nothing.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from imagegen import atomic, digest
from imagegen.build import renaming_fault
from imagegen.candidates import choice_of
from imagegen.errors import NeedsAttention, WrongInput
from imagegen.lock import Lock
from imagegen.locked import Locked, Output
from imagegen.project.edit import rename_image
from imagegen.project.load import Loaded, load, project_bytes
from imagegen.request import Source, Target
from imagegen.stock import recorded
from imagegen.workspace import Workspace

Move = tuple[str, str]
"""The old and the new path of a file, POSIX and relative to the project."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """What a rename changes; `carry_out` does it."""

    old: str
    new: str
    file: Path
    """The project file, absolute."""
    before: bytes
    """The project file as it was when this was decided."""
    after: bytes
    lock: Lock
    """As it is to be."""
    in_lock: bool
    """Whether the lock knows the image at all."""
    references: tuple[str, ...]
    """The images that refer to it."""
    move: Move | None
    """Of its output, where that file moves."""
    derived: tuple[Move, ...] = ()
    """Of its derivatives that move."""


def decide(file: Path, old: str, new: str) -> Renaming:
    """Return what renaming the image `old` to `new` changes; nothing is written.

    `file` is absolute. Raises WrongInput with every reason why it cannot be.
    """
    workspace = Workspace(file.parent)
    lock, before = workspace.read_lock(), project_bytes(file)
    known = lock.url_digests()
    loaded = load(file, known_urls=known, data=before)
    renaming_fault.refuse(file, old, new, loaded, lock)
    after = rename_image(before.decode(), old, new).encode()
    try:
        renamed = load(file, known_urls=known, data=after)
    except WrongInput as error:
        raise WrongInput(renaming_fault.misfit(old, new), *error.problems) from None
    names = _Names(old, new)
    changed = sorted(names.changed(loaded, renamed))
    if changed:
        raise WrongInput(*(renaming_fault.costly(name, old, new) for name in changed))
    before_and_after = _target(loaded, old), _target(renamed, new)
    paths = before_and_after[0].output, before_and_after[1].output
    derived = _derived(lock.images.get(old), *before_and_after)
    return Renaming(
        old=old,
        new=new,
        file=file,
        before=before,
        after=after,
        lock=names.locked(lock, dict((paths, *derived))),
        in_lock=any(names.named(name) != name for name in lock.images),
        references=tuple(names.references(loaded)),
        move=_move(workspace, lock, names, paths),
        derived=tuple(move for paths in derived if (move := _move(workspace, lock, names, paths))),
    )


def carry_out(renaming: Renaming, workspace: Workspace) -> None:
    """Write what was decided; call while the project is held. Raises NeedsAttention.

    The file is copied first and its old place cleared last, so that there is no moment at which
    the bytes are nowhere.
    """
    if project_bytes(renaming.file) != renaming.before:
        raise NeedsAttention(renaming_fault.overtaken())
    moves = (*((renaming.move,) if renaming.move else ()), *renaming.derived)
    moved = [(old, _copied((old, new), workspace)) for old, new in moves]
    _write_project(renaming)
    if renaming.in_lock:
        workspace.write_lock(renaming.lock)
    for old, sha256 in moved:
        if sha256 is not None:
            workspace.remove(old, sha256)


def _copied(move: Move, workspace: Workspace) -> str | None:
    """Put a file in its new place; returns the sha256 of what the old place may lose."""
    old, new = (workspace.root / path for path in move)
    if _same_file(old, new):
        # A disk that ignores letter case: there is one file, and only its name changes.
        old.replace(new)
        return None
    data = workspace.read(move[0])
    if data is None:
        return None
    workspace.place(move[1], data, replaceable=lambda _: False)
    return digest.sha256_of(data)


def _write_project(renaming: Renaming) -> None:
    # Replacing a link would leave what it leads to as it was.
    place = Path(os.path.realpath(renaming.file))
    try:
        atomic.replace(place, renaming.after, mode=stat.S_IMODE(place.stat().st_mode))
    except OSError as error:
        raise NeedsAttention(renaming_fault.unwritable(renaming.file, error)) from None


class _Names:
    """What every image is called after the rename."""

    def __init__(self, old: str, new: str) -> None:
        self.old = old
        self.new = new

    def named(self, name: str) -> str:
        """Return the new name of an image or candidate."""
        if name == self.old:
            return self.new
        if choice_of(name) == self.old:
            return self.new + name.removeprefix(self.old)
        return name

    def locked(self, lock: Lock, paths: Mapping[str, str]) -> Lock:
        """Return the lock with the new names, and the image's files at their new paths."""
        images: dict[str, Locked] = {}
        for name, one in lock.images.items():
            fresh = self.named(name)
            if name == self.old:
                files = tuple(sorted((_moved(out, paths) for out in one.derived.files), key=_path))
                derived = replace(one.derived, files=files)
                outputs = tuple(_moved(output, paths) for output in one.outputs)
                one = replace(one, outputs=outputs, derived=derived)
            images[fresh] = replace(one, name=fresh)
        return Lock(images)

    def references(self, loaded: Loaded) -> Iterator[str]:
        """Yield the images that refer to the one that is renamed, by their old names."""
        for target in loaded.targets:
            named = any(source.image == self.old for source in target.sources)
            if named and choice_of(target.name) is None:
                yield target.name

    def changed(self, before: Loaded, after: Loaded) -> Iterator[str]:
        """Yield the images of which more would change than a name and what follows from it."""
        fresh = {target.name: target for target in after.targets}
        for target in before.targets:
            other = fresh.get(self.named(target.name))
            if other is None or _essence(other) != self._renamed(target):
                yield target.name

    def _renamed(self, target: Target) -> object:
        sources = tuple(self._source(source) for source in target.sources)
        return _essence(replace(target, sources=sources))

    def _source(self, source: Source) -> Source:
        if source.image != self.old:
            return source
        return replace(source, text=source.text.removesuffix(self.old) + self.new)


def _essence(target: Target) -> object:
    """All of a target that a rename must not change."""
    request = target.request
    known = [
        (reference, source)
        # What stands for a picture that is not known yet may hold a name.
        if source.sha256
        else (reference.field, source)
        for reference, source in zip(request.references, target.sources, strict=True)
    ]
    facts = (target.take, target.protect, target.candidates, target.alt, target.alts)
    return replace(request, references=()), known, facts, target.derivation


def _target(loaded: Loaded, name: str) -> Target:
    return next(target for target in loaded.targets if target.name == name)


def _derived(one: Locked | None, before: Target, after: Target) -> list[Move]:
    """Return where the recorded derivatives lie, and where their names will lead."""
    if one is None or after.derivation is None:
        return []
    return [
        (out.path, after.derivation.path(after.output, recipe, out.key))
        for recipe, out in recorded(before, one)
    ]


def _moved(output: Output, paths: Mapping[str, str]) -> Output:
    return replace(output, path=paths.get(output.path, output.path))


def _path(output: Output) -> str:
    return output.path


def _move(workspace: Workspace, lock: Lock, names: _Names, paths: Move) -> Move | None:
    """Return the paths if a file has to move; WrongInput where another one is in its way."""
    old, new = (workspace.root / path for path in paths)
    owners = lock.owners().get(paths[0], (names.old,))
    if paths[0] == paths[1] or not old.is_file() or names.old not in owners:
        return None
    there = workspace.digests(paths)
    if os.path.lexists(new) and not _same_file(old, new) and there[paths[0]] != there.get(paths[1]):
        raise WrongInput(renaming_fault.occupied(*paths))
    return paths


def _same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
