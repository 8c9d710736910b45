"""Tables of objects: JSON lists and TOML arrays of tables are rows, with their places."""

from __future__ import annotations

import pytest

from imagegen.project.fault import Fault
from imagegen.project.table import Table
from imagegen.project.table_records import read_json, read_toml
from imagegen.project.text import Text


def json_table(content: str) -> Table | list[Fault]:
    return read_json(Text("p.json", "p.json", content))


def toml_table(content: str) -> Table | list[Fault]:
    return read_toml(Text("p.toml", "p.toml", content, form="toml"))


JSON = """[
  {"sku": "a1", "n": 3, "x": [1]},
  {"sku": "b2", "on": true, "gone": null}
]"""
TOML = "title = 'x'\n[[rows]]\nsku = 'a1'\nn = 3\n[[rows]]\nsku = 'b2'\non = true\n"


def test_plain_values_of_objects_are_columns() -> None:
    found = json_table(JSON)
    assert isinstance(found, Table)
    assert found.columns == ("sku", "n", "on", "gone")
    assert [dict(row.values) for row in found.rows] == [
        {"sku": "a1", "n": "3"},
        {"sku": "b2", "on": "true", "gone": ""},
    ]
    assert [(row.line, row.column) for row in found.rows] == [(2, 3), (3, 3)]
    other = toml_table(TOML)
    assert isinstance(other, Table)
    assert [row.path for row in other.rows] == [("rows", 0), ("rows", 1)]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ('[{"a": 1}\n {"a": 2}]', "p.json:2:2 A comma or `]` is missing."),
        ('[{"a": 1}', "p.json:1:10 A comma or `]` is missing."),
        ('[{"a": 1}] x', "p.json:1:12 Something stands behind the list."),
        ('[\n{"a": NaN}]', "p.json:2:1 NaN is no JSON value."),
        ('[\n{"a": 1, "a": 2}]', "p.json:2:1 The key `a` is written twice."),
        (
            '[\n{"a": "\\ud800"}]',
            "p.json:2:1 A character beyond U+FFFF is written as two escapes; one is missing.",
        ),
        ('[{"a": ' + "[" * 100_000, "p.json:1:2 This entry cannot be read."),
        ('[{"a": ' + "9" * 10_000 + "}]", "p.json:1:2 This entry cannot be read."),
    ],
)
def test_broken_json_is_told_at_its_place(content: str, wanted: str) -> None:
    found = json_table(content)
    assert isinstance(found, list)
    assert [f"{one.where} {one.detail}" for one in found] == [wanted]


def test_json_that_is_no_list_is_not_called_broken() -> None:
    [fault] = json_table('\n {"a": 1}')
    assert f"{fault.where} {fault.summary}" == "p.json:2:2 a table must be a list of objects"


def test_an_entry_that_is_no_object_and_an_empty_list_are_told() -> None:
    [fault] = json_table('[{"a": 1},\n 2]')
    assert (fault.summary, str(fault.where)) == (
        "each entry of this table must be an object",
        "p.json:2:2",
    )
    [fault] = json_table("[]")
    assert fault.summary == "this table has no rows"


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("", "here there is none"),
        ("a = 1", "here there is none"),
        ("[[a]]\nx=1\n[[b]]\nx=1\n", "here there is several: `a`, `b`"),
    ],
)
def test_a_toml_file_must_hold_one_array_of_tables(content: str, wanted: str) -> None:
    [fault] = toml_table(content)
    assert wanted in fault.detail


def test_too_many_rows_are_refused_before_they_are_parsed() -> None:
    [fault] = toml_table("[[r]]\na=1\n" * 10_001)
    assert (fault.summary, str(fault.where)) == (
        "more than 10,000 rows in one table",
        "p.toml:20001:1",
    )
    [fault] = json_table("[" + "{}," * 10_001 + "{}]")
    assert fault.summary == "more than 10,000 rows in one table"


def test_broken_toml_is_told_as_that_of_a_table() -> None:
    [fault] = toml_table("[[r]]\na = \n")
    assert (fault.summary, str(fault.where)) == ("the table is not valid TOML", "p.toml:2:5")
