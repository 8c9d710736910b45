"""Owns what verbs share to open a project: the options that name it, and the talk meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

import click

from imagegen import opened
from imagegen.cli import terminal
from imagegen.errors import Problem, WrongInput
from imagegen.opened import Opened
from imagegen.project.load import find
from imagegen.workspace import Workspace

file_option = click.option(
    "-f",
    "--file",
    "file",
    type=click.Path(path_type=Path),
    help="Project file. Default: the nearest imagegen.toml upwards.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def nearest_folder() -> Path:
    """Return the folder of the nearest project file upwards, else the current one."""
    try:
        return find(Path.cwd()).parent
    except WrongInput:
        return Path.cwd()


def project_file(file: Path | None) -> Path:
    """Return the absolute project file: the given one, else the nearest upwards.

    WrongInput when its path is not UTF-8, which ledger and reports could not hold.
    """
    found = Path(os.path.abspath(file)) if file else find(Path.cwd())  # noqa: PTH100
    try:
        str(found).encode()
    except UnicodeEncodeError:
        shown = os.fsencode(found).decode(errors="replace")
        detail = "A folder or the file has a name that is no text, which nothing could refer to."
        raise WrongInput(Problem(f"`{shown}` is not UTF-8", detail, "rename it")) from None
    return found


def open_project(file: Path, workspace: Workspace | None = None) -> Opened:
    """Load everything about a project and tell of a damaged ledger; raises WrongInput.

    `workspace` is its folder, for those who open it again and again.
    """
    found = opened.open_project(file, waiting=terminal.waiting_for_ledger, workspace=workspace)
    for problem in found.ledger.damage if found.ledger else ():
        terminal.talk(terminal.worded(problem, label="warning"))
    return found
