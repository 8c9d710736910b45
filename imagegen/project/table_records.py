"""Owns tables that are lists of objects: JSON, and TOML with one array of tables.

An object's plain values are its columns; others cannot be filled in and are left out. Rows need
not have the same keys: a template that asks for one that is not there is told so at the row.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from imagegen.project import syntax
from imagegen.project.fault import Fault
from imagegen.project.table import COLUMNS_LIMIT, ROWS_LIMIT, Row, Table
from imagegen.project.text import Text
from imagegen.project.variable import is_name, plain_text
from imagegen.project.wording import quoted

_HEADER = re.compile(r"^[ \t]*\[\[", re.MULTILINE)
_HALF = re.compile(r"[\ud800-\udfff]")
"""What an escape in JSON can name although no text can hold it."""

_EXAMPLE = '[\n  { "sku": "a1", "title": "A mug" }\n]'


class _Place:
    """Line and column of one offset after the other; from the start each time is quadratic."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._offset, self._line, self._begin = 0, 1, 0

    def move(self, offset: int) -> tuple[int, int]:
        """Return the place of a character behind the last one that was asked for."""
        self._line += self._text.count("\n", self._offset, offset)
        self._begin = max(self._begin, self._text.rfind("\n", self._offset, offset) + 1)
        self._offset = offset
        return self._line, offset - self._begin + 1


@dataclass(eq=False)
class _NoList(Exception):
    """The text does not begin as a list does."""

    offset: int


class _Twice(Exception):
    """An object has a key twice."""


def read_json(text: Text) -> Table | list[Fault]:
    """Return the rows of a JSON file that holds a list of objects, or what is wrong with it."""
    rows: list[Row] = []
    place = _Place(text.content)
    try:
        for offset, value in _elements(text.content):
            line, column = place.move(offset)
            if not isinstance(value, dict):
                summary = "each entry of this table must be an object"
                return [Fault((), summary, hint=_EXAMPLE, where=text.at(offset))]
            if len(rows) == ROWS_LIMIT:
                summary = f"more than {ROWS_LIMIT:,} rows in one table"
                return [Fault((), summary, where=text.at(offset))]
            if len(value) > COLUMNS_LIMIT:
                summary = f"more than {COLUMNS_LIMIT} columns"
                return [Fault((), summary, where=text.at(offset))]
            values = _plain(value)
            half = next((key for key, words in values.items() if _HALF.search(words)), None)
            if half is not None:
                detail = "A character beyond U+FFFF is written as two escapes; one is missing."
                summary = f"{quoted(half)} holds half of a character"
                return [Fault((), summary, detail, where=text.at(offset))]
            rows.append(Row(values, line, column))
    except _NoList as bad:
        where = text.at(bad.offset)
        return [Fault((), "a table must be a list of objects", hint=_EXAMPLE, where=where)]
    except json.JSONDecodeError as error:
        detail = f"{error.msg[:1].upper()}{error.msg[1:]}."
        return [Fault((), f"`{text.path}` is not valid JSON", detail, where=text.at(error.pos))]
    return _table(text, rows)


def read_toml(text: Text) -> Table | list[Fault]:
    """Return the rows of a TOML file that holds one array of tables, or what is wrong with it."""
    headers = _HEADER.finditer(text.content)
    beyond = next(islice(headers, ROWS_LIMIT, None), None)
    if beyond is not None:
        summary = f"more than {ROWS_LIMIT:,} rows in one table"
        return [Fault((), summary, where=text.at(beyond.start()))]
    try:
        values = syntax.read(text.content, name="table")
    except syntax.Unreadable as bad:
        where = text.where(bad.line, bad.column)
        return [Fault((), bad.summary, bad.detail, bad.hint, where=where)]
    arrays = {
        key: value
        for key, value in values.items()
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
    }
    if len(arrays) != 1:
        found = "none" if not arrays else "several: " + ", ".join(map(quoted, list(arrays)[:5]))
        detail = f"A TOML table is one array of tables; here there is {found}."
        hint = '[[rows]]\nsku = "a1"\ntitle = "A mug"'
        return [Fault((), "this file is not one table", detail, hint, where=text.where(1))]
    [(key, items)] = arrays.items()
    wide = next((n for n, item in enumerate(items) if len(item) > COLUMNS_LIMIT), None)
    if wide is not None:
        return [Fault((key, wide), f"more than {COLUMNS_LIMIT} columns", at="key", beside=text)]
    rows = [Row(_plain(item), 0, path=(key, number)) for number, item in enumerate(items)]
    return _table(text, rows)


def _elements(text: str) -> Iterator[tuple[int, object]]:
    """Yield the elements of the list that a JSON text holds, each with its offset."""
    decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number)
    end = _skip(text, 0)
    if not text.startswith("[", end):
        raise _NoList(end)
    end = _skip(text, end + 1)
    while not text.startswith("]", end):
        start = end
        try:
            value, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError:
            raise
        except (RecursionError, ValueError, _Twice) as error:
            words = str(error) if isinstance(error, _Twice) else "this entry cannot be read"
            raise json.JSONDecodeError(words, text, start) from None
        yield start, value
        end = _skip(text, end)
        if text.startswith(",", end):
            end = _skip(text, end + 1)
        elif not text.startswith("]", end):
            raise json.JSONDecodeError("a comma or `]` is missing", text, min(end, len(text)))
    rest = _skip(text, end + 1)
    if rest < len(text):
        raise json.JSONDecodeError("something stands behind the list", text, rest)


def _skip(text: str, start: int) -> int:
    """Return the offset of the next character that is no white space."""
    while start < len(text) and text[start] in " \t\r\n":
        start += 1
    return start


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = counts.most_common(1)[0][0]
        raise _Twice(f"the key {quoted(twice)} is written twice")
    return made


def _no_number(word: str) -> object:
    raise _Twice(f"{word} is no JSON value")


def _plain(item: Mapping[str, object]) -> dict[str, str]:
    """Return what templates can fill in; nothing, as in an empty field, is an empty text."""
    texts = ((key, "" if value is None else plain_text(value)) for key, value in item.items())
    return {key: text for key, text in texts if text is not None and is_name(key)}


def _table(text: Text, rows: list[Row]) -> Table | list[Fault]:
    if not rows:
        return [Fault((), "this table has no rows", where=text.where(1))]
    return Table(text, tuple(_columns(rows)), tuple(rows))


def _columns(rows: Iterable[Row]) -> dict[str, None]:
    return dict.fromkeys(name for row in rows for name in row.values)
