"""Table files: the extension says what a table is, and a bad path is told where it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagegen.project.fault import Fault
from imagegen.project.table import Table
from imagegen.project.table_file import Tables
from imagegen.project.texts import Texts

LOC = ("images", "p", "table")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.csv", "sku\na1\n"),
        ("p.TSV", "sku\na1\n"),
        ("p.json", '[{"sku": "a1"}]'),
        ("p.toml", '[[rows]]\nsku = "a1"\n'),
    ],
)
def test_four_kinds_of_table_are_read(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    found = Tables(Texts(tmp_path, Path())).read(name, LOC)
    assert isinstance(found, Table)
    assert [dict(row.values) for row in found.rows] == [{"sku": "a1"}]


@pytest.mark.parametrize("path", ["none.csv", "../p.csv", "/etc/p.csv", "p.xlsx", "p", ""])
def test_a_path_that_is_no_table_is_told_at_the_entry(path: str, tmp_path: Path) -> None:
    found = Tables(Texts(tmp_path, Path())).read(path, LOC)
    assert isinstance(found, list)
    [fault] = found
    assert isinstance(fault, Fault)
    assert (fault.loc, fault.where) == (LOC, None)


def test_a_fault_in_a_table_of_two_entries_is_one_fault(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("")
    tables = Tables(Texts(tmp_path, Path()))
    first, second = (tables.read("p.csv", ("images", name, "table")) for name in "ab")
    assert first == second
