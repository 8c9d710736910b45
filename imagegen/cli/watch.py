"""The verb `watch`: builds on every save of the project file or anything it reads."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from imagegen.cli import terminal
from imagegen.cli.building import Asked
from imagegen.cli.keys import Keys
from imagegen.cli.listening import Place, listen_option
from imagegen.cli.opened import file_option, project_file
from imagegen.cli.watching import Watching, hint


@click.command("watch")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@file_option
@click.option("--draft", is_flag=True, help="Draw free drafts; Enter makes the real pictures.")
@click.option("--preview", is_flag=True, help="Show the pictures on a local page, live.")
@click.option("--poll", is_flag=True, help="For file systems that give no notice of changes.")
@click.option(
    "--max-images", type=click.IntRange(min=0), metavar="N", help="Paid pictures in this watch."
)
@click.option(
    "--max-cost", type=click.IntRange(min=0), metavar="N", help="Credits in this watch. [no limit]"
)
@listen_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object in a line per build.")
def command(
    names: tuple[str, ...],
    *,
    file: Path | None,
    draft: bool,
    preview: bool,
    poll: bool,
    max_images: int | None,
    max_cost: int | None,
    place: Place | None,
    as_json: bool,
) -> None:
    """Build now, and again on every save of the project file or anything it reads.

    It spends as build does, within one limit for its whole length. NAME is the name of an image
    or a glob such as 'mug-*'. Outputs that were deleted come back; outputs that were edited by
    hand are left alone. Ctrl-C ends it.
    """
    path = project_file(file)
    asked = Asked(names, (), draft, max_images, max_cost, place, timed=True)
    watching = Watching(path, asked, polled=poll, as_json=as_json)
    with contextlib.ExitStack() as stack:
        if preview:
            # Deferred on purpose: a web server costs time that only this option needs.
            from imagegen.cli.preview import running

            url = stack.enter_context(running(path))
            terminal.talk(terminal.timed(f"preview at {url}"))
        keys = stack.enter_context(Keys())
        terminal.talk(hint(keys, draft=draft))
        code = watching.run(keys)
    raise click.exceptions.Exit(code)
