"""Owns what comes from outside the project file: the key, the API's address and the home.

The environment wins over `.env` beside the project file, which is read for these names only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from imagegen import home
from imagegen.secret import Secret

KEY = "APIFRAME_API_KEY"
BASE_URL = "APIFRAME_BASE_URL"
HOME = home.VARIABLE


@dataclass(frozen=True, slots=True)
class Environment:
    """The three settings, and where the key was found."""

    key: Secret | None
    key_source: str
    """`environment`, `.env` or an empty text."""
    base_url: str | None
    """None lets the project file decide."""
    home: Path


def read(environ: Mapping[str, str], root: Path) -> Environment:
    """Return the settings for the project in `root`; empty values count as unset."""
    file = root / ".env"
    # No interpolation: a `$` in a key is a character of the key.
    written = dotenv_values(file, interpolate=False) if file.is_file() else {}
    found = {name: environ.get(name) or written.get(name) or "" for name in (KEY, BASE_URL, HOME)}
    source = "environment" if environ.get(KEY) else ".env" if found[KEY] else ""
    return Environment(
        key=Secret(found[KEY].strip()) if found[KEY].strip() else None,
        key_source=source,
        base_url=found[BASE_URL].strip().rstrip("/") or None,
        home=home.home({HOME: found[HOME]}),
    )
