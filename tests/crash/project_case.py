"""Owns Case: one hostile project folder, how it is written, and what imagegen has to say of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

PROJECT_FILE = "imagegen.toml"
LOCK_FILE = "imagegen.lock"
OUTSIDE = "@OUTSIDE@"
"""Stands in texts and links for a folder beside the project, with files that are not its own."""

HERO = '[images.hero]\nprompt = "A mug"\n'
"""The smallest project; a case that is about another file than the project file has this one."""

Text = str | bytes | Callable[[], "str | bytes"]
"""A file's content; the large ones are made only when they are written."""


class Odd(Enum):
    """What may stand where a file is expected."""

    FOLDER = "a folder"
    PIPE = "a pipe that nobody writes to"
    ABSENT = "nothing"


class Outcome(Enum):
    """What `imagegen plan` has to make of a case."""

    REFUSED = "exit code 2 and an error with its place"
    VALID = "exit code 0"
    EITHER = "one of the two"


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link; OUTSIDE in its target is filled in."""

    target: str


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile project folder."""

    name: str
    text: Text | Odd | Link
    """The project file."""
    beside: Mapping[str, Text | Odd | Link] = field(default_factory=dict)
    """Other files of the folder by their relative paths."""
    place: str | None = PROJECT_FILE
    """The file in which every error names a line and a column; None where none could."""
    outcome: Outcome = Outcome.REFUSED
    verbs: tuple[str, ...] = ("plan", "plan --json", "build", "check", "show", "build --draft")
    """Commands that have to agree; one of them is tried, by the number of the case."""

    def write(self, folder: Path, outside: Path) -> None:
        """Make the project folder, which must not exist yet."""
        folder.mkdir()
        for name, content in {PROJECT_FILE: self.text, **self.beside}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, content, str(outside))


def _write(path: Path, content: Text | Odd | Link, outside: str) -> None:
    match content:
        case Link(target):
            path.symlink_to(target.replace(OUTSIDE, outside))
        case Odd.FOLDER:
            path.mkdir()
        case Odd.PIPE:
            os.mkfifo(path)
        case Odd.ABSENT:
            return
        case _:
            made = content() if callable(content) else content
            data = made if isinstance(made, bytes) else made.encode()
            path.write_bytes(data.replace(OUTSIDE.encode(), outside.encode()))
