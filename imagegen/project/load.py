"""Owns the door to a project: reads imagegen.toml and the files it names, gives values or problems.

Never half a project: either everything fits, or one WrongInput holds every problem, located.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from imagegen.errors import Problem, Where, WrongInput
from imagegen.project.fault import Fault
from imagegen.project.folders import Folders
from imagegen.project.ground import Ground, sound_styles
from imagegen.project.models import Catalogue, catalogue, with_declared
from imagegen.project.parse import FAULT_LIMIT, parse
from imagegen.project.references import Shelf
from imagegen.project.resolve import resolve
from imagegen.project.schema import Project
from imagegen.project.syntax import SIZE_LIMIT, Unreadable
from imagegen.request import Target

FILE_NAME = "imagegen.toml"

_START_HINT = "start a project here:\n\n    imagegen init"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A project in which everything fits."""

    project: Project
    targets: tuple[Target, ...]
    """Sorted by name."""
    catalogue: Catalogue
    """The packaged models and those that the project declares."""
    files: tuple[Path, ...]
    """Every file that was read, absolute: the project file first, then reference pictures."""


def find(start: Path) -> Path:
    """Return the nearest imagegen.toml in `start` or above it; WrongInput when there is none."""
    folder = start.absolute()
    for candidate in (folder, *folder.parents):
        if (candidate / FILE_NAME).is_file():
            return candidate / FILE_NAME
    detail = f"Neither this folder nor one above it has an `{FILE_NAME}`."
    raise WrongInput(Problem("there is no project file here", detail, _START_HINT))


def load(file: Path, *, known_urls: Mapping[str, str] | None = None) -> Loaded:
    """Read `file` and everything it names; WrongInput holds all problems in file order.

    `known_urls` gives the sha256 of reference URLs whose bytes are known; another URL stands in
    its request as `url:` + text and leaves the target unsettled.
    """
    shown = _shown(file)
    data = _bytes(file, shown)
    path = Path(os.path.abspath(file))  # noqa: PTH100 (resolve() would follow links)
    try:
        parsed = parse(data, path)
    except Unreadable as unreadable:
        raise WrongInput(_unreadable(unreadable, data, shown)) from None
    faults = list(parsed.faults)
    if parsed.project is None:
        _refuse(faults, parsed.text, shown)
    project = parsed.project
    known, wrong = with_declared(catalogue(), project.models)
    styles, bad_styles = sound_styles(project)
    ground = Ground(
        project=project,
        catalogue=known,
        provider=project.provider.name,
        broken_models=frozenset(str(fault.loc[1]) for fault in wrong),
        shelf=Shelf(project.root, known_urls or {}),
        folders=Folders(project.root),
        styles=styles,
    )
    targets, unfit = resolve(ground)
    faults += wrong + bad_styles + unfit
    if faults:
        _refuse(faults, parsed.text, shown)
    references = (project.root / text for text in ground.shelf.files)
    return Loaded(project, targets, known, (path, *references))


def _refuse(faults: Sequence[Fault], text: str, shown: str) -> NoReturn:
    # The one import that is not at the top: it brings a second parser, which only faults need.
    from imagegen.project import positions

    problems = positions.locate(faults[:FAULT_LIMIT], text, shown)
    if len(faults) > FAULT_LIMIT:
        last = problems[-1].where
        detail = f"Only {FAULT_LIMIT} are told at once."
        problems.append(Problem("there are more problems", detail, "mend these first", last))
    raise WrongInput(*problems)


def _shown(file: Path) -> str:
    """Return the path as messages give it: from the current folder if the file lies below it."""
    absolute = Path(os.path.abspath(file))  # noqa: PTH100 (resolve() would follow links)
    try:
        return str(absolute.relative_to(Path.cwd()))
    except ValueError:
        return str(file)


def _bytes(file: Path, shown: str) -> bytes:
    try:
        mode = file.stat().st_mode
        if stat.S_ISDIR(mode):
            hint = f"name the file in it:\n\n    -f {shown}/{FILE_NAME}"
            raise WrongInput(Problem(f"`{shown}` is a folder, not a project file", hint=hint))
        if not stat.S_ISREG(mode):
            raise WrongInput(Problem(f"`{shown}` is not a regular file"))
        with file.open("rb") as opened:
            # One byte more than allowed is enough to know that there are too many.
            return opened.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        raise WrongInput(Problem(f"there is no file `{shown}`", hint=_START_HINT)) from None
    except OSError as error:
        why = f"The system says: {error.strerror or error}."
        raise WrongInput(Problem(f"`{shown}` cannot be read", why)) from None


def _unreadable(fault: Unreadable, data: bytes, shown: str) -> Problem:
    line = data.split(b"\n", fault.line)[fault.line - 1] if data else b""
    text = line.rstrip(b"\r").decode(errors="replace")
    where = Where(shown, fault.line, fault.column, text[:2000])
    return Problem(fault.summary, fault.detail, fault.hint, where)
