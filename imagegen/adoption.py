"""Owns taking pictures in that were not bought: from any file, or an output that was edited.

Such a picture is take 0 of its request: it has no job and no price, and it answers no other
image. Never buys, and never prints: whoever takes in says how the plan is carried out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from imagegen import digest, file_lock
from imagegen.build.collect import BYTES_LIMIT
from imagegen.build.darkroom import Darkroom
from imagegen.candidates import choice_of
from imagegen.choice import Carry, on_its_way
from imagegen.errors import NeedsAttention, Problem, WrongInput, nearest
from imagegen.locked import Locked
from imagegen.opened import Opened, matching, open_project
from imagegen.original import Original
from imagegen.pictures.inspect import PIXEL_CAP, NotAPicture
from imagegen.pictures.label import Label, label_of
from imagegen.plan import Action, Change, Plan
from imagegen.request import DRAFT, Target
from imagegen.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of one image whose picture was to be taken in."""

    name: str
    output: str
    original: Original | None
    """The picture that was taken in; None when its output was as bought and stays so."""
    problem: Problem | None = None
    """Why it does not show the picture; None when it does."""
    label: Label = field(default_factory=Label)
    """What the picture says of itself."""
    made: bool = False
    """Whether files are made of its pixels alone: derivatives, or an output in another format."""


def take_in(
    file: Path, name: str, picture: Path, *, carry: Carry, waiting: file_lock.Waiting
) -> Adopted:
    """Let the image `name` show the picture in the file `picture` from now on; free.

    Holds the project meanwhile. Raises WrongInput when there is no such image or no picture in
    the file, NeedsAttention when something cannot be written.
    """
    workspace = Workspace(file.parent)
    data = _read(picture)
    with workspace.held(waiting):
        opened = open_project(file, waiting=waiting, workspace=workspace)
        images = _images(opened)
        if name not in images:
            raise WrongInput(_unlisted(name, images))
        target, problem = images[name]
        if problem is not None:
            raise WrongInput(problem)
        (done,) = _adopted(opened, [(target, data, str(picture))], carry)
        return done


def accept(
    file: Path, names: Sequence[str], *, carry: Carry, waiting: file_lock.Waiting
) -> list[Adopted]:
    """Make the outputs on disk of the named images what they are to show; free.

    An output that is as locked is left alone. Holds the project meanwhile. Raises WrongInput
    with every problem before anything is done, NeedsAttention when something cannot be written.
    """
    workspace = Workspace(file.parent)
    with workspace.held(waiting):
        opened = open_project(file, waiting=waiting, workspace=workspace)
        images, drafts = _images(opened), opened.drafts()
        edited: list[tuple[Target, bytes, str]] = []
        unedited: list[Adopted] = []
        problems: list[Problem] = []
        for name in sorted(matching(sorted(images), names)):
            target, problem = images[name]
            data = workspace.read(target.output)
            if problem is not None:
                problems.append(problem)
            elif data is None:
                problems.append(_missing(target))
            elif _as_locked(opened.lock.images.get(name), target, data):
                unedited.append(Adopted(name, target.output, None))
            elif _is_drawn(drafts[name], data, opened):
                problems.append(_drawn(target))
            else:
                edited.append((target, data, target.output))
        if problems:
            raise WrongInput(*problems)
        done = _adopted(opened, edited, carry) if edited else []
        return sorted([*unedited, *done], key=lambda one: one.name)


def _adopted(
    opened: Opened, pictures: Sequence[tuple[Target, bytes, str]], carry: Carry
) -> list[Adopted]:
    """Take in these pictures, each named by a file, or none if one of them is no picture."""
    originals: dict[str, Original] = {}
    problems: list[Problem] = []
    with contextlib.closing(Darkroom()) as darkroom:
        for target, data, file in pictures:
            try:
                originals[target.name] = darkroom.inspect(data, pixels=PIXEL_CAP)
            except NotAPicture as error:
                problems.append(_no_picture(file, error.problem))
    if problems:
        raise WrongInput(*problems)
    for _, data, _ in pictures:
        opened.store.put(data)
    said = {target.name: label_of(data) for target, data, _ in pictures}
    opened.workspace.forget_idle()
    changes = [
        _change(target, originals[target.name], said[target.name].source_type, opened)
        for target, _, _ in pictures
    ]
    result = carry(opened, Plan(tuple(changes)))
    failed = {one.name: one.problem for one in result.failures}
    if not failed and result.exit_code:
        raise NeedsAttention(Problem("interrupted before everything was taken in"))
    return [
        Adopted(
            target.name,
            target.output,
            originals[target.name],
            failed.get(target.name),
            said[target.name],
            _remakes(target, originals[target.name]),
        )
        for target, _, _ in pictures
    ]


def _remakes(target: Target, original: Original) -> bool:
    return target.derivation is not None or original.format != target.output_format


def _change(target: Target, original: Original, declared: str, opened: Opened) -> Change:
    entry = Locked(
        name=target.name,
        request=target.request.canonical,
        request_key=target.request.key,
        take=0,
        seed=None,
        job_id=None,
        credits=None,
        original=original,
        outputs=(),
        declared=declared,
    )
    same = original.format == target.output_format
    return Change(
        target.name,
        Action.RESTORE if same else Action.DERIVE,
        target=target,
        locked=opened.lock.images.get(target.name),
        take=0,
        shows=original.sha256,
        adopted=entry,
    )


def _images(opened: Opened) -> Mapping[str, tuple[Target, Problem | None]]:
    """Return the images by name, each with why it can take no picture in, or None.

    What they refer to is part of them, as far as it is known.
    """
    wanted = [(change, change.target) for change in opened.plan().changes]
    return {
        target.name: (target, _unfit(target) or on_its_way(change))
        for change, target in wanted
        if target is not None and target.candidate_of is None
    }


def _as_locked(one: Locked | None, target: Target, data: bytes) -> bool:
    sha256 = digest.sha256_of(data)
    outputs = one.outputs if one else ()
    return any((out.path, out.sha256) == (target.output, sha256) for out in outputs)


def _is_drawn(draft: Target, data: bytes, opened: Opened) -> bool:
    known = opened.store.answer(draft.request, 1)
    sha256 = digest.sha256_of(data)
    return known is not None and any(one.sha256 == sha256 for one in known.originals)


def _read(picture: Path) -> bytes:
    try:
        if not picture.is_file():
            what = "is not a file" if picture.exists() else "is not there"
            raise WrongInput(Problem(f"`{picture}` {what}"))
        if picture.stat().st_size > BYTES_LIMIT:
            raise WrongInput(Problem(f"`{picture}` has more than {BYTES_LIMIT:,} bytes"))
        return picture.read_bytes()
    except OSError as error:
        why = error.strerror or error
        raise WrongInput(Problem(f"`{picture}` cannot be read: {why}")) from None


def _unfit(target: Target) -> Problem | None:
    """Return why this image can take no picture in, or None."""
    name = target.name
    if target.request.provider == DRAFT:
        return Problem(
            f"`{name}` is only drafted in this project",
            "A picture that is taken in stands for a bought one, and `[provider]` names `draft`.",
            'write `name = "apiframe"` in `[provider]`; nothing is bought by that alone',
        )
    if target.take is not None:
        return Problem(
            f"`{name}` has `take = {target.take}` in the project file",
            "That asks for a bought picture, and the next build would go back to it.",
            "leave `take` out there",
        )
    unknown = next((source for source in target.sources if source.sha256 is None), None)
    if unknown is not None:
        kept = "save that picture in the project and name its path"
        return Problem(
            f"`{name}` refers to `{unknown.text}`, which is not known yet",
            "What its picture would answer is therefore not known either.",
            kept if unknown.linked else "build what it refers to first",
        )
    return None


def _unlisted(name: str, images: Collection[str]) -> Problem:
    detail = "A picture is taken in for an image of the project file."
    if choice_of(name) in images:
        hint = f"take it in for the image itself:\n  imagegen import {choice_of(name)} FILE"
        return Problem(f"`{name}` is a candidate, and those are bought", detail, hint)
    if any(sign in name for sign in "*?["):
        hint = "name one image: pictures are taken in one by one"
        return Problem(f"no image is called `{name}`", detail, hint)
    close = nearest(name, images)
    block = f'[images.{name}]\n  prompt = "…"'
    other = f"did you mean `{close}`? Or add" if close else "add"
    return Problem(f"no image is called `{name}`", detail, f"{other} it there first:\n  {block}")


def _missing(target: Target) -> Problem:
    return Problem(
        f"`{target.output}` of `{target.name}` is not there",
        hint=f"bring it back with `imagegen restore`, or take another file in:\n"
        f"  imagegen import {target.name} FILE",
    )


def _drawn(target: Target) -> Problem:
    return Problem(
        f"`{target.output}` of `{target.name}` is a draft",
        "A draft only stands in for the picture that the project file asks for.",
        f"build that picture, or take another file in:\n  imagegen import {target.name} FILE",
    )


def _no_picture(file: str, found: Problem) -> Problem:
    detail = f"{found.summary[:1].upper()}{found.summary[1:]}. {found.detail}".strip()
    return Problem(f"`{file}` is no picture to use", detail, "nothing was changed")
