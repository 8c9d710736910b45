"""The verb `jobs`: what the ledgers on this machine know of paid jobs; reads only."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import click

from imagegen import environment, home
from imagegen.build.ledger import Ledger
from imagegen.build.purchase import Entry
from imagegen.build.survey import is_gone
from imagegen.cli import terminal
from imagegen.cli.opened import file_option, json_option, nearest_folder
from imagegen.cli.words import credits_text


@click.command("jobs")
@file_option
@click.option("--all", "everything", is_flag=True, help="Finished jobs as well.")
@json_option
def command(*, file: Path | None, everything: bool, as_json: bool) -> None:
    """List paid jobs from the ledgers on this machine, newest last.

    Without --all: those whose picture is not in the store yet. The next build of their project
    picks them up for free; what a project that is gone had ordered, that of any other one.

    \b
    INTENT             sent or about to be; no answer yet
    ACCEPTED, READY    being made; made
    STORED, PLACED     in the store; in its file
    LOCKED             in the lock: done
    REJECTED, FAILED   not charged, or given back
    UNKNOWN            charged or not: imagegen resolve
    ADOPTED            settled so, with its job
    ABANDONED          settled so, without a picture
    LOST               charged, and its picture is gone
    """
    around = environment.read(os.environ, file.absolute().parent if file else nearest_folder())
    ledgers = [
        Ledger.open(folder, waiting=terminal.waiting_for_ledger)
        for folder in home.account_folders(around.home)
    ]
    entries = [entry for ledger in ledgers for entry in ledger.entries().values()]
    entries.sort(key=lambda entry: entry.intent_at)
    shown = [entry for entry in entries if everything or _unsettled(entry)]
    if as_json:
        terminal.data_json({"format": 1, "jobs": [_facts(entry) for entry in shown]})
    else:
        for entry in shown:
            terminal.rows(_row(entry))
    for ledger in ledgers:
        terminal.show(ledger.damage)
    charged = sum(entry.credits or 0 for entry in entries if not entry.state.closed)
    count = len(shown)
    word = "" if everything else " not settled"
    terminal.talk(
        f"{count} job{'' if count == 1 else 's'}{word}; "
        f"{credits_text(charged)} charged in all that is noted here."
    )


def _unsettled(entry: Entry) -> bool:
    return entry.state.open or bool(entry.other_job_ids)


def _row(entry: Entry) -> str:
    when = datetime.datetime.fromtimestamp(entry.intent_at).strftime("%Y-%m-%d %H:%M:%S")
    price = "" if entry.credits is None else credits_text(entry.credits)
    project = Path(entry.project).name
    gone = " (project is gone)" if is_gone(entry.project) else ""
    told = f"{project}: {', '.join(entry.images)}" if project else ", ".join(entry.images)
    # A second job for one order may have been charged as well; its picture is not fetched.
    told += "".join(f", also job {other}" for other in entry.other_job_ids) + gone
    row = f"{when}  {entry.state:<9}  {entry.job_id or '-':<36}  {price:<11} {told}"
    return terminal.line(f"{row}  {entry.error}" if entry.error else row).rstrip()


def _facts(entry: Entry) -> dict[str, object]:
    return {
        "state": entry.state.value,
        "image": entry.image,
        "images": list(entry.images),
        "project": entry.project,
        "project_gone": is_gone(entry.project),
        "request_key": entry.purchase.request_key,
        "take": entry.purchase.take,
        "attempt": entry.purchase.attempt,
        "job": entry.job_id,
        "other_jobs": list(entry.other_job_ids),
        "idempotency_key": entry.idempotency_key,
        "credits": entry.credits,
        "model": entry.model,
        "error": entry.error,
        "ordered_at": datetime.datetime.fromtimestamp(entry.intent_at, datetime.UTC).isoformat(),
    }
