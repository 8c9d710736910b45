"""Owns which files a project publishes, their content, and how they get onto the disk.

A file is written only when its bytes differ, whole, and never over one that is not imagegen's
without keeping that aside. What is published is a pure function of settings and pictures.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from imagegen import digest
from imagegen.errors import NeedsAttention, Problem
from imagegen.lock import Lock
from imagegen.portable import collision_key
from imagegen.project.schema import Project
from imagegen.project.site_schema import PublishTable
from imagegen.publish import data_file, html, manifest, python_module, signature, typescript
from imagegen.publish.gallery import Gallery, Terms, gathered
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


@dataclass(frozen=True, slots=True)
class Written:
    """What a write has done."""

    changed: tuple[str, ...] = ()
    """Paths of files that have other bytes now, or are gone."""
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


def stale(wanted: Published, workspace: Workspace) -> tuple[str, ...]:
    """Return the paths of published files that a write would change or remove now."""
    changed = [path for path, data in wanted.files if workspace.read(path) != data]
    return (*changed, *(path for path, _ in _surplus(wanted, workspace)))


def write(wanted: Published, workspace: Workspace) -> Written:
    """Bring the published files up to date, as far as the disk lets them.

    Files that are right are not touched, so that no watcher wakes up.
    """
    changed: list[str] = []
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
    for path, sha256 in _surplus(wanted, workspace):
        try:
            changed += [path] if workspace.remove(path, sha256) else []
        except NeedsAttention as error:
            problems += error.problems
    return Written(tuple(changed), tuple(kept), tuple(problems))


def _replaced(workspace: Workspace, path: str, data: bytes, found: bytes | None) -> Path | None:
    """Put `data` at `path`; returns where the file that was there is kept, if it was not ours."""
    ours = found is None or signature.is_ours(found)
    return workspace.place(path, data, replaceable=lambda _: ours)


def _surplus(wanted: Published, workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Yield path and sha256 of each partial of an image that is gone."""
    if wanted.folder is None:
        return
    # A disk may ignore letter case, and then it is the same file that was just written.
    known = {collision_key(path) for path, _ in wanted.files}
    for name in _names(workspace.root / wanted.folder):
        path = f"{wanted.folder}/{name}"
        data = workspace.read(path) if collision_key(path) not in known else None
        image = signature.image_of(data) if data else None
        # A copy under a name of its own is somebody's variant.
        if data and image and html.is_named_for(name, image):
            yield path, digest.sha256_of(data)


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(one.name for one in entries if one.name.endswith(html.EXTENSION))
    except OSError:
        return []
