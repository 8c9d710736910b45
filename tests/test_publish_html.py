"""HTML partials."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import exhibits

from imagegen.publish import html
from imagegen.publish.picture import Picture
from imagegen.publish.urls import Urls

URLS = Urls("static")
Element = tuple[str, dict[str, str | None]]


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def parsed(text: str) -> list[Element]:
    parser = Elements()
    parser.feed(text)
    return parser.found


def partial(of: Picture, name: str = "mug.html") -> list[Element]:
    return parsed(dict(html.partials([of], URLS))[name])


def test_a_partial_is_a_complete_picture_element() -> None:
    (picture, source, img) = partial(exhibits.picture())
    assert picture == ("picture", {"data-imagegen": "mug"})
    assert source == (
        "source",
        {
            "type": "image/webp",
            "srcset": "/img/mug-200.webp 200w, /img/mug-400.webp 400w",
            "sizes": "auto, (max-width: 400px) 100vw, 400px",
        },
    )
    assert img[1] | {"style": "", "srcset": "", "sizes": ""} == {
        "src": "/img/mug-400.jpeg",
        "srcset": "",
        "sizes": "",
        "width": "400",
        "height": "200",
        "alt": "A mug",
        "loading": "lazy",
        "decoding": "async",
        "style": "",
    }


def test_one_file_alone_needs_no_candidates() -> None:
    (_, img) = partial(exhibits.plain(), "plain.html")
    assert {"srcset", "sizes", "style"}.isdisjoint(img[1])


def test_each_locale_has_a_partial() -> None:
    names = [name for name, _ in html.partials([exhibits.picture()], URLS)]
    assert names == ["mug.html", "mug.de.html", "mug.no.html"]
    assert partial(exhibits.picture(), "mug.de.html")[-1][1]["alt"] == "Ein Becher"


def test_an_alt_that_nobody_wrote_is_left_out_and_an_empty_one_is_not() -> None:
    assert "alt" not in partial(exhibits.picture(), "mug.no.html")[-1][1]
    assert partial(exhibits.plain(), "plain.html")[-1][1]["alt"] == ""


def test_no_text_ends_an_attribute_or_begins_a_template() -> None:
    text = dict(html.partials([exhibits.picture(alt=exhibits.NASTY)], URLS))["mug.html"]
    assert parsed(text)[-1][1]["alt"] == exhibits.NASTY
    assert not {"{", "}"} & set(text)
    assert text.count("\n") == 4


def test_the_placeholder_shows_behind_opaque_pictures_only() -> None:
    shown = partial(exhibits.picture())[-1][1]["style"]
    assert shown == (
        "background: #a0b1c2 url(data:image/webp;base64,UklGRg==) center / cover no-repeat"
    )
    clear = replace(exhibits.picture(), placeholder=exhibits.CLEAR)
    assert "style" not in partial(clear)[-1][1]
