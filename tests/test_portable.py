"""What imagegen needs for itself, on every disk; which paths pass, test_paths says."""

from __future__ import annotations

import pytest

from imagegen.portable import is_own, path_trouble


@pytest.mark.parametrize(
    "path",
    ["imagegen.toml", "Imagegen.LOCK", ".env", ".imagegen", ".IMAGEGEN/a.png", "ｉmagegen.toml/a"],
)
def test_own_files_are_known_by_any_name_that_a_disk_may_take_for_them(path: str) -> None:
    assert is_own(path)


@pytest.mark.parametrize("path", ["a.png", "images/imagegen.toml", "imagegen.toml.png", ".envy"])
def test_other_files_are_not(path: str) -> None:
    assert not is_own(path)


def test_trouble_is_told_as_words_after_the_path_and_a_reason() -> None:
    told = path_trouble("a/../b.png")
    assert told is not None
    assert told[0] == "leaves its folder with `..`"
    assert path_trouble("a/b.png") is None
