"""The verb `mv`: gives an image another name, in the project file, the lock and on disk."""

from __future__ import annotations

import os
from pathlib import Path

import click

from imagegen import environment, home
from imagegen.build import renaming
from imagegen.build.renaming import Renaming
from imagegen.cli import terminal
from imagegen.cli.opened import file_option, json_option, project_file
from imagegen.cli.publishing import publish
from imagegen.project.load import load
from imagegen.store.disk import DiskStore
from imagegen.workspace import CORNER, Workspace


@click.command("mv")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@file_option
@json_option
def command(old: str, new: str, *, file: Path | None, as_json: bool) -> None:
    """Give the image OLD the name NEW.

    Edits the project file (comments and layout stay as they are) and the lock together, moves the
    output where its path follows from the name, and lets references (@OLD) follow. Costs nothing:
    what was bought for OLD belongs to NEW.
    """
    path = project_file(file)
    workspace = Workspace(path.parent)
    if not (workspace.root / CORNER).exists():
        # What is refused is refused before anything is made in the folder.
        renaming.decide(path, old, new)
    with workspace.held(lambda lock: terminal.waiting("a build of this project", lock)):
        found = renaming.decide(path, old, new)
        _store(workspace).rename_formers(str(workspace.root), old, new)
        renaming.carry_out(found, workspace)
        lock = workspace.read_lock()
        loaded = load(path, known_urls=lock.url_digests())
        report = publish(loaded.project, loaded.targets, lock, workspace)
    _tell(found, as_json=as_json)
    if report.failed:
        raise click.exceptions.Exit(1)


def _store(workspace: Workspace) -> DiskStore:
    return DiskStore(home.store_folder(environment.read(os.environ, workspace.root).home))


def _tell(found: Renaming, *, as_json: bool) -> None:
    if as_json:
        move = {"from": found.move[0], "to": found.move[1]} if found.move else None
        told = {"old": found.old, "new": found.new, "moved": move, "locked": found.in_lock}
        terminal.data_json({"format": 1, **told, "references": list(found.references)})
        return
    terminal.talk(f"renamed    {terminal.line(found.old)} -> {terminal.line(found.new)}")
    if found.move:
        terminal.talk(
            f"moved      {terminal.line(found.move[0])} -> {terminal.line(found.move[1])}"
        )
    if found.derived:
        files = f"{len(found.derived)} file{'s' if len(found.derived) > 1 else ''}"
        terminal.talk(f"moved      {files} made of it")
    for name in found.references:
        terminal.talk(f"updated    the reference of {terminal.line(name)}")
    terminal.talk("Nothing was spent.")
