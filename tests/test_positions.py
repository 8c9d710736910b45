"""Positions: every key and value of a document has its line and column, in characters."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from imagegen.project.fault import Fault, KeyPath
from imagegen.project.outputs import Clash
from imagegen.project.positions import locate

TEXT = """\
top.dotted = 1
[images."é.x"]
"ü" = { a = "é", b.c = [1, { z = 2 }] } # comment
list = [ # comment
  1,
  # comment
  "b" ]
[[many]]
[[many]]
[many.below]
day = 1979-05-27
"""


def place(loc: KeyPath, at: str = "value") -> tuple[int, int]:
    (problem,) = locate([Fault(loc, "x", at="key" if at == "key" else "value")], TEXT, "f")
    assert problem.where is not None
    return problem.where.line, problem.where.column


def test_values_and_keys_have_their_places() -> None:
    assert place(("top", "dotted")) == (1, 14)
    assert place(("top", "dotted"), "key") == (1, 5)
    assert place(("images", "é.x", "ü", "a")) == (3, 13)
    assert place(("images", "é.x", "ü", "b", "c", 1, "z")) == (3, 34)
    assert place(("images", "é.x", "list", 1)) == (7, 3)
    assert place(("many", 1, "below", "day")) == (11, 7)


def test_what_is_not_written_is_shown_at_what_lacks_it() -> None:
    assert place(("images", "é.x", "prompt"), "key") == (2, 9)
    assert place(("many", 1), "key") == (9, 3)
    assert place(("nowhere",)) == (1, 1)
    assert place(()) == (1, 1)


def test_problems_come_in_reading_order_with_their_line() -> None:
    faults = [Fault(("many", 0), "second"), Fault(("images", "é.x", "ü"), "first")]
    problems = locate(faults, TEXT.replace("\n", "\r\n"), "dir/imagegen.toml")
    assert [problem.summary for problem in problems] == ["first", "second"]
    assert str(problems[0].where) == "dir/imagegen.toml:3:7"
    assert problems[0].where is not None
    assert problems[0].where.text.endswith("# comment")


def test_a_clash_names_the_other_line() -> None:
    clash = Clash(("many",), "two of one", "`a` has it", other=("images", "é.x"))
    (problem,) = locate([clash], TEXT, "f")
    assert problem.detail == "`a` has it, on line 2."


def leaves(value: object, loc: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*loc, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*loc, index))
    else:
        yield loc, value


SCALARS = st.integers() | st.booleans() | st.text(max_size=8) | st.dates()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


@given(document=st.dictionaries(st.text(max_size=5), VALUES, max_size=5))
def test_every_value_of_any_document_is_found(document: dict[str, object]) -> None:
    text = tomli_w.dumps(document)
    lines = text.split("\n")
    for loc, value in leaves(document):
        (problem,) = locate([Fault(loc, "x")], text, "f")
        assert problem.where is not None
        if problem.where.text == lines[problem.where.line - 1][:2000] and "\n" not in str(value):
            found = lines[problem.where.line - 1][problem.where.column - 1 :]
            assert found.startswith(tomli_w.dumps({"k": value}).removeprefix("k = ").rstrip("\n"))
        assert tomllib.loads(text) == document
