"""CSV tables: what spreadsheets write is read, and every slip is told at its line."""

from __future__ import annotations

import pytest

from imagegen.project.table import Table
from imagegen.project.table_csv import read
from imagegen.project.text import Text


def rows(content: str, name: str = "p.csv") -> list[dict[str, str]]:
    found = read(Text(name, name, content))
    assert isinstance(found, Table), found
    return [dict(row.values) for row in found.rows]


def faults(content: str) -> list[str]:
    found = read(Text("p.csv", "p.csv", content))
    assert isinstance(found, list)
    return [f"{one.where and str(one.where)[6:]} {one.summary}" for one in found]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("sku,title\na1,A mug\n", "p.csv"),
        ("sku;title\na1;A mug", "p.csv"),
        ("sku\ttitle\na1\tA mug\n", "p.tsv"),
        ("sku;title;price, EUR\na1;A mug;3,50", "p.csv"),
        ('"price, gross, EUR";sku;title\n"3,50";a1;A mug', "p.csv"),
        ("sep=;\nsku;title\na1;A mug\n", "p.csv"),
        ('"sku", title \n"a1","A mug"\n\n', "p.csv"),
        ("sku,title,,not a name\na1,A mug,,x\n", "p.csv"),
    ],
)
def test_the_ways_of_spreadsheets_are_one(content: str, name: str) -> None:
    assert rows(content, name) == [{"sku": "a1", "title": "A mug"}]


def test_quoted_fields_hold_commas_quotes_and_line_ends() -> None:
    assert rows('a,b\n"x, ""y""","1\n2"\nz,') == [{"a": 'x, "y"', "b": "1\n2"}, {"a": "z", "b": ""}]


def test_a_row_knows_the_line_in_which_it_begins() -> None:
    found = read(Text("p.csv", "p.csv", 'a\n"1\n2"\n\nx\n'))
    assert isinstance(found, Table)
    assert [row.line for row in found.rows] == [2, 5]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("", "1:1 this table is empty"),
        ("\n\n", "1:1 this table is empty"),
        ("a,b\n", "1:1 this table has no rows"),
        ("a,b,a\n1,2,3\n", "1:5 two columns are called `a`"),
        ("a,b\n1\n", "2:1 this row has too few fields"),
        ("a,b\n1,2\n1,2,3\n", "3:1 this row has too many fields"),
        ('a,b\n1,2\n"x,2\n', "3:1 `p.csv` is not valid CSV from this row on"),
        ('a,b\n"x"y,2\n', "2:1 `p.csv` is not valid CSV from this row on"),
        (f"a\n{'x' * 10_001}\n", "2:1 `a` is too long in this row"),
        ("x\n" * 10_002, "10002:1 more than 10,000 rows in one table"),
        (",".join("abcde" for _ in range(101)), "1:1 more than 100 columns"),
        ("a\n" + "," * 1_000_002, "2:1 this line is too long for a table"),
    ],
)
def test_a_slip_is_told_at_its_line(content: str, wanted: str) -> None:
    assert faults(content) == [wanted]


def test_all_wrong_rows_are_told_at_once_within_reason() -> None:
    assert len(faults("a,b\n1\n2\n")) == 2
    assert len(faults("a,b\n" + "1\n" * 9000)) == 100
