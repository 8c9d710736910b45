"""Owns CSV tables: from a text with a header line to rows, every slip at its line.

Commas, semicolons or tabs, whichever the header has most of; quotes as spreadsheets write them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from imagegen.project.fault import Fault
from imagegen.project.table import COLUMNS_LIMIT, ROWS_LIMIT, Row, Table, cell_start
from imagegen.project.text import Text
from imagegen.project.variable import TEXT_LIMIT, is_name
from imagegen.project.wording import quoted

_LONG = re.compile(r"[^\n]{1000001}")
"""A line that no table needs: all columns as long as they may be."""

_QUOTED = re.compile(r'"[^"\n]*"')

_SAID = re.compile(r"sep=([,;\t])\n", re.IGNORECASE)
"""A first line by which a spreadsheet says what separates the values."""

_ENOUGH = 100
"""Faults after which the rest of a table is not looked at."""


@dataclass(eq=False)
class _BadRecord(Exception):
    """A record that cannot be read; it begins in this line."""

    line: int
    message: str


def read(text: Text) -> Table | list[Fault]:
    """Return the rows of a CSV file, or what is wrong with it."""
    delimiter = _delimiter(text)
    long = _LONG.search(text.content)
    if long is not None:
        return [Fault((), "this line is too long for a table", where=text.at(long.start()))]
    lines = _records(text, delimiter)
    faults: list[Fault] = []
    rows: list[Row] = []
    header: tuple[str, ...] = ()
    try:
        first = next(islice(lines, 1 if _SAID.match(text.content) else 0, None), None)
        if first is None:
            return [_at(text, 1, "this table is empty", "A table begins with a line of columns.")]
        header = tuple(name.strip() for name in first[1])
        faults += _header_faults(text, header, first[0], delimiter)
        if faults:
            return faults
        for line, cells in lines:
            if len(rows) == ROWS_LIMIT:
                return [_at(text, line, f"more than {ROWS_LIMIT:,} rows in one table")]
            faults += _row_faults(text, header, line, cells)
            if len(faults) >= _ENOUGH:
                break
            values = {
                name: cell for name, cell in zip(header, cells, strict=False) if is_name(name)
            }
            rows.append(Row(values, line, cells=header))
    except _BadRecord as bad:
        faults.append(_broken(text, bad))
    if faults:
        return faults
    if not rows:
        return [_at(text, 1, "this table has no rows", "Below the line of columns stands nothing.")]
    return Table(text, tuple(filter(is_name, header)), tuple(rows), delimiter)


def _records(text: Text, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not blank, with the line in which it begins."""
    # Lines are split where every other reader of the file splits them.
    reader = csv.reader(io.StringIO(text.content, newline="\n"), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _BadRecord(begins, str(error)) from None


def _delimiter(text: Text) -> str:
    said = _SAID.match(text.content)
    if said:
        return said[1]
    if text.path.lower().endswith(".tsv"):
        return "\t"
    header = _QUOTED.sub("", text.content.lstrip("\n").partition("\n")[0])
    # A semicolon or tab separates even where a name holds a comma: `sku;price, EUR`.
    mark = max("\t;,", key=header.count)
    return mark if mark in header else ","


def _header_faults(text: Text, header: tuple[str, ...], line: int, delimiter: str) -> list[Fault]:
    if len(header) > COLUMNS_LIMIT:
        return [_at(text, line, f"more than {COLUMNS_LIMIT} columns", f"There are {len(header)}.")]
    faults = []
    for index, name in enumerate(header):
        if name and name in header[:index]:
            column = cell_start(text.where(line).text, index, delimiter)
            summary = f"two columns are called {quoted(name)}"
            faults.append(Fault((), summary, where=text.where(line, column or 1)))
    return faults


def _row_faults(text: Text, header: tuple[str, ...], line: int, cells: list[str]) -> list[Fault]:
    long = next(
        (name for name, cell in zip(header, cells, strict=False) if len(cell) > TEXT_LIMIT), None
    )
    if long is not None:
        detail = f"A value has at most {TEXT_LIMIT:,} characters."
        return [_at(text, line, f"{quoted(long)} is too long in this row", detail)]
    if len(cells) == len(header):
        return []
    kind = "few" if len(cells) < len(header) else "many"
    detail = f"It has {len(cells)}; the first line names {len(header)} columns."
    hint = "" if kind == "few" else 'a value that holds the separator stands in quotes: "a, b"'
    return [_at(text, line, f"this row has too {kind} fields", detail, hint)]


def _broken(text: Text, bad: _BadRecord) -> Fault:
    message = bad.message
    if "unexpected end" in message:
        detail = "A value that begins with a quote has no closing one; the file ends before it."
    elif "expected after" in message:
        detail = 'A quote inside a quoted value is written twice: "5"" wide".'
    elif "new-line character" in message:
        detail = "A carriage return stands alone; save the file with the usual line ends."
    elif "field larger" in message:
        detail = f"A value has at most {TEXT_LIMIT:,} characters; perhaps a quote is not closed."
    else:
        detail = f"{message[:1].upper()}{message[1:]}."
    return _at(text, bad.line, f"`{text.path}` is not valid CSV from this row on", detail)


def _at(text: Text, line: int, summary: str, detail: str = "", hint: str = "") -> Fault:
    return Fault((), summary, detail, hint, where=text.where(line))
