"""Owns the step from the path of a table to its rows; the extension says what kind it is.

Each file is read once, however many entries are made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from imagegen.project import table_csv, table_records
from imagegen.project.fault import Fault, KeyPath
from imagegen.project.paths import path_fault
from imagegen.project.syntax import SIZE_LIMIT as TOML_LIMIT
from imagegen.project.table import Table
from imagegen.project.text import Text
from imagegen.project.texts import SIZE_LIMIT, Texts, Unread
from imagegen.project.wording import quoted

_READERS: Mapping[str, Callable[[Text], Table | list[Fault]]] = {
    ".csv": table_csv.read,
    ".tsv": table_csv.read,
    ".json": table_records.read_json,
    ".toml": table_records.read_toml,
}


@dataclass(slots=True)
class Tables:
    """The tables of one project."""

    texts: Texts
    _found: dict[str, Table | list[Fault]] = field(default_factory=dict)

    def read(self, path: str, loc: KeyPath) -> Table | list[Fault]:
        """Return the table at `path`, which stands at `loc`, or what is wrong with it."""
        if path not in self._found:
            self._found[path] = self._read(path)
        found = self._found[path]
        if isinstance(found, Table):
            return found
        # A fault inside the file is the same one for all entries, and so is told once.
        return [one if one.where or one.loc else replace(one, loc=loc) for one in found]

    def _read(self, path: str) -> Table | list[Fault]:
        fault = path_fault(path, ())
        if fault is not None:
            return [fault]
        kind = f".{path.rpartition('.')[2].lower()}"
        if kind not in _READERS:
            detail = "A table ends in `.csv`, `.tsv`, `.json` or `.toml`."
            return [Fault((), f"{quoted(path)} is no kind of table that is known", detail)]
        try:
            text = self.texts.text(path, TOML_LIMIT if kind == ".toml" else SIZE_LIMIT)
        except Unread as bad:
            return [Fault((), bad.summary, bad.detail, bad.hint, where=bad.where)]
        return _READERS[kind](replace(text, form="toml") if kind == ".toml" else text)
