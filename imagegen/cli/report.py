"""The verb `report`: what became of the pictures, as a page and a summary; who made each one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from imagegen import environment, home
from imagegen.build.ledger import Ledger
from imagegen.cli import terminal
from imagegen.cli.opened import file_option, json_option, project_file
from imagegen.project.load import load, name_of
from imagegen.report import phrases, register
from imagegen.report.comparison import compare
from imagegen.report.disclosure import disclosed, orders
from imagegen.report.exhibit import exhibits
from imagegen.report.folder import PAGE, SUMMARY, Folder
from imagegen.report.page import page
from imagegen.report.report import Report
from imagegen.report.state import states
from imagegen.report.summary import summary
from imagegen.store.disk import DiskStore
from imagegen.workspace import Workspace

_FOLDER = "report"
_MANY = 40
"""Images of which looking at their pictures takes so long that it is told."""


@click.command("report")
@file_option
@click.option(
    "--since",
    metavar="REV",
    help="A revision of git, A..B, A...B, or an older lock file. Default: HEAD.",
)
@click.option("--until", metavar="REV", help="The later state. Default: the work tree.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the page and the summary. Default: .imagegen/report.",
)
@click.option("--disclosure", is_flag=True, help="List every picture with who made it, and when.")
@click.option("--prompts", is_flag=True, help="With --disclosure: show prompts as well.")
@click.option("--csv", "as_csv", is_flag=True, help="With --disclosure: print CSV.")
@json_option
def command(
    *,
    file: Path | None,
    since: str | None,
    until: str | None,
    output: Path | None,
    disclosure: bool,
    prompts: bool,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Show what became of the pictures between two states of the lock.

    Writes index.html, which needs nothing else, and summary.md for pull requests, which is
    printed as well:

    \b
      imagegen report --since origin/main... >> "$GITHUB_STEP_SUMMARY"

    With --disclosure: every picture with its model, request, date of purchase and licence note,
    as Markdown; prompts only if [provenance] lets them be published, or with --prompts.

    Nothing is spent or sent, and no other file is touched.
    """
    if as_csv and as_json:
        raise click.UsageError("--csv and --json exclude each other.")
    path = project_file(file)
    if disclosure:
        if since or until or output:
            raise click.UsageError("--disclosure knows one state only: what is there now.")
        _disclose(path, prompts=prompts, as_csv=as_csv, as_json=as_json)
        return
    if prompts or as_csv:
        raise click.UsageError("--prompts and --csv belong to --disclosure.")
    workspace = Workspace(path.parent)
    before, after = states(workspace, since, until)
    folder = Folder(output or workspace.corner() / _FOLDER)
    folder.refuse_strangers()
    comparison = compare(before.lock, after.lock)
    if len(comparison.differences) > _MANY:
        terminal.talk(f"Looking at the pictures of {len(comparison.differences)} images ...")
    store = DiskStore(home.store_folder(environment.read(os.environ, workspace.root).home))
    shown = exhibits(comparison.differences, before, after, store)
    comparison = comparison.as_seen(exhibit.difference for exhibit in shown)
    report = Report(name_of(path), before, after, comparison, shown)
    text = summary(report)
    folder.write({PAGE: page(report), SUMMARY: text})
    if as_json:
        places = {"page": str(folder.path / PAGE), "summary_file": str(folder.path / SUMMARY)}
        terminal.data_json(report.form() | places)
    else:
        terminal.data(terminal.safe(text.rstrip("\n")))
    terminal.talk(f"{phrases.headline(comparison).capitalize()}: see {folder.path / PAGE}")


def _disclose(path: Path, *, prompts: bool, as_csv: bool, as_json: bool) -> None:
    workspace = Workspace(path.parent)
    lock = workspace.read_lock()
    loaded = load(path, known_urls=lock.url_digests())
    provenance = loaded.project.provenance
    ledgers = _ledgers(environment.read(os.environ, path.parent).home)
    known = orders(entry for ledger in ledgers for entry in ledger.entries().values())
    rows = disclosed(lock, known, workspace.read, prompts=prompts or provenance.prompt)
    missing = [one.name for one in loaded.images if one.name not in lock.images]
    if as_json:
        terminal.data_json(register.form(rows, provenance.licence, missing))
    elif as_csv:
        terminal.data(register.comma_separated(rows, provenance.licence).rstrip("\n"))
    else:
        text = register.markdown(rows, provenance.licence, missing)
        terminal.data(terminal.safe(text.rstrip("\n")))
    undated = sum(one.sold and one.bought is None for one in rows)
    if undated:
        told = f"{undated} of {phrases.count(len(rows), 'picture')}"
        terminal.talk(f"When it was bought, no ledger on this machine knows of {told}.")


def _ledgers(place: Path) -> Sequence[Ledger]:
    ledgers = [
        Ledger.open(folder, waiting=terminal.waiting_for_ledger)
        for folder in home.account_folders(place)
    ]
    for ledger in ledgers:
        for problem in ledger.damage:
            terminal.talk(terminal.worded(problem, label="warning"))
    return ledgers
