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
            if _left_out(row):
                terminal.talk(f"  not in what is made of it: {' and '.join(_left_out(row))}")
    if any(row.problem for row in rows):
        raise click.exceptions.Exit(1)


def _sentence(row: Adopted) -> str:
    place = f"{terminal.line(row.name)}: {terminal.line(row.output)}"
    if row.original is None:
        return f"unedited   {place} is as locked already"
    size = f"{row.original.width} x {row.original.height} {row.original.format}"
    said = row.label.source_type
    of_itself = f"It says of itself: {said}. " if said else ""
    return f"taken in   {place}, {size}. {of_itself}Nothing was spent."


def _left_out(row: Adopted) -> list[str]:
    """What a picture says of itself that derivatives and conversions of it will not say."""
    said = row.label
    left = {"rights": said.rights, "Content Credentials": said.credentials}
    return [what for what, there in left.items() if there and row.made]


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
        "digital_source_type": row.label.source_type or None,
        "not_derived": _left_out(row),
        "error": row.problem.summary if row.problem else None,
    }
