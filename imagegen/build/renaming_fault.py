"""Owns the words for why an image cannot be renamed: each with its place and what to do instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from imagegen import lock as lockfile
from imagegen.candidates import choice_of
from imagegen.errors import Problem, WrongInput
from imagegen.lock import Lock
from imagegen.project import places, positions
from imagegen.project.fault import Fault
from imagegen.project.load import Loaded, project_bytes, shown_path
from imagegen.project.origin import Origin, PageOrigin, SetOrigin
from imagegen.project.schema import NAME
from imagegen.project.wording import bad_name, quoted, suggestion

_BY_HAND = "change it there; the next build moves the file and buys nothing:\n  imagegen build"


def refuse(file: Path, old: str, new: str, loaded: Loaded, lock: Lock) -> None:
    """Raise WrongInput with every reason why the image `old` cannot be called `new`."""
    text = project_bytes(file).decode()
    faults = list(_half_done(old, new, loaded, lock)) or [
        *_old_faults(old, loaded, lock),
        *_new_faults(old, new, loaded),
    ]
    problems = [
        # Without a place in a file it is about the words of the command.
        Problem(fault.summary, fault.detail, fault.hint)
        for fault in faults
        if not fault.loc and fault.where is None
    ]
    located = [fault for fault in faults if fault.loc or fault.where is not None]
    problems += places.located(located, text, shown_path(file))
    problems += _lock_problems(file, new, lock, loaded)
    if problems:
        raise WrongInput(*problems)


def misfit(old: str, new: str) -> Problem:
    """Return what stands before the problems that the project would have with the new name."""
    return Problem(
        f"{quoted(old)} cannot be called {quoted(new)}; nothing was changed",
        "With that name the project would have the problems that follow.",
    )


def costly(name: str, old: str, new: str) -> Problem:
    """Return why a rename that changes more than names is refused."""
    return Problem(
        f"calling {quoted(old)} {quoted(new)} would change what {quoted(name)} asks for",
        "The name stands in a text that is part of its request, so a picture would be bought "
        "anew. Nothing was changed.",
        "rename it by hand, then see what it costs:\n  imagegen plan",
    )


def occupied(old: str, new: str) -> Problem:
    """Return why an output cannot be moved."""
    return Problem(
        f"{quoted(new)} is there already",
        f"The picture in {quoted(old)} would take its place. Nothing was changed.",
        "move that file away, or delete it",
    )


def overtaken() -> Problem:
    """Return why nothing is written over an edit made meanwhile."""
    return Problem(
        "the project file was changed in this very moment",
        "Nothing was renamed.",
        "run the same command again",
    )


def unwritable(file: Path, error: OSError) -> Problem:
    """Return why the project file cannot be replaced."""
    return Problem(
        f"cannot write {quoted(shown_path(file))}: {error.strerror or error}",
        "Nothing was renamed.",
        "make room or set the permissions right, then run the same command again",
    )


def _half_done(old: str, new: str, loaded: Loaded, lock: Lock) -> Iterator[Fault]:
    """Say that the project file has the new name already: a rename was interrupted, perhaps."""
    names = {target.name for target in loaded.targets}
    if old in lock.images and old not in names and new in names and new not in lock.images:
        detail = f"It is {quoted(new)} in the project file already, and not yet in the lock."
        hint = "the next build brings both in line, for free:\n  imagegen build"
        yield Fault((), f"no image is called {quoted(old)} any more", detail, hint)


def _old_faults(old: str, loaded: Loaded, lock: Lock) -> Iterator[Fault]:
    names = {target.name for target in loaded.targets}
    origin = loaded.origins.get(old)
    choice = choice_of(old)
    if origin is not None:
        yield _made(old, origin)
    elif choice is not None and old in names:
        hint = f"rename the image: imagegen mv {choice} NEW"
        yield Fault((), f"{quoted(old)} is a candidate of {quoted(choice)}", hint=hint)
    elif old in loaded.project.images and old not in names:
        count = sum(one.entry == old for one in _sets(loaded))
        summary = f"{quoted(old)} is no image but a set of {count:,}"
        yield Fault(("images", old), summary, hint=_BY_HAND, at="key")
    elif old not in names:
        detail, hint = "", suggestion(old, sorted(names), "`imagegen show` lists all names")
        if old in lock.images:
            detail = f"{lockfile.NAME} still has it, and the project file does not."
            hint = "put it back into the project file, or let it go:\n  imagegen plan"
        yield Fault((), f"no image is called {quoted(old)}", detail, hint)


def _made(old: str, origin: Origin) -> Fault:
    """Say where an image comes from that has no entry of its own."""
    summary = f"{quoted(old)} has no name of its own that could be changed"
    match origin:
        case SetOrigin(table=None):
            detail = f"The matrix of [images.{origin.entry}] makes it."
        case SetOrigin():
            detail = f"[images.{origin.entry}] makes it of a row of its table, {origin.words}."
        case PageOrigin():
            detail = f"The page {origin.words} declares it, and [content] names it."
        case _:
            detail = f"It comes from {origin.words}."
    located = origin.told(Fault((), summary, hint=_BY_HAND, at="key"), ())
    return replace(located, detail=detail)


def _sets(loaded: Loaded) -> list[SetOrigin]:
    return [one for one in loaded.origins.values() if isinstance(one, SetOrigin)]


def _new_faults(old: str, new: str, loaded: Loaded) -> Iterator[Fault]:
    if not re.fullmatch(NAME, new):
        yield replace(bad_name(("images", new)), loc=())
    elif new == old:
        yield Fault((), f"it is called {quoted(new)} already")
    elif new in loaded.project.images:
        yield Fault(("images", new), f"there is a {quoted(new)} already", at="key")
    elif new in loaded.origins:
        fault = Fault((), f"there is a {quoted(new)} already", at="key")
        yield replace(loaded.origins[new].told(fault, ()), detail="")


def _lock_problems(file: Path, new: str, lock: Lock, loaded: Loaded) -> list[Problem]:
    """Say which entries of the lock have the new name, unless the project file has it, too."""
    listed = {target.name for target in loaded.targets}
    taken = [name for name in sorted(lock.images) if new in (name, choice_of(name))]
    if new in listed or not taken:
        return []
    path = file.with_name(lockfile.NAME)
    detail = "The project file does not list it any more."
    hint = "let the next build retire it, or choose another name:\n  imagegen plan"
    summary = f"{lockfile.NAME} has a {quoted(new)} already"
    fault = Fault(("images", taken[0]), summary, detail, hint, at="key")
    return positions.locate([fault], path.read_text(encoding="utf-8"), shown_path(path))
