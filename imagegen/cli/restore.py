"""The verb `restore`: brings outputs back from the store as the lock has them; never pays."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from imagegen import environment, home
from imagegen.build.darkroom import Darkroom
from imagegen.build.placed import Placed
from imagegen.build.remaking import Remaking
from imagegen.cli import terminal
from imagegen.cli.opened import file_option, json_option, project_file
from imagegen.errors import ImagegenError, Problem, WrongInput
from imagegen.lock import Lock
from imagegen.locked import Locked, Output
from imagegen.opened import matching
from imagegen.project.load import load
from imagegen.request import Target
from imagegen.store.disk import DiskStore
from imagegen.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of one output."""

    name: str
    path: str
    state: str
    """kept, restored, absent, or ceded: the file shows another image's picture."""
    aside: str | None = None
    """Where an edited file was kept."""
    problem: Problem | None = None


@click.command("restore")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@file_option
@json_option
def command(names: tuple[str, ...], *, file: Path | None, as_json: bool) -> None:
    """Bring outputs back from the store, byte for byte as the lock has them.

    Takes the lock as it is, also when the project file has moved on. An edited file is kept
    aside, and a file that two images of the lock claim is left to the newer one. Needs no key
    and spends nothing. NAME is the name of an image or a glob.
    """
    path = project_file(file)
    workspace = Workspace(path.parent)
    around = environment.read(os.environ, workspace.root)
    store = DiskStore(home.store_folder(around.home))
    with workspace.held(lambda lock: terminal.waiting("a build of this project", lock)):
        lock = workspace.read_lock()
        wanted = matching(list(lock.images), names) if names else set(lock.images)
        targets = _targets(lock, path)
        claims = _contested(lock, workspace, targets)
        with contextlib.closing(Darkroom()) as darkroom:
            rows = [
                _settled(one, output, claims)
                or _restored(one, output, Remaking(store, darkroom, workspace, targets))
                for name, one in sorted(lock.images.items())
                if name in wanted
                for output in one.files
            ]
    _tell(rows, as_json=as_json)
    if any(row.problem for row in rows):
        raise click.exceptions.Exit(1)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A file that several images of the lock have among their outputs."""

    names: tuple[str, ...]
    owner: str | None
    """Whose picture it shows, or is to show; None when nobody can tell."""


def _contested(
    lock: Lock, workspace: Workspace, targets: Mapping[str, Target]
) -> dict[str, _Claim]:
    several = {path: names for path, names in lock.owners().items() if len(names) > 1}
    if not several:
        return {}
    found = workspace.digests(several)
    wanted = {target.output: target.name for target in targets.values() if target.output}
    claims = {}
    for path, names in several.items():
        shas = {
            out.sha256: name
            for name in names
            for out in lock.images[name].files
            if out.path == path
        }
        claims[path] = _Claim(names, wanted.get(path) or shas.get(found.get(path, "")))
    return claims


def _targets(lock: Lock, file: Path) -> dict[str, Target]:
    """Return what the project file wants, by name; nothing when it cannot be read."""
    try:
        targets = load(file, known_urls=lock.url_digests()).targets
    except WrongInput:
        return {}
    return {target.name: target for target in targets}


def _settled(one: Locked, output: Output, claims: Mapping[str, _Claim]) -> Restored | None:
    """What is known of an output without a look at the store; None for one to bring back."""
    claim = claims.get(output.path)
    if claim is None or claim.owner == one.name:
        return None
    if claim.owner is not None:
        return Restored(one.name, output.path, "ceded")
    return Restored(one.name, output.path, "absent", problem=_doubtful(output.path, claim))


def _restored(one: Locked, output: Output, remaking: Remaking) -> Restored:
    workspace, store = remaking.workspace, remaking.store
    if workspace.digests([output.path]).get(output.path) == output.sha256:
        return Restored(one.name, output.path, "kept")
    made, noted = {out.sha256 for out in one.derived.files}, Placed(workspace)
    try:
        data = remaking.bytes_of(one, output)
        kept = workspace.place(
            output.path,
            data,
            replaceable=lambda found: (
                found in made or noted.knows(found) or store.get(found) is not None
            ),
        )
    except ImagegenError as error:
        return Restored(one.name, output.path, "absent", problem=error.problems[0])
    return Restored(one.name, output.path, "restored", kept.as_posix() if kept else None)


def _doubtful(path: str, claim: _Claim) -> Problem:
    names = " and ".join(f"`{name}`" for name in claim.names)
    return Problem(
        f"`{path}` belongs to {names}",
        "The lock gives it to both, and the project file does not say whose it is.",
        "let a build decide, for free:\n  imagegen build",
    )


def _tell(rows: list[Restored], *, as_json: bool) -> None:
    restored = [row for row in rows if row.state == "restored"]
    if as_json:
        told = [
            {
                "name": row.name,
                "output": row.path,
                "state": row.state,
                "kept_aside": row.aside,
                "error": row.problem.summary if row.problem else None,
            }
            for row in rows
        ]
        terminal.data_json({"format": 1, "outputs": told})
        return
    for row in restored:
        terminal.talk(f"restored   {terminal.line(row.name)} -> {terminal.line(row.path)}")
        if row.aside:
            terminal.talk(f"kept       the edited file is in {terminal.line(row.aside)} now")
    terminal.show(row.problem for row in rows if row.problem)
    kept = sum(row.state == "kept" for row in rows)
    terminal.talk(f"{len(restored)} restored, {kept} in place already. Nothing was spent.")
