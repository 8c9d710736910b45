"""Owns the door to a project: reads imagegen.toml and the files it names, gives values or problems.

Never half a project: either everything fits, or one WrongInput holds every problem, located.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from imagegen.candidates import with_candidates
from imagegen.errors import Problem, Where, WrongInput
from imagegen.project import globs, publishing
from imagegen.project.expand import expand
from imagegen.project.expansion import Expansion
from imagegen.project.fault import Fault
from imagegen.project.folders import Folders
from imagegen.project.fonts import Fonts
from imagegen.project.ground import Ground, sound_styles
from imagegen.project.letterings import Letterings
from imagegen.project.models import Catalogue, catalogue, with_declared
from imagegen.project.origin import Origin
from imagegen.project.parse import FAULT_LIMIT, parse
from imagegen.project.provenance import chain_digest
from imagegen.project.references import Shelf
from imagegen.project.resolve import resolve
from imagegen.project.schema import Project
from imagegen.project.syntax import SIZE_LIMIT, Unreadable
from imagegen.project.texts import Texts
from imagegen.request import Target

FILE_NAME = "imagegen.toml"

_START_HINT = "start a project here:\n  imagegen init"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A project in which everything fits."""

    project: Project
    targets: tuple[Target, ...]
    """Sorted by name; candidates follow their image."""
    catalogue: Catalogue
    """The packaged models and those that the project declares."""
    files: tuple[Path, ...]
    """Every file that was read, absolute: the project file first, then reference pictures,
    then tables, prompt files, pages and certificates, then fonts."""
    folders: tuple[Path, ...] = ()
    """Every folder that was searched for pages, absolute: what is new in one may be a page."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Where the images that no entry names come from: a set, or a page."""

    @property
    def images(self) -> tuple[Target, ...]:
        """The targets that a person named: all but candidates."""
        return tuple(one for one in self.targets if one.candidate_of is None)


def find(start: Path) -> Path:
    """Return the nearest imagegen.toml in `start` or above it; WrongInput when there is none."""
    folder = start.absolute()
    for candidate in (folder, *folder.parents):
        if (candidate / FILE_NAME).is_file():
            return candidate / FILE_NAME
    detail = f"Neither this folder nor one above it has an `{FILE_NAME}`."
    raise WrongInput(Problem("there is no project file here", detail, _START_HINT))


def load(
    file: Path, *, known_urls: Mapping[str, str] | None = None, data: bytes | None = None
) -> Loaded:
    """Read `file` and everything it names; WrongInput holds all problems in file order.

    `known_urls` gives the sha256 of reference URLs whose bytes are known; another URL stands in
    its request as `url:` + text and leaves the target unsettled. `data` is read in place of the
    project file's own bytes.
    """
    shown = shown_path(file)
    data = project_bytes(file) if data is None else data
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
    texts = Texts(project.root, Path(shown).parent)
    expansion, folders = _expanded(project, texts)
    # A set that could not be read may have brought any variable.
    styles, bad_styles = sound_styles(project, None if expansion.faults else expansion.variables)
    signer, unsigned = chain_digest(project, texts)
    fonts = Fonts(project.root)
    ground = Ground(
        project=project,
        catalogue=known,
        provider=project.provider.name,
        broken_models=frozenset(str(fault.loc[1]) for fault in wrong),
        shelf=Shelf(project.root, known_urls or {}),
        folders=Folders(project.root),
        styles=styles,
        items=expansion.items,
        origins=expansion.origins,
        letterings=Letterings(project, fonts),
        whole=not faults and not expansion.faults,
        signer=signer,
    )
    targets, unfit = resolve(ground)
    faults += dict.fromkeys([*expansion.faults, *wrong, *bad_styles, *unsigned, *unfit])
    faults += _publishing_faults(ground, () if faults else targets, (path, *texts.files))
    if faults:
        _refuse(faults, parsed.text, shown)
    references = (project.root / text for text in ground.shelf.files)
    files = (path, *references, *texts.files, *fonts.files)
    origins = expansion.origins.by_name()
    return Loaded(project, with_candidates(targets), known, files, folders, origins)


def name_of(file: Path) -> str:
    """Return what the project of `file` is called: as it says, else as its folder; never raises."""
    path = Path(os.path.abspath(file))  # noqa: PTH100 (resolve() would follow links)
    try:
        project = parse(project_bytes(file), path).project
    except (Unreadable, WrongInput):
        project = None
    return project.name if project else path.parent.name


def _expanded(project: Project, texts: Texts) -> tuple[Expansion, tuple[Path, ...]]:
    """Return the items of a project, and the folders that were searched for some."""
    expansion = Expansion(project, texts)
    expand(expansion)
    if not project.content.files:
        return expansion, ()
    # Deferred on purpose: it brings a YAML reader, which only projects with pages need.
    from imagegen.project import content

    return expansion, content.expand(expansion)


def _publishing_faults(
    ground: Ground, targets: Sequence[Target], files: Sequence[Path]
) -> Sequence[Fault]:
    project = ground.project
    if not project.publish.writes:
        return ()
    read = [path.relative_to(project.root).as_posix() for path in files]
    places = [*ground.shelf.places, *read]
    pages = globs.all_parsed(project.content.files)
    return publishing.faults(project.publish, targets, places, ground.folders, pages=pages)


def located(faults: Sequence[Fault], file: Path) -> list[Problem]:
    """Return what turned out to be wrong later with the project of `file`, with its places.

    WrongInput when the file cannot be read any more.
    """
    # Deferred on purpose: it brings a second parser, which only faults need.
    from imagegen.project import places

    text = project_bytes(file).decode("utf-8", "replace")
    return places.located(faults, text, shown_path(file))


def _refuse(faults: Sequence[Fault], text: str, shown: str) -> NoReturn:
    # Deferred on purpose: it brings a second parser, which only faults need.
    from imagegen.project import places

    problems = places.located(faults[:FAULT_LIMIT], text, shown)
    if len(faults) > FAULT_LIMIT:
        last = problems[-1].where
        detail = f"Only {FAULT_LIMIT} are told at once."
        problems.append(Problem("there are more problems", detail, "mend these first", last))
    raise WrongInput(*problems)


def shown_path(file: Path) -> str:
    """Return a path as messages give it: from the current folder if the file lies below it."""
    absolute = Path(os.path.abspath(file))  # noqa: PTH100 (resolve() would follow links)
    try:
        return str(absolute.relative_to(Path.cwd()))
    except ValueError:
        return str(file)


def project_bytes(file: Path) -> bytes:
    """Return the bytes of a project file, cut where it is too large; WrongInput if unreadable."""
    shown = shown_path(file)
    try:
        mode = file.stat().st_mode
        if stat.S_ISDIR(mode):
            hint = f"name the file in it:\n  -f {shown}/{FILE_NAME}"
            raise WrongInput(Problem(f"`{shown}` is a folder, not a project file", hint=hint))
        if not stat.S_ISREG(mode):
            raise WrongInput(Problem(f"`{shown}` is not a regular file"))
        with file.open("rb") as opened:
            # One byte more than allowed is enough to know that there are too many.
            return opened.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        hint = "name the project file with -f, or leave -f out for the nearest one upwards"
        raise WrongInput(Problem(f"there is no file `{shown}`", hint=hint)) from None
    except OSError as error:
        why = f"The system says: {error.strerror or error}."
        raise WrongInput(Problem(f"`{shown}` cannot be read", why)) from None


def _unreadable(fault: Unreadable, data: bytes, shown: str) -> Problem:
    line = data.split(b"\n", fault.line)[fault.line - 1] if data else b""
    text = line.rstrip(b"\r").decode(errors="replace")
    where = Where(shown, fault.line, fault.column, text[:2000])
    return Problem(fault.summary, fault.detail, fault.hint, where)
