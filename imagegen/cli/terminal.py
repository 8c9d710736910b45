"""Owns the two streams: data on stdout, talk on stderr, both safe to show.

Nothing from outside reaches a terminal without `safe`.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from imagegen import file_lock
from imagegen.errors import Problem

_LONGEST_LINE = 160
_NOT_PLAIN = re.compile(r"[^\n -~]")


def safe(text: str) -> str:
    """Return `text` with control, bidi and line-separator characters shown as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c == "\n" or not _hidden(c) else _escaped(c) for c in text)


def line(text: str) -> str:
    """Return `text` as one safe line, line ends shown as escapes."""
    return safe(text).replace("\n", "\\n")


def data(text: str) -> None:
    """Write a line of what was asked for."""
    click.echo(text, color=_colour())


def data_json(value: Mapping[str, object], *, indent: int | None = 2) -> None:
    """Write a JSON object that `--json` asks for; without `indent` in one line."""
    # What could move a cursor stands only inside of texts, where an escape means the same.
    click.echo(_NOT_PLAIN.sub(_json_safe, json.dumps(value, ensure_ascii=False, indent=indent)))


def talk(text: str) -> None:
    """Write a line about the work; when nobody listens any more, the work goes on unheard."""
    try:
        click.echo(text, err=True, color=_colour())
    except BrokenPipeError:
        # What is left in the buffer has to go somewhere, or Python exits with a code of its own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def last_word(text: str) -> None:
    """Write a line about the work past all buffers: the process ends, wherever it is."""
    plain = sys.platform == "win32" or _colour() is False or not os.isatty(2)
    shown = click.unstyle(text) if plain else text
    os.write(2, f"{shown}\n".encode(sys.stderr.encoding, "replace"))


def timed(text: str) -> str:
    """Return a text with the time of day before it, its further lines below the first."""
    first, *more = text.split("\n")
    now = click.style(time.strftime("%H:%M:%S"), dim=True)
    return "\n".join([f"{now}  {first}", *(f"          {one}" for one in more)])


def waiting(what: str, path: Path) -> None:
    """Say that this process waits for the one that holds the lock at `path`."""
    talk(f"waiting for {what}{line(file_lock.holder(path))}")


def waiting_for_ledger(path: Path) -> None:
    """Say that another process of this account is in the way."""
    waiting("another build that uses the ledger of paid jobs", path)


def _colour() -> bool | None:
    """Whether to colour: never with NO_COLOR, else as click finds the stream."""
    return False if os.environ.get("NO_COLOR") else None


def show(problems: Iterable[Problem]) -> None:
    """Write problems: place and summary, the line with a pointer, why, what to do."""
    text = "\n\n".join(worded(problem) for problem in problems)
    if text:
        talk(text)


def problems_json(problems: Iterable[Problem]) -> dict[str, object]:
    """Return problems as the object that `--json` prints instead of an answer."""
    rows = [
        {
            "summary": one.summary,
            "detail": one.detail,
            "hint": one.hint,
            "file": one.where.path if one.where else None,
            "line": one.where.line if one.where else None,
            "column": one.where.column if one.where else None,
        }
        for one in problems
    ]
    return {"format": 1, "errors": rows}


def worded(problem: Problem, *, label: str = "error") -> str:
    """Return a problem as the text to show, several lines, without a line end."""
    place = problem.where
    head = f"{line(str(place))}: " if place else ""
    parts = [click.style(f"{label}: ", fg="red", bold=True) + head + safe(problem.summary)]
    if place is not None and place.text.strip():
        parts.extend(_excerpt(place.text, place.column))
    if problem.detail:
        parts.append(_indented(problem.detail))
    if problem.hint:
        parts.append(_indented(problem.hint))
    return "\n".join(parts)


def _excerpt(text: str, column: int) -> list[str]:
    start = max(0, column - 1 - _LONGEST_LINE // 2)
    shown = line(text[start : start + _LONGEST_LINE])
    before = line(text[start : column - 1])
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in before)
    return [f"    {shown}", f"    {' ' * width}^"]


def _indented(text: str) -> str:
    return "\n".join(f"  {part}" for part in safe(text).splitlines())


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _json_safe(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if _hidden(found[0]) else found[0]


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
