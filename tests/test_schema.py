"""Schema: every key tells what it is for, and nothing is taken that is not of its type."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import BaseModel, ValidationError

from imagegen.project import schema
from imagegen.project.schema import Document


def tables() -> Iterator[type[BaseModel]]:
    for value in vars(schema).values():
        if isinstance(value, type) and issubclass(value, BaseModel) and value.model_fields:
            yield value


def test_every_key_is_described() -> None:
    missing = [
        f"{table.__name__}.{name}"
        for table in tables()
        for name, field in table.model_fields.items()
        if not field.description
    ]
    assert missing == []


@pytest.mark.parametrize(
    "image",
    [{"prompt": 1}, {"prompt": "x", "seed": True}, {"prompt": "x", "seed": 1.0},
     {"prompt": "x", "protect": 1}, {"prompt": "x", "references": [1]}, {"prompt": "x", "y": 1}],
)  # fmt: skip
def test_types_are_strict(image: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Document.model_validate({"images": {"hero": image}})


def test_values_are_frozen() -> None:
    document = Document.model_validate({"images": {"hero": {"prompt": "x", "references": ["a"]}}})
    assert document.images["hero"].references == ("a",)
    with pytest.raises(ValidationError):
        document.images["hero"].prompt = "y"  # type: ignore[misc]
