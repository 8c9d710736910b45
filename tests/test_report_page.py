"""The page of a report as text: whole, self-contained, and not to be broken out of."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
import reporting
import values

from imagegen import digest
from imagegen.lock import Lock
from imagegen.locked import Derived, Output
from imagegen.report.page import MARK, page

RED, BLUE = reporting.picture("red"), reporting.picture("blue")
HOSTILE = '</dd><script>alert(1)</script><img src=x onerror="alert(2)">'


class Tags(HTMLParser):
    """Collects the tags of a page with their attributes, and its texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def shown(tmp_path):
    (tmp_path / "site/images").mkdir(parents=True)

    def of(old, new):
        return page(reporting.report(tmp_path / "site", values.lock_of(*old), values.lock_of(*new)))

    return of


def test_the_page_shows_each_kind_with_its_pictures_and_fields(shown, tmp_path):
    (tmp_path / "site/images/mug.png").write_bytes(BLUE)
    old = [reporting.entry("mug", RED), reporting.entry("cup", RED, "a cup")]
    text = shown(old, [reporting.entry("mug", BLUE, "a blue mug"), reporting.entry("pot", BLUE)])
    assert text.startswith("<!doctype html>")
    assert MARK in text[:1000]
    found = Tags(text)
    assert [one["id"] for one in found.named("section")] == ["changed", "added", "retired"]
    assert "a <ins>blue </ins>mug" in text
    (picture,) = [one for one in found.named("img") if one["alt"] == "mug, after"]
    assert picture["src"].startswith("data:image/webp;base64,")
    assert (picture["width"], picture["height"]) == ("60", "40")
    assert "Not at hand" in found.texts
    assert "The earlier picture is not at hand." in found.texts


def test_texts_stand_without_quotes_unless_nothing_else_shows_them(shown):
    def asks(style):
        one = reporting.entry("mug", RED)
        request = {**one.request, "params": {"style": style}}
        return replace(one, request=request, request_key=f"key of {style!r}")

    assert "<del>1:1</del> → <ins>3:2</ins>" in shown([asks("1:1")], [asks("3:2")])
    assert "<del>&quot;&quot;</del> → <ins>3:2</ins>" in shown([asks("")], [asks("3:2")])
    assert "<del>1</del> → <ins>&quot;1&quot;</ins>" in shown([asks(1)], [asks("1")])


def test_words_on_a_picture_stand_before_and_after_for_each_locale(shown, tmp_path):
    red, blue = (reporting.poster(tmp_path / "site", data) for data in (RED, BLUE))
    found = Tags(text := shown([red], [blue]))
    assert [one["id"] for one in found.named("section")] == ["reworded"]
    assert [one["alt"] for one in found.named("img")] == [
        "mug, de, before",
        "mug, de, after",
        "mug, pt-BR, after",
    ]
    assert "<b>The same picture, its words were set anew</b>" in text
    assert "<b>de</b> Set anew (SSIM 0.79)</summary>" in text
    assert "The earlier file is another by now." in found.texts
    assert '<dd dir="auto">2 files → 2 files (1 new, 1 made anew, 1 deleted)</dd>' in text
    assert len(found.named("details")) == 2
    added = Tags(shown([], [blue]))
    assert [one["alt"] for one in added.named("img")] == ["mug, de, after", "mug, pt-BR, after"]


def test_many_locales_are_folded(shown):
    file = Output("images/mug.png", digest.sha256_of(BLUE), "k", 60, 40)
    files = tuple(replace(file, path=f"{tag}.png", locale=tag) for tag in "abcdef")
    poster = replace(reporting.entry("mug", RED), derived=Derived(files, {"png+text": "1"}))
    details = Tags(shown([], [poster])).named("details")
    assert [("open" in one) for one in details] == [True] * 4 + [False] * 2


def test_a_prompt_stays_text(shown):
    name = "x<b onclick=alert(3)>"
    old = reporting.entry("cup", RED)
    new = [reporting.entry("mug", BLUE, HOSTILE), reporting.entry(name, RED, "b")]
    text = shown([old], [*new, reporting.entry("cup", BLUE, f"a mug {HOSTILE}")])
    found = Tags(text)
    assert len(found.named("script")) == 1
    assert not [one for _, one in found.tags if {"onerror", "onclick"} & one.keys()]
    assert HOSTILE in found.texts
    assert name in found.texts


def test_the_page_needs_nothing_else_and_its_policy_allows_only_what_it_brings(shown):
    text = shown([], [reporting.entry("mug", BLUE)])
    assert not re.search(r"(?:src|href|url\()=?[\"']?(?:https?:)?//", text)
    (policy,) = [
        one["content"]
        for one in Tags(text).named("meta")
        if one.get("http-equiv") == "Content-Security-Policy"
    ]
    for tag in ("style", "script"):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert " style=" not in text, "the policy would drop it"


def test_without_a_difference_the_page_says_so(shown):
    assert "No picture came, changed or went." in shown([], [])


def test_pictures_of_one_shape_can_lie_upon_each_other(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images/mug.png").write_bytes(BLUE)
    (tmp_path / "images/old.png").write_bytes(RED)
    wide = reporting.picture("red", (80, 40))
    (tmp_path / "images/wide.png").write_bytes(wide)
    after = values.lock_of(reporting.entry("mug", BLUE, "a cup"))

    def before(data, path):
        entry = reporting.entry("mug", data)
        return Lock({"mug": reporting.shown_at(entry, path)})

    assert "pair is-alike" in page(reporting.report(tmp_path, before(RED, "images/old.png"), after))
    text = page(reporting.report(tmp_path, before(wide, "images/wide.png"), after))
    assert "pair is-alike" not in text
    assert "Their shapes differ" in text
