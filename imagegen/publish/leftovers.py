"""Owns the files that a project published before and does not ask for any more.

`.imagegen/published` notes what the last build wrote: digest and path of each file, and the name of
the project file that it was for. Where it is lost, as in a fresh clone, old files stay. Never takes
a file for ours that has other bytes, or that was published for another project file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from imagegen import atomic, digest
from imagegen.errors import NeedsAttention, Problem
from imagegen.fingerprint import PROJECT_FILE
from imagegen.portable import collision_key, is_own, path_trouble
from imagegen.publish import signature
from imagegen.workspace import CORNER, Workspace

NOTE = f"{CORNER}/published"
"""Where it is noted what was published, relative to the project."""

_HEAD = "imagegen published 1 for"
"""The note's first line, before the project file's name; another one is as good as none."""


def noted(workspace: Workspace, file: str = PROJECT_FILE) -> Mapping[str, str]:
    """Return the path and digest of each file that the last build published for `file`."""
    lines = (workspace.read(NOTE) or b"").decode(errors="replace").splitlines()
    if lines[:1] != [f"{_HEAD} {file}"]:
        return {}
    parts = (line.partition(" ") for line in lines[1:])
    # The note may have come with a clone, so it is believed no more than the lock.
    return {path: key for key, _, path in parts if not (path_trouble(path) or is_own(path))}


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Files that were published before, are still there, and are not asked for now."""

    ours: Mapping[str, str]
    """Path -> sha256 of those that still have the bytes that were published."""
    changed: tuple[str, ...]
    """Paths of those that have other bytes by now, from a formatter or a person."""


def found(workspace: Workspace, wanted: Iterable[str], file: str = PROJECT_FILE) -> Leftovers:
    """Return what was published for `file` before and is not among the paths `wanted`."""
    known = {_place(workspace, path) for path in wanted}
    ours: dict[str, str] = {}
    changed: list[str] = []
    for path, key in noted(workspace, file).items():
        data = workspace.read(path) if _place(workspace, path) not in known else None
        if data is None or not signature.is_ours(data):
            continue
        if digest.xxh3_128(data) == key:
            ours[path] = digest.sha256_of(data)
        else:
            changed.append(path)
    return Leftovers(ours, tuple(changed))


def _place(workspace: Workspace, path: str) -> str:
    """Return what tells the file at `path`: a folder may be a link, a disk ignore letter case."""
    return collision_key(os.path.realpath(workspace.root / path))


def note(
    workspace: Workspace, files: Iterable[tuple[str, bytes]], file: str = PROJECT_FILE
) -> None:
    """Note what is published for `file` now: path and content; raises NeedsAttention."""
    lines = [f"{digest.xxh3_128(data)} {path}" for path, data in sorted(files)]
    text = "\n".join([f"{_HEAD} {file}", *lines, ""]).encode(errors="replace") if lines else b""
    if text == (workspace.read(NOTE) or b"") or not (lines or noted(workspace, file)):
        return
    try:
        atomic.replace(workspace.corner() / "published", text)
    except OSError as error:
        detail = "It says which files are to go once [publish] does not ask for them any more."
        summary = f"cannot write `{NOTE}`: {error.strerror or error}"
        raise NeedsAttention(Problem(summary, detail, "make room, then build again")) from None
