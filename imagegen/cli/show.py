"""The verb `show`: what is wanted, what was bought and what is in place, image by image."""

from __future__ import annotations

from pathlib import Path

import click

from imagegen.cli import terminal, words
from imagegen.cli.opened import file_option, json_option, open_project, project_file
from imagegen.opened import Opened
from imagegen.plan import Action, Change

_STATES = {
    Action.KEEP: "current",
    Action.RESTORE: "to restore",
    Action.DERIVE: "to derive",
    Action.GENERATE: "to generate",
    Action.RETIRE: "to retire",
}


@click.command("show")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@file_option
@json_option
def command(names: tuple[str, ...], *, file: Path | None, as_json: bool) -> None:
    """Show what is known of each image; with NAME (or a glob), everything about it.

    Nothing is spent or sent.
    """
    opened = open_project(project_file(file))
    plan = opened.plan(names)
    if as_json:
        rows = [_facts(change, opened) for change in plan.changes]
        terminal.data_json({"format": 1, "images": rows})
        return
    if names:
        terminal.data("\n\n".join(_page(change, opened) for change in plan.changes))
        return
    width = max((len(change.name) for change in plan.changes), default=0)
    for change in plan.changes:
        terminal.data(_row(change, width))


def _row(change: Change, width: int) -> str:
    state = change.block.value if change.block else _STATES[change.action]
    output = change.target.output if change.target else ""
    one = change.locked
    size = f"{one.original.width}x{one.original.height}" if one else ""
    draft = " draft" if one and one.provider == "draft" else ""
    return f"{change.name:<{width}}  {state + draft:<17}  {size:<10} {output}".rstrip()


def _page(change: Change, opened: Opened) -> str:
    rows = [(name, _shown(value)) for name, value in _facts(change, opened).items()]
    width = max(len(name) for name, _ in rows)
    lines = [f"{name.replace('_', ' '):<{width}}  {text}" for name, text in rows if text]
    reasons = [f"{'':<{width}}  {words.reason_text(reason)}" for reason in change.reasons]
    return "\n".join([*lines, *reasons])


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
            "protected": target.protect,
            "provider": request.provider,
            "model": request.model,
            "prompt": request.prompt,
            "params": {name: _plain(value) for name, value in request.params},
            "references": [source.text for source in target.sources],
            "request_key": request.key,
            "take": change.take,
        }
    if one is not None:
        facts |= {
            "locked_take": one.take,
            "seed": one.seed,
            "job": one.job_id,
            "credits": one.credits,
            "original": f"{one.original.width} x {one.original.height} {one.original.format}, "
            f"{one.original.bytes} bytes, sha256 {one.original.sha256}",
            "stored": opened.store.has(one.original.sha256),
            "files": [output.path for output in one.outputs],
        }
    return facts


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
