"""Owns which files a project publishes, their content, and how they get onto the disk.

A file is written only when its bytes differ, whole, and never over one that is not imagegen's
without keeping that aside. What is published is a pure function of settings and pictures; what
was published before and is not asked for any more goes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from imagegen import digest
from imagegen.errors import NeedsAttention, Problem
from imagegen.fingerprint import PROJECT_FILE
from imagegen.lock import Lock
from imagegen.portable import collision_key
from imagegen.project.publishing import PARTIAL
from imagegen.project.schema import Project
from imagegen.project.site_schema import PublishTable
from imagegen.publish import (
    data_file,
    html,
    leftovers,
    manifest,
    python_module,
    signature,
    typescript,
)
from imagegen.publish.gallery import Gallery, Terms, gathered
from imagegen.publish.leftovers import Leftovers
from imagegen.publish.picture import Picture
from imagegen.publish.urls import Urls
from imagegen.request import Target
from imagegen.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Published:
    """All that a project publishes."""

    files: tuple[tuple[str, bytes], ...]
    """(path relative to the project, content)."""
    folder: str | None = None
    """Where there is nothing of imagegen's but partials of these files; None for nowhere."""
    project: str = PROJECT_FILE
    """Name of the project file that asks for them."""


class Step(StrEnum):
    """What becomes of a file that is out of date."""

    PUBLISH = "publish"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Written:
    """What a write has done."""

    changed: tuple[str, ...] = ()
    """Paths of files that have other bytes now."""
    removed: tuple[str, ...] = ()
    """Paths of files that are gone, since nobody asks for them any more."""
    left: tuple[str, ...] = ()
    """Paths of files that nobody asks for any more, and that stay: somebody changed them."""
    kept: tuple[tuple[str, Path], ...] = ()
    """(path, where the file that was there is now), relative to the project."""
    problems: tuple[Problem, ...] = ()
    """What stands in the way of the other files."""


def gallery_of(
    project: Project, targets: Iterable[Target], lock: Lock, workspace: Workspace
) -> Gallery:
    """Return the pictures of a project as they are on disk."""

    def size(path: str) -> int | None:
        try:
            # Asked for every file of every image; a Path takes longer to make than to be asked.
            return os.stat(f"{workspace.root}/{path}").st_size  # noqa: PTH116
        except OSError:
            return None

    return gathered(targets, lock, size, Terms(project.locale, project.provenance.prompt))


def published(settings: PublishTable, pictures: Sequence[Picture]) -> Published:
    """Return every file that `settings` ask for."""
    folder = settings.html
    files = tuple((path, text.encode()) for path, text in _texts(settings, pictures))
    return Published(files, folder.rstrip("/") if folder is not None else None)


def _texts(settings: PublishTable, pictures: Sequence[Picture]) -> Iterator[tuple[str, str]]:
    urls = Urls(settings.root.rstrip("/"), settings.base)
    if settings.neutral is not None:
        yield settings.neutral, manifest.text(pictures, urls)
    for path in (settings.hugo, settings.eleventy, settings.jekyll):
        if path is not None:
            yield path, data_file.text(pictures, urls, path)
    if settings.typescript is not None:
        yield settings.typescript, typescript.text(pictures, settings.typescript)
    if settings.python is not None:
        yield settings.python, python_module.text(pictures, urls)
    if settings.html is not None:
        for name, text in html.partials(pictures, urls):
            yield f"{settings.html.rstrip('/')}/{name}", text


def stale(wanted: Published, workspace: Workspace) -> dict[str, Step]:
    """Return what a write would do now: by path, what becomes of the file."""
    found = {path: Step.PUBLISH for path, data in wanted.files if workspace.read(path) != data}
    return found | dict.fromkeys(_leftovers(wanted, workspace).ours, Step.REMOVE)


def write(wanted: Published, workspace: Workspace) -> Written:
    """Bring the published files up to date, as far as the disk lets them.

    Files that are right are not touched, so that no watcher wakes up. Old ones go once all others
    are in place.
    """
    changed: list[str] = []
    removed: list[str] = []
    kept: list[tuple[str, Path]] = []
    problems: list[Problem] = []
    for path, data in wanted.files:
        found = workspace.read(path)
        if found == data:
            continue
        try:
            aside = _replaced(workspace, path, data, found)
        except NeedsAttention as error:
            problems += error.problems
            continue
        changed.append(path)
        kept += [(path, aside)] if aside else []
    left: tuple[str, ...] = ()
    if not problems:
        try:
            old = _leftovers(wanted, workspace)
            left = old.changed
            for path, sha256 in old.ours.items():
                removed += [path] if workspace.remove(path, sha256) else []
            leftovers.note(workspace, wanted.files, wanted.project)
        except NeedsAttention as error:
            problems += error.problems
    return Written(tuple(changed), tuple(removed), left, tuple(kept), tuple(problems))


def _replaced(workspace: Workspace, path: str, data: bytes, found: bytes | None) -> Path | None:
    """Put `data` at `path`; returns where the file that was there is kept, if it was not ours."""
    ours = found is None or signature.is_ours(found)
    return workspace.place(path, data, replaceable=lambda _: ours)


def _leftovers(wanted: Published, workspace: Workspace) -> Leftovers:
    """Return what was published before and is not among the files `wanted`."""
    found = leftovers.found(workspace, [path for path, _ in wanted.files], wanted.project)
    return replace(found, ours={**found.ours, **dict(_partials_of_gone(wanted, workspace))})


def _partials_of_gone(wanted: Published, workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Yield path and sha256 of each partial of an image that is gone, whoever published it."""
    if wanted.folder is None:
        return
    # A disk may ignore letter case, and then it is the same file that was just written.
    known = {collision_key(path) for path, _ in wanted.files}
    for name in _names(workspace.root / wanted.folder):
        path = f"{wanted.folder}/{name}"
        data = workspace.read(path) if collision_key(path) not in known else None
        # A copy under a name of its own is somebody's variant.
        if data and signature.partial_of(data) == name.removesuffix(PARTIAL):
            yield path, digest.sha256_of(data)


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(one.name for one in entries if one.name.endswith(PARTIAL))
    except OSError:
        return []
