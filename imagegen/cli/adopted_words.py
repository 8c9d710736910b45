"""Owns the telling of what was taken in, and the exit code that follows."""

from __future__ import annotations

from collections.abc import Sequence

import click

from imagegen.adoption import Adopted
from imagegen.cli import terminal


def tell(rows: Sequence[Adopted], *, as_json: bool) -> None:
    """Tell of each image; exits with 1 when a picture could not be put in its place."""
    if as_json:
        terminal.data_json({"format": 1, "images": [_facts(row) for row in rows]})
    for row in rows:
        if row.problem is None:
            terminal.talk(_sentence(row))
    if any(row.problem for row in rows):
        raise click.exceptions.Exit(1)


def _sentence(row: Adopted) -> str:
    place = f"{terminal.line(row.name)}: {terminal.line(row.output)}"
    if row.original is None:
        return f"unedited   {place} is as locked already"
    size = f"{row.original.width} x {row.original.height} {row.original.format}"
    return f"taken in   {place}, {size}. Nothing was spent."


def _facts(row: Adopted) -> dict[str, object]:
    original = row.original
    return {
        "name": row.name,
        "output": row.output,
        "taken_in": original is not None and row.problem is None,
        "original": None
        if original is None
        else {
            "format": original.format,
            "width": original.width,
            "height": original.height,
            "bytes": original.bytes,
            "sha256": original.sha256,
        },
        "error": row.problem.summary if row.problem else None,
    }
