"""The TypeScript module; the example sites import one."""

from __future__ import annotations

import re

import exhibits

from imagegen.publish import typescript


def test_every_file_is_imported_once_from_where_the_module_lies() -> None:
    text = typescript.text([exhibits.picture(), exhibits.plain()], "src/lib/images.ts")
    found = dict(re.findall(r'^import (\w+) from "(.*)";$', text, re.M))
    assert len(found) == 10
    assert found["static_img_mug_200_webp"] == "../../static/img/mug-200.webp"
    assert found["static_img_a_b_png"] == "../../static/img/a b.png"


def test_a_file_beside_the_module_is_no_package() -> None:
    text = typescript.text([exhibits.plain(path="img/1.png")], "images.ts")
    assert 'import img_1_png from "./img/1.png";' in text


def test_names_of_imports_are_identifiers_of_their_own() -> None:
    paths = ("a-b.png", "a_b.png", "a_b_2.png", "1.png", "é.png", "images.png")
    pictures = [exhibits.plain(f"p{at}", path) for at, path in enumerate(paths)]
    text = typescript.text(pictures, "images.ts")
    names = re.findall(r"^import (.*) from", text, re.M)
    assert len(set(names)) == len(names) == len(paths)
    assert all(re.fullmatch(r"[A-Za-z_]\w*", name, re.A) for name in names)
    assert {"_1_png", "images_png", "a_b_png_2"} <= set(names)


def test_one_more_picture_changes_no_other_line() -> None:
    few = typescript.text([exhibits.picture("b")], "a.ts").splitlines()
    more = typescript.text([exhibits.plain("a"), exhibits.picture("b")], "a.ts").splitlines()
    assert set(few) <= set(more)


def test_texts_and_names_are_quoted() -> None:
    text = typescript.text([exhibits.picture("1.b", exhibits.NASTY)], "a.ts")
    assert '"1.b": picture(' in text
    assert r'"\"a\" & ' in text
    assert r"\u003c/script>" in text and r"\u2028" in text
    assert '"de": view(' in text


def test_no_pictures_make_a_module_all_the_same() -> None:
    assert "export const images = {};" in typescript.text([], "a.ts")
