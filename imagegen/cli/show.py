"""The verb `show`: what is wanted, what was bought and what is in place, image by image."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from imagegen.build.history import Past, histories
from imagegen.candidates import choice_of
from imagegen.cli import terminal, words
from imagegen.cli.folding import column
from imagegen.cli.opened import file_option, json_option, open_project, project_file
from imagegen.difference import between
from imagegen.lock import Lock
from imagegen.locked import Locked
from imagegen.opened import Opened, matching
from imagegen.pictures.terminal.way import Way, way_for
from imagegen.plan import Action, Change, Reason

_STATES = {
    Action.KEEP: "current",
    Action.RESTORE: "to restore",
    Action.DERIVE: "to derive",
    Action.GENERATE: "to generate",
    Action.RETIRE: "to retire",
}
_DRAWN_AT_ONCE = 8
"""Images that are drawn without being asked for; more would flood the window."""


@dataclass(frozen=True, slots=True)
class _Page:
    """Everything about one image."""

    change: Change
    history: tuple[Past, ...]
    facts: dict[str, object]


@click.command("show")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@file_option
@click.option(
    "--picture",
    type=click.Choice([way.value for way in Way]),
    help="How to draw the pictures of NAME. [what the terminal is known to show]",
)
@click.option("--no-picture", is_flag=True, help="Do not draw; the same as --picture none.")
@json_option
def command(
    names: tuple[str, ...],
    *,
    file: Path | None,
    picture: str | None,
    no_picture: bool,
    as_json: bool,
) -> None:
    """Show what is known of each image; with NAME (or a glob), everything about it.

    Everything: what is wanted, what is in place, what was bought before, and the picture itself
    where the terminal can show it; never on a pipe. Nothing is spent or sent.
    """
    opened = open_project(project_file(file))
    changes = _asked(opened.plan(names).changes, names)
    if as_json:
        pages = _pages(changes, opened)
        rows = [page.facts | {"history": _history_json(page)} for page in pages]
        terminal.data_json({"format": 1, "images": rows})
    elif names:
        way = Way.NONE if no_picture else _way(picture, len(changes))
        _tell(_pages(changes, opened), opened, way)
    else:
        width = column(change.name for change in changes)
        for change in changes:
            terminal.rows(_row(change, width))


def _asked(changes: Sequence[Change], names: Sequence[str]) -> list[Change]:
    """Leave out what an image only refers to, and candidates that nobody named."""
    if not names:
        return list(changes)
    wanted = matching([change.name for change in changes], names)
    alone = [name for name in names if choice_of(name) is not None]
    shown = {name for name in wanted if choice_of(name) is None}
    shown |= matching(sorted(wanted), alone)
    return [change for change in changes if change.name in shown]


def _way(asked: str | None, count: int) -> Way:
    """How to draw; what is asked for by name wins over the environment, but never over a pipe."""
    if not sys.stdout.isatty() or (asked is None and count > _DRAWN_AT_ONCE):
        return Way.NONE
    way = Way(asked) if asked is not None else way_for(os.environ)
    return way if way is not Way.BLOCKS or _shows_blocks() else Way.NONE


def _shows_blocks() -> bool:
    try:
        "▀".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _pages(changes: Sequence[Change], opened: Opened) -> list[_Page]:
    names = [change.name for change in changes]
    past = histories(names, opened.ledger, opened.store, opened.lock, opened.label)
    return [_Page(change, past[change.name], _facts(change, opened)) for change in changes]


def _tell(pages: Sequence[_Page], opened: Opened, way: Way) -> None:
    if way is Way.NONE:
        terminal.rows("\n\n".join(map(_text, pages)))
        return
    # Deferred on purpose: it brings Pillow, which only drawing needs.
    from imagegen.cli import easel

    with contextlib.closing(easel.Easel(way)) as stand:
        for number, page in enumerate(pages):
            terminal.rows(f"{chr(10) * bool(number)}{_text(page)}")
            stand.draw([easel.Shot(*shot) for shot in _shots(page.change, opened)])


def _shots(change: Change, opened: Opened) -> list[tuple[bytes, str, str]]:
    """The bytes, name and label of each picture to draw: the candidates, else the one in place."""
    one = change.locked
    path = change.target.output if change.target else None
    found = _candidate_shots(change, opened)
    if found:
        return found
    data = opened.workspace.read(path) if path else None
    if data is None and one is not None:
        data = opened.store.get(one.original.sha256)
    return [] if data is None else [(data, f"the picture of `{change.name}`", "")]


def _candidate_shots(change: Change, opened: Opened) -> list[tuple[bytes, str, str]]:
    shown = change.locked.original.sha256 if change.locked else None
    found = []
    for number, one in _candidates(change.name, opened.lock):
        data = opened.store.get(one.original.sha256)
        label = f"{number} (shown)" if one.original.sha256 == shown else str(number)
        found += [(data, f"candidate {number}", label)] if data is not None else []
    return found


def _candidates(name: str, lock: Lock) -> list[tuple[int, Locked]]:
    """The candidates of an image that the lock has, with their numbers."""
    found = {one.take: one for key, one in lock.images.items() if choice_of(key) == name}
    return sorted(found.items())


def _row(change: Change, width: int) -> str:
    state = change.block.value if change.block else _STATES[change.action]
    output = change.target.output if change.target else ""
    one = change.locked
    size = f"{one.original.width}x{one.original.height}" if one else ""
    draft = "draft, " if one and one.provider == "draft" else ""
    return f"{change.name:<{width}}  {draft + state:<18}  {size:<10} {output}".rstrip()


def _text(page: _Page) -> str:
    facts = {name: value for name, value in page.facts.items() if value or name != "picked"}
    files = facts.pop("derived", None)
    if isinstance(files, list) and files:
        facts["derived"] = f"{len(files)} file{'s' if len(files) > 1 else ''}, such as {files[0]}"
    rows = [(name, _shown(value)) for name, value in facts.items()]
    width = max(len(name) for name, _ in rows)
    lines = [f"{name.replace('_', ' '):<{width}}  {text}" for name, text in rows if text]
    reasons = [f"{'':<{width}}  {words.reason_text(one)}" for one in page.change.reasons]
    past = [line for one in page.history for line in _past_lines(one, page.change)]
    told = [f"{'' if number else 'history':<{width}}  {line}" for number, line in enumerate(past)]
    return "\n".join([*lines, *reasons, *told])


def _past_lines(past: Past, change: Change) -> list[str]:
    """One picture of the history: a line, and below it how its request differs from today's."""
    when = datetime.fromtimestamp(past.when).strftime("%Y-%m-%d %H:%M") if past.when else None
    parts = [f"take {past.take}" if past.take else "taken in"]
    if past.credits is not None:
        parts.append(words.credits_text(past.credits))
    if past.job is not None:
        parts.append(f"job {terminal.line(past.job)}")
    if past.original is None:
        parts.append("not arrived")
    else:
        parts.append("in the store" if past.stored else "not in the store")
    if past.shown:
        parts.append("shown now")
    head = f"{when or 'date not known':<16}  {', '.join(parts)}"
    differs = [words.reason_text(reason) for reason in _differs(past, change)]
    lost = [] if past.request else ["its request is lost: the ledger was damaged"]
    return [head, *(f"  {text}" for text in lost or differs)]


def _differs(past: Past, change: Change) -> list[Reason]:
    """How the request of a past picture differs from what is wanted now."""
    if not past.request:
        return []
    if change.target is not None:
        return list(between(past.request, change.target.request.canonical))
    return list(between(past.request, change.locked.request)) if change.locked else []


def _history_json(page: _Page) -> list[dict[str, object]]:
    return [
        {
            "when": datetime.fromtimestamp(past.when, UTC).isoformat(timespec="seconds")
            if past.when
            else None,
            "take": past.take,
            "job": past.job,
            "credits": past.credits,
            "original": past.original,
            "stored": past.stored,
            "shown": past.shown,
            "differs": [
                {"field": one.field, "old": one.old, "new": one.new}
                for one in _differs(past, page.change)
            ],
        }
        for past in page.history
    ]


def _shown(value: object) -> str:
    if value is None or value == {} or value == []:
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{terminal.line(str(k))} = {_shown(v)}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return terminal.line(str(value))


def _facts(change: Change, opened: Opened) -> dict[str, object]:
    facts: dict[str, object] = {
        "name": change.name,
        "state": change.block.value if change.block else _STATES[change.action],
        "blocked": change.blocked or None,
    }
    target, one = change.target, change.locked
    if target is not None:
        request = target.request
        facts |= {
            "output": target.output,
            "alt": target.alt,
            "alts": dict(target.alts),
            "protected": target.protect,
            "provider": request.provider,
            "model": request.model,
            "prompt": request.prompt,
            "params": {name: _plain(value) for name, value in request.params},
            "references": [source.text for source in target.sources],
            "request_key": request.key,
            "take": change.take,
            "candidates": target.candidates,
        }
    if one is not None:
        facts |= {
            "locked_take": one.take,
            "picked": one.picked,
            "seed": one.seed,
            "job": one.job_id,
            "credits": one.credits,
            "original": f"{one.original.width} x {one.original.height} {one.original.format}, "
            f"{one.original.bytes} bytes, sha256 {one.original.sha256}",
            "stored": opened.store.has(one.original.sha256),
            "files": [output.path for output in one.outputs],
            "derived": [output.path for output in one.derived.files],
        }
    return facts


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
