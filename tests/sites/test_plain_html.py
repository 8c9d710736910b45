"""The example in plain HTML: built, looked at, and its two languages."""

from __future__ import annotations

import re
import sys

import pytest
from battery import Battery
from example import Example

pytestmark = pytest.mark.sites


class TestPlainHtml(Battery):
    example = "plain-html"
    commands = ((sys.executable, "build.py"),)
    site = "public"
    pages = ("/", "/de.html")

    def test_readers_get_words_of_their_language(self, built: Example) -> None:
        english, german = (built.site / name for name in ("index.html", "de.html"))
        assert alts(english.read_text(encoding="utf-8"))[0].startswith("Poster: Seelicht, three")
        assert alts(german.read_text(encoding="utf-8"))[0].startswith("Plakat: Seelicht, drei")
        assert "lake-de-" not in english.read_text(encoding="utf-8")
        assert "lake-en-" not in german.read_text(encoding="utf-8")

    def test_every_wish_is_granted(self, built: Example) -> None:
        for page in built.site.glob("*.html"):
            html = page.read_text(encoding="utf-8")
            assert "<!--" not in html
            assert html.count("<picture ") == 6

    def test_what_a_page_gives_is_taken_as_it_is(self, built: Example) -> None:
        built.project.write("src/new.html", '<!-- picture: lake alt="C:\\new \\1" title="\\d" -->')
        try:
            built.run(sys.executable, "build.py")
            said = built.project.read("public/new.html")
        finally:
            built.project.remove("src/new.html")
            built.project.remove("public/new.html")
        assert 'alt="C:\\new \\1"' in said
        assert '<img title="\\d" ' in said

    def test_building_again_changes_nothing(self, built: Example) -> None:
        before = (built.site / "index.html").read_bytes()
        built.project.run("build", code=0)
        built.run(sys.executable, "build.py")
        assert (built.site / "index.html").read_bytes() == before


def alts(html: str) -> list[str]:
    return re.findall(r' alt="([^"]*)"', html)
