"""Why an image cannot be renamed, told where a person can look."""

from __future__ import annotations

import pytest
import values

from imagegen.build.renaming_fault import refuse
from imagegen.errors import WrongInput
from imagegen.lock import Lock, dump
from imagegen.project.load import load

TEXT = """\
[images.hero]
prompt = "a desk"

[images.mug]
prompt = "a {colour} mug"
matrix = { colour = ["red", "blue"] }

[images.plate]
prompt = "a plate"
candidates = 2
"""


@pytest.fixture
def told(tmp_path):
    file = tmp_path / "imagegen.toml"
    file.write_text(TEXT)

    def told(old, new, lock=None):
        (tmp_path / "imagegen.lock").write_bytes(dump(lock or Lock()))
        with pytest.raises(WrongInput) as caught:
            refuse(file, old, new, load(file), lock or Lock())
        return [
            (one.where.line if one.where else None, f"{one.summary} {one.detail} {one.hint}")
            for one in caught.value.problems
        ]

    return told


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("herp", "a", None, "no image is called `herp`  did you mean `hero`?"),
        ("hero", "plate", 8, "there is a `plate` already"),
        ("hero", "mug-red", 4, "there is a `mug-red` already"),
        ("mug-red", "a", 4, "The matrix of [images.mug] makes it. change it there"),
        ("mug", "a", 4, "`mug` is no image but a set of 2"),
        ("plate#1", "a", None, "rename the image: imagegen mv plate NEW"),
        ("hero", "a b", None, "`a b` is not a name for an image Names of images have"),
        ("hero", "hero", None, "it is called `hero` already"),
    ],
)
def test_a_reason_has_its_place_and_a_way_out(told, old, new, line, words):
    ((where, text),) = told(old, new)
    assert where == line
    assert words in text


def test_names_that_only_the_lock_has_are_taken_or_gone(told):
    lock = values.lock_of(values.locked(values.target("cup")))
    ((line, text),) = told("hero", "cup", lock)
    assert line is not None
    assert "imagegen.lock has a `cup` already" in text
    ((_, text),) = told("cup", "bowl", lock)
    assert "imagegen.lock still has it" in text
    ((_, text),) = told("cup", "hero", lock)
    assert "It is `hero` in the project file already" in text
