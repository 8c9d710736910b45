"""Locales: a language tag names a language that there is."""

from __future__ import annotations

from pathlib import Path

import pytest
from loading import told
from pydantic import TypeAdapter, ValidationError

from imagegen.errors import WrongInput
from imagegen.project.load import load
from imagegen.project.locales import Locale
from imagegen.project.site_schema import Localized

IMAGE = '[images.cup]\nprompt = "a cup"\n'


@pytest.mark.parametrize("tag", ["de", "pt-BR", "zh-Hans-CN", "gsw", "es-419", "se", "KR", "iw"])
def test_a_locale_is_a_language_tag(tag: str) -> None:
    assert TypeAdapter(Locale).validate_python(tag) == tag


@pytest.mark.parametrize("tag", ["", "d", "de_DE", "de-", "../de", "de\n", "de-äö", "deutsch"])
def test_what_is_no_language_tag_is_refused(tag: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Localized).validate_python({tag: "x"})


@pytest.mark.parametrize(
    "tag, hint",
    [
        ("jp", "did you mean `ja`?"),
        ("cn-Hans", "did you mean `zh-Hans`?"),
        ("GR", "did you mean `el`?"),
        ("dk", "did you mean `da`?"),
        ("cz", "did you mean `cs`?"),
        ("qq", "a tag begins with a language, such as `de` or `pt-BR`"),
    ],
)
def test_a_country_is_no_language(tmp_path: Path, tag: str, hint: str) -> None:
    said = f'alt = {{ en = "a", {tag} = "b" }}\n'
    project = f'[project]\nlocale = "{tag}"\n'
    places = told(tmp_path, project + IMAGE + said)
    assert places == [
        f"imagegen.toml:2:10: `{tag}` is no language",
        f"imagegen.toml:5:19: `{tag}` is no language",
    ]
    with pytest.raises(WrongInput) as caught:
        load(tmp_path / "imagegen.toml")
    assert {problem.hint for problem in caught.value.problems} == {hint}
