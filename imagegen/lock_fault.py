"""Owns how a lock is told that cannot be read as a whole: its cost, its syntax, its version.

Never reads a block; `lock` does.
"""

from __future__ import annotations

import re

from imagegen.errors import Problem, Where, WrongInput
from imagegen.excess import DEPTH_LIMIT, WORD_LIMIT, excess, place

NAME = "imagegen.lock"
TAKE_BACK = f"take {NAME} back from version control, for example:\n  git checkout -- {NAME}"
"""What to do with a lock that nobody can read."""

LINE_SHOWN = 2000
"""Characters of a line that are kept for showing."""

_REASON_SHOWN = 200
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)")
_SYNTAX_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def refuse_excess(text: str, lines: list[str], path: str) -> None:
    """Raise WrongInput for what would take the parser too long, or too much memory."""
    # Only a line of many dots or letters can hold it, and few locks have one.
    if any(line.count(".") >= DEPTH_LIMIT or len(line) > WORD_LIMIT for line in lines):
        found = excess(text)
        if found is not None:
            raise WrongInput(costly(path, *place(text, found.offset), "this is too long or deep"))


def costly(path: str, line: int, column: int, why: str) -> Problem:
    """Return why a lock is not even parsed."""
    return Problem(
        f"the lock does not parse: {why}",
        hint=TAKE_BACK,
        where=Where(path, line, column, ""),
    )


def unreadable(data: bytes, path: str, error: Exception) -> Problem:
    """Return why a lock is no TOML at all: what a merge left in it, or the parser's `error`."""
    lines = data.decode(errors="replace").split("\n")
    marks = [i for i, line in enumerate(lines) if _CONFLICT.match(line)]
    if marks:
        return Problem(
            "the lock has conflict markers",
            "A merge left both sides in it. Nothing was read and nothing is spent.",
            "keep one side, then build; what was bought on the other side comes back free "
            f"from the store:\n  git checkout --ours {NAME}\n  imagegen plan",
            Where(path, marks[0] + 1, 1, lines[marks[0]][:LINE_SHOWN]),
        )
    line, column = _fault_place(error, lines)
    return Problem(
        f"the lock does not parse: {str(error).split(' (at ')[0][:_REASON_SHOWN]}",
        hint=TAKE_BACK,
        where=Where(path, line, column, lines[line - 1].rstrip("\r")[:LINE_SHOWN]),
    )


def _fault_place(error: Exception, lines: list[str]) -> tuple[int, int]:
    if isinstance(error, UnicodeDecodeError):
        before = error.object[: error.start].decode()
        return place(before, len(before))
    found = _SYNTAX_PLACE.search(str(error))
    if found:
        return int(found[1]), int(found[2])
    return (len(lines), len(lines[-1]) + 1) if "end of document" in str(error) else (1, 1)


def foreign(version: object, known: int, path: str) -> Problem:
    """Return that the lock's version is not the one that is `known`."""
    number = type(version) is int and abs(version) < 10**9
    known_form = number or version is None
    told = f"version {version}" if known_form else "no version that a release of imagegen wrote"
    return Problem(
        f"the lock has {told}; this imagegen reads version {known}",
        "It was written by another release, or is not a lock. It was left as it is.",
        "install the release that your team uses, or take the file back from version control",
        Where(path, 1, 1, ""),
    )
