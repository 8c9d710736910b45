"""Shape: a table knows its keys, and takes no value for another kind than it is."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from imagegen.project.shape import Part, Table


class Shelf(Table):
    boards: int = 1


@pytest.mark.parametrize("values", [{"board": 2}, {"boards": "2"}, {"boards": 2.0}])
def test_other_keys_and_other_kinds_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Shelf.model_validate(values)


@pytest.mark.parametrize("part", [0, 1, 0.25])
def test_a_part_may_be_a_whole_number(part: float) -> None:
    assert TypeAdapter(Part).validate_python(part, strict=True) == part


@pytest.mark.parametrize("part", [-0.1, 1.1, True, "0.5", float("nan")])
def test_a_part_lies_between_nothing_and_all(part: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Part).validate_python(part, strict=True)
