"""The verb `pick`: chooses which of the bought takes an image shows; free."""

from __future__ import annotations

from pathlib import Path

import click

from imagegen import choice
from imagegen.cli import terminal
from imagegen.cli.carrying import carry, waiting
from imagegen.cli.opened import file_option, json_option, project_file


@click.command("pick")
@click.argument("name")
@click.argument("take", type=click.IntRange(min=1), metavar="N")
@file_option
@json_option
def command(name: str, take: int, *, file: Path | None, as_json: bool) -> None:
    """Let the image NAME show its take N from now on.

    NAME is one image, no glob. N is a candidate or any other take of its present request that was
    bought. Free: the others stay in the store, and picking again is free, too. An edited file is
    kept aside.
    """
    picked = choice.pick(project_file(file), name, take, carry=carry, waiting=waiting)
    problem = picked.problem
    if as_json:
        told = {
            "format": 1,
            "name": name,
            "take": take,
            "output": picked.output,
            "changed": picked.changed,
            "error": problem.summary if problem else None,
        }
        terminal.data_json(told)
    if problem is not None:
        terminal.talk(f"{name} does not show take {take}: {terminal.line(problem.summary)}")
        raise click.exceptions.Exit(1)
    state = "shows" if picked.changed else "already shows"
    output = terminal.line(picked.output)
    terminal.talk(f"{name} {state} take {take}: {output}. Nothing was spent.")
