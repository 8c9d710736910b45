"""Owns Task: one thing that a process of the darkroom is to do, and its way through a pipe.

A task is a line of JSON; the picture's bytes follow it, and then those of its fonts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from imagegen.derivative import Box, Lettering, Marks, Recipe


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do with the `bytes` that follow."""

    bytes: int
    seconds: int
    """Processor time."""
    pixels: int | None = None
    """How many were asked for."""
    format: str | None = None
    """What to convert to; None to look at it only."""
    width: int | None = None
    """How wide a thumbnail of it is to be, in pixels."""
    fit: tuple[int, int] | None = None
    """Width and height that bare RGBA pixels of it, shrunk, are to stay within."""
    crop: Box | None = None
    """The part of it that a placeholder is to be made of."""
    recipes: tuple[Recipe, ...] = ()
    """Files to make from it."""
    trial: bool = False
    """Whether only to see if the texts of `recipes` can be set; there is no picture then."""
    fonts: tuple[tuple[str, int], ...] = ()
    """sha256 and length of each font file that follows the picture, in that order."""


def line(task: Task) -> bytes:
    """Return `task` as one line of JSON."""
    return json.dumps(asdict(task)).encode() + b"\n"


def parse(text: bytes) -> Task:
    """Return the task that is written as the line `text`; raises ValueError when it is none."""
    form = _form(json.loads(text), Task)
    return Task(
        **{
            **form,
            "fit": _tuple(form["fit"], (int,), 2) if form["fit"] is not None else None,
            "crop": _tuple(form["crop"], (int,), 4) if form["crop"] is not None else None,
            "recipes": tuple(_recipe(one) for one in form["recipes"]),
            "fonts": tuple((str(sha256), int(length)) for sha256, length in form["fonts"]),
        }
    )


def _recipe(value: object) -> Recipe:
    form = _form(value, Recipe)
    return Recipe(
        **{
            **form,
            "crop": _tuple(form["crop"], (int,), 4),
            "letterings": tuple(_lettering(one) for one in form["letterings"]),
            "marks": None if form["marks"] is None else _marks(form["marks"]),
        }
    )


def _lettering(value: object) -> Lettering:
    form = _form(value, Lettering)
    return Lettering(**{**form, "box": _tuple(form["box"], (int, float), 4)})


def _marks(value: object) -> Marks:
    form = _form(value, Marks)
    descriptions = tuple(_tuple(one, (str,), 2) for one in form["descriptions"])
    return Marks(**{**form, "descriptions": descriptions})


def _form(value: object, shape: type[Task | Recipe | Lettering | Marks]) -> Mapping[str, Any]:
    """Return `value` as the fields of `shape`, all of them and no others."""
    names = {field.name for field in fields(shape)}
    if not isinstance(value, dict) or value.keys() != names:
        raise ValueError(f"not a {shape.__name__}: {value!r:.200}")
    return value


def _tuple(value: object, kinds: tuple[type, ...], length: int) -> tuple[Any, ...]:
    if not isinstance(value, list) or len(value) != length:
        raise ValueError(f"not a list of {length}: {value!r:.200}")
    if any(type(one) not in kinds for one in value):
        raise ValueError(f"not {kinds[-1].__name__}: {value!r:.200}")
    return tuple(value)
