"""What a site is told of one picture."""

from __future__ import annotations

from dataclasses import replace

import exhibits

from imagegen.publish.picture import is_opaque


def test_the_widest_file_that_every_browser_knows_stands_for_all() -> None:
    view = exhibits.view()
    assert view.main.path == "static/img/mug-400.jpeg"
    assert [group[0].type for group in view.others] == ["image/webp"]


def test_each_file_is_named_once() -> None:
    paths = exhibits.picture().paths
    assert len(paths) == len(set(paths)) == 9
    assert paths[0] == "static/img/mug.png"


def test_a_placeholder_tells_whether_the_picture_has_transparent_parts() -> None:
    assert is_opaque(exhibits.PLACEHOLDER)
    assert not is_opaque(exhibits.CLEAR)
    assert not is_opaque(replace(exhibits.PLACEHOLDER, thumbhash="1Q"))
    assert not is_opaque(replace(exhibits.PLACEHOLDER, thumbhash="A"))
