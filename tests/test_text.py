"""Text: offsets and lines become places of the file, wherever in it the text begins."""

from __future__ import annotations

from imagegen.project.text import Text


def test_places_count_from_the_line_in_which_the_text_begins() -> None:
    text = Text("a.md", "site/a.md", "one\ntwo\nthree", first_line=2)
    assert str(text.at(0)) == "site/a.md:2:1"
    assert (str(text.at(5)), text.at(5).text) == ("site/a.md:3:2", "two")
    assert (str(text.where(9)), text.where(9).text) == ("site/a.md:10:1", "")


def test_a_very_long_line_is_cut() -> None:
    assert len(Text("a", "a", "x" * 10**6).at(3).text) == 2000
