"""The shape of what a site takes: defaults, keys as people write them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from imagegen.project.site_schema import DeriveTable, PublishTable, TextTable


def test_the_neutral_manifest_is_called_json() -> None:
    table = PublishTable.model_validate({"json": "images.json"})
    assert (table.neutral, table.writes) == ("images.json", True)
    assert not PublishTable().writes
    with pytest.raises(ValidationError):
        PublishTable.model_validate({"neutral": "images.json"})


def test_what_is_not_said_of_derivatives_is_left_to_others() -> None:
    assert set(DeriveTable().model_dump().values()) == {None}


def test_a_text_needs_words_and_a_font_and_nothing_else() -> None:
    text = TextTable.model_validate({"text": "Sale", "font": "a.ttf"})
    assert (text.box, text.fit, text.align) == ((0, 0, 1, 1), "shrink", "start")
    for lacking in ({"text": "Sale"}, {"font": "a.ttf"}):
        with pytest.raises(ValidationError):
            TextTable.model_validate(lacking)
