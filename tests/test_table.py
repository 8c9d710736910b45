"""Table: a fault of a row points into its file, at the very cell if only one plays a part."""

from __future__ import annotations

import pytest

from imagegen.project.table import Row, Table, cell_start
from imagegen.project.text import Text


@pytest.mark.parametrize(
    ("line", "index", "wanted"),
    [
        ("a,b,c", 0, 1), ("a,b,c", 2, 5), ('"a,b",c', 1, 7), ('"a""b,",c', 1, 9),
        ("a", 1, None), ('"open,b', 1, None), ("", 0, 1), (",,", 2, 3),
    ],
)  # fmt: skip
def test_the_start_of_a_cell_is_found(line: str, index: int, wanted: int | None) -> None:
    assert cell_start(line, index, ",") == wanted


def test_a_fault_of_a_csv_row_points_at_its_cell() -> None:
    text = Text("p.csv", "p.csv", "sku,size\na1,9MP\n")
    table = Table(text, ("sku", "size"), ())
    row = Row({}, 2, cells=("sku", "size"))
    assert str(table.fault(row, "wrong", column="size").where) == "p.csv:2:4"
    assert str(table.fault(row, "wrong").where) == "p.csv:2:1"
    assert table.place(row) == "p.csv:2"


def test_a_fault_of_a_toml_row_is_a_key_path_in_that_file() -> None:
    text = Text("p.toml", "p.toml", "", form="toml")
    row = Row({}, 0, path=("rows", 3))
    fault = Table(text, (), ()).fault(row, "wrong", column="size")
    assert (fault.loc, fault.beside) == (("rows", 3, "size"), text)
    assert Table(text, (), ()).place(row) == "entry 4 of p.toml"
