"""Owns what comes from outside the project file: the key, the API's address and the home.

The environment wins over `.env` beside the project file, which is read for these names only.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from imagegen import home
from imagegen.errors import Problem, Where, WrongInput
from imagegen.secret import Secret

KEY = "APIFRAME_API_KEY"
BASE_URL = "APIFRAME_BASE_URL"
HOME = home.VARIABLE

FILE = ".env"
_SIZE_LIMIT = 2**20


@dataclass(frozen=True, slots=True)
class Environment:
    """The three settings, and where key and address were found."""

    key: Secret | None
    key_source: str
    """`environment`, `.env` or an empty text."""
    base_url: str | None
    """None lets the project file decide."""
    base_url_source: str
    """`environment`, `.env` or an empty text."""
    home: Path


def read(environ: Mapping[str, str], root: Path) -> Environment:
    """Return the settings for the project in `root`; empty values count as unset.

    WrongInput when `.env` is no text, or one of the values could not be what it is meant to be.
    """
    # No interpolation: a `$` in a key is a character of the key.
    written = dotenv_values(stream=io.StringIO(_text(root / FILE)), interpolate=False)
    found = {name: environ.get(name) or written.get(name) or "" for name in (KEY, BASE_URL, HOME)}
    for name, value in found.items():
        if not value.strip().isprintable():
            raise WrongInput(_unprintable(name, root))
    sources = {
        name: "environment" if environ.get(name) else FILE if value else ""
        for name, value in found.items()
    }
    return Environment(
        key=Secret(found[KEY].strip()) if found[KEY].strip() else None,
        key_source=sources[KEY],
        base_url=found[BASE_URL].strip().rstrip("/") or None,
        base_url_source=sources[BASE_URL],
        home=home.home({HOME: found[HOME]}),
    )


def _text(file: Path) -> str:
    if not file.is_file():
        return ""
    try:
        with file.open("rb") as opened:
            data = opened.read(_SIZE_LIMIT + 1)
    except OSError as error:
        raise WrongInput(Problem(f"cannot read `{FILE}`: {error.strerror or error}")) from None
    if len(data) > _SIZE_LIMIT:
        detail = f"It has more than {_SIZE_LIMIT:,} bytes; a few lines are enough for imagegen."
        raise WrongInput(Problem(f"`{FILE}` is too large", detail, where=Where(FILE, 1, 1, "")))
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        # The line is not shown: it may hold the key.
        where = Where(FILE, before.count("\n") + 1, len(before) - before.rfind("\n"), "")
        hint = 'Save the file with the encoding "UTF-8".'
        raise WrongInput(Problem(f"`{FILE}` is not UTF-8", hint=hint, where=where)) from None


def _unprintable(name: str, root: Path) -> Problem:
    lines = _text(root / FILE).split("\n")
    line = next((number for number, text in enumerate(lines, 1) if name in text), None)
    where = Where(FILE, line, 1, "") if line else None
    detail = "It must be one line of letters that can be seen."
    return Problem(f"`{name}` has a control character", detail, where=where)
