"""Owns how verbs publish a project's files and what they say of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from imagegen.cli import terminal
from imagegen.lock import Lock
from imagegen.project.schema import Project
from imagegen.publish import writing
from imagegen.publish.writing import Published, Step, Written
from imagegen.request import Target
from imagegen.workspace import Workspace

_SHOWN = 3
"""Names that are listed one by one."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of the files of [publish] at the end of a build."""

    paths: tuple[str, ...] = ()
    """Every file that was to be there, and the folder where nothing else of ours is to be."""
    failed: bool = False


def publish(
    project: Project,
    targets: Sequence[Target],
    lock: Lock,
    workspace: Workspace,
    *,
    timed: bool = False,
) -> Publication:
    """Write what [publish] asks for, where it differs, and say so; call while the project is held.

    With `timed` it is said as events are in a watch, with the time of day. What cannot be written
    is told and no more than that: the build itself is done by then.
    """
    wanted, missing = _wanted(project, targets, lock, workspace)
    paths = tuple(path for path, _ in wanted.files)
    workspace.sweep(paths)
    written = writing.write(wanted, workspace)
    for text in _told(written, missing, timed=timed):
        terminal.talk(terminal.timed(text) if timed else text)
    folder = wanted.folder
    # The folder's time says whether a partial has come back that is to go, from another branch say.
    folders = (folder,) if folder and (workspace.root / folder).is_dir() else ()
    return Publication((*paths, *folders), failed=bool(written.problems))


def stale(
    project: Project, targets: Sequence[Target], lock: Lock, workspace: Workspace
) -> Mapping[str, Step]:
    """Return what a build would do to published files that are out of date, by path.

    A picture that is yet to be made may change more.
    """
    wanted, _ = _wanted(project, targets, lock, workspace)
    return writing.stale(wanted, workspace)


def stale_text(stale: Mapping[str, Step]) -> str:
    """Return the line of a plan for published files that are out of date."""
    by_step = {step: [path for path in stale if stale[path] is step] for step in Step}
    return " ".join(f"To {step}: {_listed(paths)}." for step, paths in by_step.items() if paths)


def _wanted(
    project: Project, targets: Sequence[Target], lock: Lock, workspace: Workspace
) -> tuple[Published, Sequence[str]]:
    """Return what is to be published, and the images that have no picture yet."""
    file = project.file.name
    if not project.publish.writes:
        return Published((), project=file), ()
    gallery = writing.gallery_of(project, targets, lock, workspace)
    wanted = writing.published(project.publish, gallery.pictures)
    return replace(wanted, project=file), gallery.missing


def _told(written: Written, missing: Sequence[str], *, timed: bool) -> Iterator[str]:
    """Yield what there is to say of files that were written, or could not be."""
    if written.changed:
        names = _listed(written.changed)
        yield f"published  {names}" if timed else f"Published {names}."
    if written.removed:
        names = _listed(written.removed)
        yield f"removed    {names}" if timed else f"Removed {names}, no longer asked for."
    for path in written.left:
        yield f"{terminal.line(path)} is published no longer; it was changed, so it stays."
    for path, kept in written.kept:
        there = terminal.line(kept.as_posix())
        yield f"{terminal.line(path)} was not made by imagegen; it is now {there}."
    for problem in written.problems:
        yield terminal.worded(problem)
    if missing and written.changed:
        yield f"Not published, for want of a picture: {_listed(missing)}."


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(terminal.line(name) for name in names[:_SHOWN])
    more = len(names) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
