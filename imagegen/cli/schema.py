"""The verb `schema`: the JSON Schema of imagegen.toml, for editors, and that of the manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from imagegen.cli import named_file, terminal
from imagegen.project import json_schema
from imagegen.publish import manifest_schema


@click.command("schema")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write a file instead of printing."
)
@click.option("--manifest", is_flag=True, help="That of the manifest which [publish] json writes.")
def command(*, output: Path | None, manifest: bool) -> None:
    """Print the JSON Schema (draft-07) of imagegen.toml.

    Editors with taplo or tombi obey this first line of the project file:

      #:schema ./imagegen.schema.json

    The one of the manifest is of draft 2020-12.
    """
    found = _written(manifest_schema.schema()) if manifest else text()
    if output is None:
        terminal.data(found.rstrip())
    else:
        named_file.write(output, found)
        terminal.talk(f"wrote {output}")


def text() -> str:
    """Return the schema of imagegen.toml as the text of a file."""
    return _written(json_schema.schema())


def _written(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
