"""Owns Page: a Markdown file with front matter, and the variables that it brings.

Front matter belongs to the site: what does not name a picture is not judged.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from imagegen.project import front_matter
from imagegen.project.fault import Fault
from imagegen.project.front_matter import SIZE_LIMIT, Broken, Unended
from imagegen.project.text import Text
from imagegen.project.texts import Texts, Unread
from imagegen.project.variable import is_name, plain_text

_MOSTLY_ENOUGH = 4095
"""Bytes of a page that are read first; few have more front matter."""

_INDEX = ("index", "_index")
"""File names that stand for their folder."""


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file, as far as it speaks of itself."""

    text: Text
    """Its front matter."""
    values: Mapping[str, object]
    variables: dict[str, str]
    """Plain values of the front matter by key, with `path` and `slug`."""


def read(texts: Texts, path: str, start: str, word: str) -> Page | Fault | None:
    """Return the page at `path`, what is wrong with it, or None when it never says `word`.

    `start` is the folder that its own path begins below.
    """
    try:
        found = _split(texts, path, word)
        if found is None:
            return None
        form, inner, line = found
        text = replace(texts.decoded(path, inner, line), form=form)
        values = front_matter.read(text)
    except Unread as bad:
        loc = () if bad.where else ("content", "files")
        return Fault(loc, bad.summary, bad.detail, bad.hint, where=bad.where)
    except Broken as broken:
        return broken.fault
    return Page(text, values, _variables(values, path, start))


def _split(texts: Texts, path: str, word: str) -> tuple[str, bytes, int] | None:
    """Return form, bytes and first line of the front matter, if there is some that says `word`."""
    data = texts.head(path, _MOSTLY_ENOUGH)
    try:
        try:
            found = front_matter.split(data)
        except Unended:
            data = texts.head(path, SIZE_LIMIT) if len(data) > _MOSTLY_ENOUGH else data
            found = front_matter.split(data)
    except Unended as bad:
        if word.encode() not in bad.data:
            return None
        where = texts.decoded(path, bad.opening.encode()).where(1)
        if len(data) > SIZE_LIMIT:
            detail = f"It has at most {SIZE_LIMIT:,} bytes, up to its closing `{bad.closing}`."
            fault = Fault((), "the front matter is too long", detail, where=where)
        else:
            hint = f"write `{bad.closing}` on a line of its own behind it"
            fault = Fault((), "the front matter has no end", hint=hint, where=where)
        raise Broken(fault) from None
    return found if found is not None and word.encode() in found[1] else None


def _variables(values: Mapping[str, object], path: str, start: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, datetime.date | datetime.time):
            value = value.isoformat()
        text = plain_text(value)
        if text is not None and is_name(key):
            found[key] = text
    # A name on disk may hold bytes that no text can.
    own = os.fsencode(_own_path(path, start)).decode(errors="replace")
    found["path"] = own
    found.setdefault("slug", own.rpartition("/")[2])
    return found


def _own_path(path: str, start: str) -> str:
    """Return the path of a page as sites have it: without extension, an index as its folder."""
    below = path.removeprefix(f"{start}/") if start else path
    folder, _, name = below.rpartition("/")
    stem = name.rpartition(".")[0] or name
    if stem in _INDEX:
        return folder or start.rpartition("/")[2] or stem
    return f"{folder}/{stem}" if folder else stem
