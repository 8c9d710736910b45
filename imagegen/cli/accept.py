"""The verb `accept`: makes an edited output what its image is to show."""

from __future__ import annotations

from pathlib import Path

import click

from imagegen import adoption
from imagegen.cli import adopted_words
from imagegen.cli.carrying import carry, waiting
from imagegen.cli.opened import file_option, json_option, project_file


@click.command("accept")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@file_option
@json_option
def command(names: tuple[str, ...], *, file: Path | None, as_json: bool) -> None:
    """Make an edited output what its image is to show: `check` passes, `build` leaves it.

    NAME is the name of an image or a glob. Outputs that nobody edited are left as they are. A
    bought picture stays in the store: `imagegen pick NAME N` goes back to it.
    """
    done = adoption.accept(project_file(file), names, carry=carry, waiting=waiting)
    adopted_words.tell(done, as_json=as_json)
