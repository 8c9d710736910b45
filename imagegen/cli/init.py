"""The verb `init`: writes a commented starter project; touches nothing that is there."""

from __future__ import annotations

import shlex
from importlib import resources
from pathlib import Path

import click

from imagegen import atomic
from imagegen.cli import schema, terminal
from imagegen.errors import Problem, WrongInput
from imagegen.fingerprint import PROJECT_FILE

SCHEMA_FILE = "imagegen.schema.json"
_IGNORED = (".env", ".imagegen/")


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
def command(*, folder: Path) -> None:
    """Write a commented starter project into FOLDER (default: here).

    Writes imagegen.toml and imagegen.schema.json (for editors), and has version control
    ignore the key and the local state. An imagegen.toml that is there is never touched.
    """
    project = folder / PROJECT_FILE
    way = "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))}\n  "
    if project.exists():
        raise WrongInput(_there(project, way))
    starter = resources.files("imagegen.cli").joinpath("starter.toml").read_bytes()
    try:
        atomic.replace(folder / SCHEMA_FILE, schema.text().encode())
        added = _ignore(folder / ".gitignore")
        atomic.replace(project, starter)
    except OSError as error:
        why = f"The system says: {error.strerror}."
        problem = Problem(f"cannot write the starter project into `{folder}`", why)
        raise WrongInput(problem) from None
    terminal.talk(f"wrote {project} and {folder / SCHEMA_FILE}")
    if added:
        terminal.talk(f"added {' and '.join(added)} to {folder / '.gitignore'}")
    terminal.talk(f"next, free and offline:\n  {way}imagegen build --draft")


def _there(project: Path, way: str) -> Problem:
    ignored = " and ".join(f"`{name}`" for name in _IGNORED)
    return Problem(
        f"{project} exists already",
        f"Nothing was written. A project that was written by hand can do with {ignored} in "
        "`.gitignore`, and with the schema for its editor.",
        f"write the schema, and see what a build would do:\n"
        f"  {way}imagegen schema -o {SCHEMA_FILE}\n  imagegen plan",
    )


def _ignore(file: Path) -> list[str]:
    """Add the lines that are missing; returns them."""
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    known = {line.strip().strip("/") for line in text.splitlines()}
    missing = [line for line in _IGNORED if line.strip("/") not in known]
    if missing:
        gap = "" if not text or text.endswith("\n") else "\n"
        atomic.replace(file, (text + gap + "\n".join(missing) + "\n").encode())
    return missing
