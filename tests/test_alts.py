"""Alt texts: one for all readers or one for each locale, never a half-filled template."""

from __future__ import annotations

from pathlib import Path

import pytest
from loading import targets, told

IMAGE = '[images.a]\nprompt = "a desk"\n'


def alts(folder: Path, text: str, name: str = "a") -> tuple[str | None, dict[str, str]]:
    one = targets(folder, text)[name]
    assert list(one.alts) == sorted(one.alts)
    return one.alt, dict(one.alts)


def test_one_text_is_for_all_readers(tmp_path: Path) -> None:
    assert alts(tmp_path, IMAGE) == (None, {})
    assert alts(tmp_path, IMAGE + 'alt = "A desk"') == ("A desk", {})
    assert alts(tmp_path, IMAGE + 'alt = ""') == ("", {})


@pytest.mark.parametrize(
    "project, stands_for_all", [("", "Ein Tisch"), ("en", "A desk"), ("fr", "Ein Tisch")]
)
def test_that_of_the_project_stands_for_all_or_else_the_first(
    tmp_path: Path, project: str, stands_for_all: str
) -> None:
    said = 'alt = { de = "Ein Tisch", en = "A desk" }'
    settings = f'[project]\nlocale = "{project}"\n' if project else ""
    found = alts(tmp_path, settings + IMAGE + said)
    assert found == (stands_for_all, {"de": "Ein Tisch", "en": "A desk"})


def test_variables_are_filled_in_for_every_locale(tmp_path: Path) -> None:
    image = '[images.a]\nmatrix = { who = ["Ann"] }\nprompt = "{who}"\n'
    lone = image + 'alt = { en = "{who}!", de = "{who" }'
    assert told(tmp_path, lone) == ["imagegen.toml:4:29: a `{` that belongs to no variable"]
    found = alts(tmp_path, lone.replace('"{who"', '"{{who}}"'), "a-ann")
    assert found == ("Ann!", {"en": "Ann!", "de": "{who}"})


def test_what_is_wrong_is_told_at_its_locale(tmp_path: Path) -> None:
    text = (
        '[vars]\nlong = "'
        + "x" * 1500
        + '"\n'
        + IMAGE
        + 'alt = { en = "{long}{long}", de = "{nope}" }\n'
    )
    found = told(tmp_path, text)
    assert found == [
        "imagegen.toml:5:14: this alt text is too long",
        "imagegen.toml:5:35: unknown variable `nope`",
    ]


def test_a_row_is_told_when_its_values_are_wrong(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("sku,title\na," + "x" * 3000 + "\n")
    text = (
        '[images.a]\ntable = "rows.csv"\nname = "{sku}"\nprompt = "x"\nalt = { en = "{title}" }\n'
    )
    assert told(tmp_path, text) == ["rows.csv:2:3: this alt text is too long"]


def test_a_page_may_have_one_for_each_locale(tmp_path: Path) -> None:
    alt = "  alt:\n    en: Cup of {title}\n    de: Tasse {nope}\n"
    page = f"---\ntitle: Tea\nimage:\n  prompt: tea\n{alt}---\n"
    (tmp_path / "tea.md").write_text(page)
    text = '[content]\nfiles = ["*.md"]\n'
    assert told(tmp_path, text) == ["tea.md:7:9: unknown variable `nope`"]
    (tmp_path / "tea.md").write_text(page.replace("{nope}", "{{Tee}}"))
    assert alts(tmp_path, text, "tea") == ("Cup of Tea", {"en": "Cup of Tea", "de": "Tasse {Tee}"})
