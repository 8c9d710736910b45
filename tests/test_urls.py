"""Addresses of pictures on a site."""

from __future__ import annotations

import exhibits
import pytest

from imagegen.publish.urls import Urls


@pytest.mark.parametrize(
    ("root", "base", "url"),
    [
        (".", "/", "/static/img/a.png"),
        ("static", "/", "/img/a.png"),
        ("static", "/blog/", "/blog/img/a.png"),
        ("static/img", "https://cdn.example.com", "https://cdn.example.com/a.png"),
    ],
)
def test_an_address_is_the_path_below_the_root_after_the_base(
    root: str, base: str, url: str
) -> None:
    assert Urls(root, base).of(exhibits.file("static/img/a.png")) == url


def test_an_address_needs_no_escaping_anywhere() -> None:
    strange = exhibits.file("a b,c'\"(d)&é#%.png")
    assert Urls().of(strange) == "/a%20b%2Cc%27%22%28d%29%26%C3%A9%23%25.png"


def test_candidates_tell_their_width_where_there_is_a_choice() -> None:
    small, large = exhibits.file("a.webp", 200), exhibits.file("b.webp", 400)
    assert Urls().srcset((small, large)) == "/a.webp 200w, /b.webp 400w"
    assert Urls().srcset((small,)) == "/a.webp"
