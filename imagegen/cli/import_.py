"""The verb `import`: takes an existing picture in for an image, without buying one."""

from __future__ import annotations

from pathlib import Path

import click

from imagegen import adoption
from imagegen.cli import adopted_words
from imagegen.cli.carrying import carry, waiting
from imagegen.cli.opened import file_option, json_option, project_file


@click.command("import")
@click.argument("name")
@click.argument("picture", type=click.Path(path_type=Path), metavar="FILE")
@file_option
@json_option
def command(name: str, picture: Path, *, file: Path | None, as_json: bool) -> None:
    """Let the image NAME show the picture in FILE, without buying one.

    NAME is one image of the project file, no glob; FILE is PNG, JPEG, WebP, AVIF or GIF and is
    converted if the output has another format. The picture stays until the request changes, and
    comes back with it. A bought picture stays in the store: `imagegen pick NAME N` goes back to it.
    """
    done = adoption.take_in(project_file(file), name, picture, carry=carry, waiting=waiting)
    adopted_words.tell([done], as_json=as_json)
