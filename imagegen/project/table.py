"""Owns Table: the rows that one image entry is made from, and where each stands in its file.

Pure values; `table_csv` and `table_records` read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from imagegen.project.fault import Fault, KeyPath
from imagegen.project.text import Text

ROWS_LIMIT = 10_000
COLUMNS_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the text of each plain value by column, and where it begins."""

    values: Mapping[str, str]
    line: int
    """Line of the file, from 1; 0 when only `path` is known."""
    column: int = 1
    cells: tuple[str, ...] = ()
    """In a CSV file, the names of the columns in order: where a value stands can be found."""
    path: KeyPath = ()
    """In a TOML file, the key path of the row."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one file, in its order."""

    text: Text
    columns: tuple[str, ...]
    """Every column that a template can name, in order of appearance."""
    rows: tuple[Row, ...]
    delimiter: str = ","

    def fault(
        self,
        row: Row,
        summary: str,
        detail: str = "",
        hint: str = "",
        *,
        column: str | None = None,
        at: Literal["key", "value"] = "value",
    ) -> Fault:
        """Return a fault of a row, or of its value in `column`."""
        if row.path:
            loc = row.path if column is None else (*row.path, column)
            return Fault(loc, summary, detail, hint, at, beside=self.text)
        place = row.column
        if column in row.cells:
            place = self._start(row, row.cells.index(column)) or place
        return Fault((), summary, detail, hint, where=self.text.where(row.line, place))

    def place(self, row: Row) -> str:
        """Return where a row stands, in words for a message about another one."""
        if row.path:
            return f"entry {int(row.path[-1]) + 1} of {self.text.shown}"
        return f"{self.text.shown}:{row.line}"

    def _start(self, row: Row, index: int) -> int | None:
        """Return the column in which a cell begins; None when it begins on a later line."""
        line = self.text.where(row.line).text
        return cell_start(line, index, self.delimiter)


def cell_start(line: str, index: int, delimiter: str) -> int | None:
    """Return the column, from 1, in which cell `index` of a CSV line begins, if it does there."""
    place = 0
    for _ in range(index):
        if line.startswith('"', place):
            place += 1
            while (end := line.find('"', place)) >= 0 and line.startswith('""', end):
                place = end + 2
            if end < 0:
                return None
            place = end
        place = line.find(delimiter, place) + 1
        if place == 0:
            return None
    return place + 1
