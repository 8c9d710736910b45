"""The verb `doctor`: what is set up and what is missing; sends nothing."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import metadata
from pathlib import Path

import click
from PIL import features

from imagegen import __version__, environment, home
from imagegen.build.ledger import Ledger
from imagegen.build.preflight import preflight
from imagegen.build.purchase import State
from imagegen.build.signing import signer_of
from imagegen.cli import generators, terminal
from imagegen.cli.opened import file_option, json_option, project_file
from imagegen.cli.watch_words import problems_text
from imagegen.environment import Environment
from imagegen.errors import ImagegenError, NeedsAttention
from imagegen.project.load import Loaded, load
from imagegen.project.schema import Project
from imagegen.workspace import Workspace

_SOON = timedelta(days=30)
"""So long before its end a certificate is to be replaced."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing looked at."""

    topic: str
    state: str
    """ok, note or missing."""
    text: str


@click.command("doctor")
@file_option
@json_option
def command(*, file: Path | None, as_json: bool) -> None:
    """Tell what is set up and what is missing. Nothing is sent, and no key is shown.

    Exit 1 if something is missing that a build needs.
    """
    sights = [*_machine(), *_project(file)]
    if as_json:
        rows = [{"topic": one.topic, "state": one.state, "text": one.text} for one in sights]
        terminal.data_json({"format": 1, "sights": rows})
    else:
        colours = {"ok": "green", "note": "yellow", "missing": "red"}
        for one in sights:
            state = click.style(f"{one.state:<7}", fg=colours[one.state])
            terminal.rows(f"{state}  {one.topic:<12}  {terminal.line(one.text)}")
    if any(one.state == "missing" for one in sights):
        raise click.exceptions.Exit(1)


def _machine() -> Iterator[Sight]:
    python = platform.python_version()
    yield Sight("imagegen", "ok", f"{__version__} on Python {python}, {platform.system()}")
    for name in ("avif", "webp"):
        if features.check(name):
            yield Sight(name, "ok", f"can be read and written ({features.version(name)})")
        else:
            yield Sight(name, "missing", "Pillow was built without it; install a newer Pillow")
    yield from _extras()


def _extras() -> Iterator[Sight]:
    """Yield what only some projects need: it is missing where one of them does."""
    shapers = {"raqm": "Raqm", "fribidi": "FriBiDi"}
    absent = [name for feature, name in shapers.items() if not features.check(feature)]
    if absent:
        text = f"no texts can be set on pictures: Pillow works without {' and '.join(absent)}"
        yield Sight("texts", "note", text)
    else:
        versions = [f"{name} {features.version(key)}" for key, name in shapers.items()]
        yield Sight("texts", "ok", f"can be set on pictures ({', '.join(versions)})")
    try:
        yield Sight("signing", "ok", f"with C2PA (c2pa-python {metadata.version('c2pa-python')})")
    except metadata.PackageNotFoundError:
        text = 'not installed; with C2PA: pip install "imagegen-build[c2pa]"'
        yield Sight("signing", "note", text)


def _project(file: Path | None) -> Iterator[Sight]:
    try:
        path = project_file(file)
    except ImagegenError as error:
        yield Sight("project", "note", error.problems[0].summary)
        yield from _surroundings(environment.read(os.environ, Path.cwd()))
        return
    try:
        workspace = Workspace(path.parent)
        lock = workspace.read_lock()
        loaded = load(path, known_urls=lock.url_digests())
        name = loaded.project.name
        yield Sight("project", "ok", f"{name}, {_counted(loaded.images, 'image')}, {path}")
        yield Sight("lock", "ok", _counted(lock.images, "entry", "entries"))
        yield from _lettering(loaded)
        yield from _signing(loaded.project)
        yield from _generators(loaded.project)
    except ImagegenError as error:
        yield Sight("project", "missing", _fault(error))
    around = environment.read(os.environ, path.parent)
    yield from _surroundings(around)
    yield from _secrecy(path.parent, around)


def _lettering(loaded: Loaded) -> Iterator[Sight]:
    """Yield what is missing for the texts on the pictures of a project, if it sets any."""
    if not any(one.derivation and one.derivation.letterings for one in loaded.targets):
        return
    if not (features.check("raqm") and features.check("fribidi")):
        hint = "apt-get install libfribidi0, or brew install fribidi"
        yield Sight("texts", "missing", f"this project sets some and needs FriBiDi: {hint}")


def _generators(project: Project) -> Iterator[Sight]:
    """Yield what the site generators beside a project do to what its pictures say of themselves."""
    if project.provenance.embed != "none":
        for one in generators.found(project.root):
            yield Sight(one.name, "ok" if one.keeps else "note", one.text)


def _signing(project: Project) -> Iterator[Sight]:
    if project.provenance.c2pa is None:
        return
    try:
        signer = signer_of(project)
        if signer is not None:
            yield _signature(signer.check())
    except NeedsAttention as error:
        texts = (f"{one.summary}. {one.detail}".rstrip(". ") for one in error.problems)
        yield Sight("c2pa", "missing", "; ".join(texts))


def _signature(last: date) -> Sight:
    """Return how long signatures hold, of which `last` is the last day."""
    text = f"signs: the certificate and its key fit and are valid until {last.isoformat()}"
    if last - datetime.now(UTC).date() > _SOON:
        return Sight("c2pa", "ok", text)
    return Sight("c2pa", "note", f"{text}, and so is all that they have signed; get a new one")


def _counted(things: Collection[object], one: str, more: str = "") -> str:
    return f"{len(things)} {one if len(things) == 1 else more or f'{one}s'}"


def _fault(error: ImagegenError) -> str:
    """Return why a project cannot be read, in one line: its first problem, and how many more."""
    first, *more = error.problems
    text = f"{first.summary} ({first.where})" if first.where else first.summary
    return f"{text}; and {problems_text(len(more))} more, see imagegen plan" if more else text


def _surroundings(around: Environment) -> Iterator[Sight]:
    if around.key is None:
        text = f"{environment.KEY} is not set: drafts work, buying does not"
        yield Sight("key", "note", text)
    else:
        yield Sight("key", "ok", f"found in the {around.key_source}")
    if around.base_url:
        yield Sight("API", "note", f"{environment.BASE_URL} is set: {around.base_url}")
    problem = preflight(around.home, 64 * 2**20)
    if problem is not None:
        text = f"{problem.summary}: {problem.detail}".rstrip(".: ")
        yield Sight("home", "missing", text)
        return
    free = shutil.disk_usage(around.home).free // 2**30
    yield Sight("home", "ok", f"{free} GiB free, {around.home}")
    yield from _ledgers(around.home)


def _ledgers(folder: Path) -> Iterator[Sight]:
    for account in home.account_folders(folder):
        ledger = Ledger.open(account, waiting=terminal.waiting_for_ledger)
        entries = ledger.entries().values()
        unknown = sum(entry.state is State.UNKNOWN for entry in entries)
        unsettled = sum(entry.state.open for entry in entries)
        text = f"account {account.name}: {_counted(entries, 'job')}, {unsettled} not settled"
        state = "missing" if unknown else "note" if unsettled else "ok"
        way = "; imagegen jobs lists them" if unsettled else ""
        way = f", {unknown} unknown; imagegen resolve settles that" if unknown else way
        yield Sight("ledger", state, text + way)


def _secrecy(root: Path, around: Environment) -> Iterator[Sight]:
    if around.key_source != ".env":
        return
    ignore = root / ".gitignore"
    lines = ignore.read_text(encoding="utf-8").split() if ignore.is_file() else []
    if not {".env", "/.env", ".env*"} & set(lines):
        yield Sight(".env", "note", "holds the key and is not in .gitignore; imagegen init adds it")
