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
from typing import TextIO

import click

from imagegen import file_lock
from imagegen.cli.folding import cells, folded
from imagegen.errors import NeedsAttention, Problem

_LONGEST_LINE = 160
"""Cells of a line of a file that are shown where no terminal says how much room there is."""
_MARGIN = " " * 4
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
    """Write what was asked for to the letter: what other programs read, or a person copies."""
    _put(text)


def rows(text: str) -> None:
    """Write lines of what was asked for, for people: folded on a terminal."""
    _put(fitted(text, sys.stdout))


def data_json(value: Mapping[str, object], *, indent: int | None = 2) -> None:
    """Write a JSON object that `--json` asks for; without `indent` in one line."""
    # What could move a cursor stands only inside of texts, where an escape means the same.
    _put(_NOT_PLAIN.sub(_json_safe, json.dumps(value, ensure_ascii=False, indent=indent)))


def talk(text: str) -> None:
    """Write a line about the work; when nobody can hear it any more, the work goes on unheard."""
    try:
        click.echo(fitted(text), err=True, color=_colour())
    except OSError:
        # A reader who has gone, or a full disk below a log.
        silence(sys.stderr)


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


def _put(text: str) -> None:
    """Write a line to standard output; raises NeedsAttention where there is no room for it."""
    try:
        click.echo(text, color=_colour())
    except BrokenPipeError:
        raise
    except OSError as error:
        silence(sys.stdout)
        why = f"The system says: {error.strerror}."
        raise NeedsAttention(Problem("the answer cannot be written", why)) from None


def silence(stream: TextIO) -> None:
    """Let what is left in a buffer go somewhere, or Python exits with a code of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def fitted(text: str, stream: TextIO | None = None) -> str:
    """Return a text folded for `stream`, standard error unless said; as it is but for terminals."""
    columns = _columns(stream or sys.stderr)
    return folded(text, columns) if columns else text


def _columns(stream: TextIO) -> int:
    """Return the width of a terminal; 0 for one that does not tell, and for what is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 0


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
    """Return a problem as the text to show, several lines, without a line end.

    On a terminal, a place that is so long that it would push the fault away stands below it.
    """
    place = problem.where
    head = f"{line(str(place))}: " if place else ""
    below = 0 < _columns(sys.stderr) * 2 // 3 < cells(head)
    told = safe(problem.summary) if below else head + safe(problem.summary)
    parts = [click.style(f"{label}: ", fg="red", bold=True) + told]
    parts += [f"  {head.rstrip(': ')}"] if below else []
    if place is not None and place.text.strip():
        parts.extend(_excerpt(place.text, place.column))
    if problem.detail:
        parts.append(_indented(problem.detail))
    if problem.hint:
        parts.append(_indented(problem.hint))
    return "\n".join(parts)


def _excerpt(text: str, column: int) -> list[str]:
    """Return a line, or the part of it that the terminal has room for, and a pointer below it."""
    room = max(1, (_columns(sys.stderr) or _LONGEST_LINE) - len(_MARGIN))
    whole = len(text) <= room and cells(line(text)) <= room
    start = 0 if whole else max(0, column - 1 - room // 3)
    shown = line(text[start : start + room])
    if start + room < len(text) or cells(shown) > room:
        while cells(shown) >= room and shown:
            shown = shown[: -max(1, (cells(shown) - room) // 2)]
        shown += "…"
    return [_MARGIN + shown, f"{_MARGIN}{' ' * cells(line(text[start : column - 1]))}^"]


def _indented(text: str) -> str:
    return "\n".join(f"  {part}" for part in safe(text).splitlines())


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _json_safe(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if _hidden(found[0]) else found[0]


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
