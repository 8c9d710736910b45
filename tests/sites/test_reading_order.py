"""Texts that run both ways: what Chromium shows in a narrow box, we show, line for line."""

from __future__ import annotations

import json

import pytest
from lettered import seen
from playwright.sync_api import Browser

from imagegen.pictures.bidi import CONTROLS, levels, written
from imagegen.pictures.fitting import direction

pytestmark = pytest.mark.sites

# Where each letter of the text stands: the top of its line, and its left side.
PLACES = """() => {
  const node = document.querySelector("p").firstChild
  return Array.from(node.data, (letter, index) => {
    const range = document.createRange()
    range.setStart(node, index)
    range.setEnd(node, index + 1)
    const box = range.getBoundingClientRect()
    return [Math.round(box.bottom / 40), box.left]
  })
}"""


@pytest.mark.parametrize(
    "text",
    [
        "اتصل بنا: \u2066+49 40 123-456\u2069",
        "اتصل بنا: \u202a+49 40 123-456\u202c",
        "قهوة 2024-2025, 18:30 ثم 12 Coffee (hot) قهوة!",
        "Call שלום עולם 12-34 שלום! or (שלום עולם) now, שלום \u2067abc עולם 56 שלום\u2069.",
        "שלום (עולם Coffee, worth 12% the) עולם \u2068Café – 30 €\u2069 שלום",
        "one \u202etwo three four 56 five\u202c six שלום \u202done 12 שלום two\u202c three",
        "א \u2067ב \u2066c d 1 2 3 ג ד\u2069 ה ו 4 5 6\u2069 f g ז ח 7 8 9",
    ],
)
@pytest.mark.parametrize("width", [90, 150, 200])
def test_chromium_shows_the_same_letters_in_the_same_places(
    browser: Browser, text: str, width: int
) -> None:
    way = direction(text, "")
    page = browser.new_page()
    page.set_content(
        f"<meta charset=utf-8><p dir={way} style='font: 16px/40px monospace; width: {width}px'>"
    )
    page.evaluate("(text) => document.querySelector('p').append(text)", text)
    places = page.evaluate(PLACES)
    page.close()
    assert len({line for line, _ in places}) > 1, json.dumps(places)
    base = int(way == "rtl")
    found = levels(text, base)
    for number in dict.fromkeys(line for line, _ in places):
        shown = [
            (left, letter)
            for (line, left), letter in zip(places, text, strict=True)
            if line == number and letter not in CONTROLS and letter != " "
        ]
        indices = [index for index, (line, _) in enumerate(places) if line == number]
        first, last = indices[0], indices[-1] + 1
        ours = seen(written(text[first:last], found[first:last], base), base)
        assert ours.replace(" ", "") == "".join(letter for _, letter in sorted(shown))
