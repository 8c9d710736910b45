"""Slugs: values become names that every system takes, and different ones stay different."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen.project.slug import path_slug, slug


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("black", "black"),
        ("Off White", "off-white"),
        ("Crème brûlée, groß", "creme-brulee-gross"),
        ("Smørrebrød & Æbler", "smorrebrod-aebler"),
        ("AB_12.5/x", "ab_12.5-x"),
        ("  --a--  ", "a"),
        ("..", ""),
        ("", ""),
        ("🎉", ""),
    ],
)
def test_a_value_becomes_plain_ascii(text: str, wanted: str) -> None:
    assert slug(text) == wanted


def test_letters_without_an_ascii_form_stay_apart() -> None:
    assert len({slug(text) for text in ("日本", "中国", "кружка", "чашка", "mug 日本")}) == 5
    assert slug("mug 日本").startswith("mug-")


@given(st.text())
def test_a_slug_is_a_name_or_nothing_and_its_own_slug(text: str) -> None:
    found = slug(text)
    assert re.fullmatch(r"([a-z0-9]([a-z0-9._-]*[a-z0-9])?)?", found)
    assert slug(found) == found


def test_a_path_keeps_its_folders_and_leads_nowhere_else() -> None:
    assert path_slug("Posts/Hello World") == "posts/hello-world"
    assert path_slug("/../../etc//passwd") == "etc/passwd"
