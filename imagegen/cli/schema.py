"""The verb `schema`: the JSON Schema of imagegen.toml, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from imagegen.cli import named_file, terminal
from imagegen.project import json_schema


@click.command("schema")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write a file instead of printing."
)
def command(*, output: Path | None) -> None:
    """Print the JSON Schema (draft-07) of imagegen.toml.

    Editors with taplo or tombi obey this first line of the project file:

      #:schema ./imagegen.schema.json
    """
    if output is None:
        terminal.data(text().rstrip())
    else:
        named_file.write(output, text())
        terminal.talk(f"wrote {output}")


def text() -> str:
    """Return the schema as the text of a file."""
    return json.dumps(json_schema.schema(), ensure_ascii=False, indent=2) + "\n"
