"""Owns the writing of files that the command line names, such as that of `plan --out`."""

from __future__ import annotations

from pathlib import Path

from imagegen import atomic
from imagegen.errors import Problem, WrongInput


def write(path: Path, text: str) -> None:
    """Write `text` as the whole file `path`, making its folders; WrongInput when that fails."""
    try:
        atomic.replace(path, text.encode())
    except OSError as error:
        problem = Problem(
            f"cannot write `{path}`: {error.strerror or error}",
            hint="name a file in a folder that you may write to",
        )
        raise WrongInput(problem) from None
