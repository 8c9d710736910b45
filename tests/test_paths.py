"""Paths: what no system could misread passes, everything else is refused with its reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen.portable import collision_key
from imagegen.project.paths import path_fault

GOOD = ["a.png", "a/b/c.png", "ä/ß.png", "a b.png", ".well-known/a.png", "...a", "console.png"]
BAD = [
    "", "/a", "//a", "a//b", "a/", "./a", "a/./b", "..", "a/../b", "~", "~user/a", "a\\b",
    "\\\\h\\s", "C:", "c:/a", "C:a", "a:b", "a.", "a ", "a./b", "a /b", "CON", "con.png",
    "x/NUL.tar.gz", "aux ", "com1.png", "COM\u00b9", "lpt\u00b3.x", "conin$", "prn .png",
    "a\x00b", "a\nb", "a\x7f", "a\x85", "a\u2028b", "a\u202eb", "a\ufeff", "a?", "a*", "a<b",
    'a"b', "a|b", ".git/x", ".GIT/x", "a/.git", "git~1/x", "x" * 256, "é" * 128, "x/" * 600 + "x",
]  # fmt: skip


@pytest.mark.parametrize("path", GOOD)
def test_harmless_paths_pass(path: str) -> None:
    assert path_fault(path, ()) is None


@pytest.mark.parametrize("path", BAD)
def test_harmful_paths_are_refused_with_a_reason(path: str) -> None:
    fault = path_fault(path, ("images", "hero", "output"))
    assert fault is not None
    assert fault.loc == ("images", "hero", "output")
    assert fault.detail or not path


@pytest.mark.parametrize(
    ("one", "two"),
    [("a/B", "A/b"), ("é", "e\u0301"), ("ﬁ", "FI"), ("ß", "SS"), ("İ", "i\u0307"), ("Å", "Å")],
)
def test_paths_that_some_disk_folds_have_one_key(one: str, two: str) -> None:
    assert collision_key(one) == collision_key(two)


@given(path=st.text(max_size=60))
def test_a_passing_path_stays_below_its_folder(path: str) -> None:
    if path_fault(path, ()) is None:
        assert not {"", ".", ".."} & set(path.split("/"))
        assert not set("\\:\x00") & set(path)
