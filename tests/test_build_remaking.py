"""Making a file of the lock once more, byte for byte, from what the store has."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import replace

import pytest
import values
from desk import Studio, webp

from imagegen import digest
from imagegen.build.darkroom import Darkroom
from imagegen.build.remaking import Remaking
from imagegen.derivative import Marks
from imagegen.errors import NeedsAttention
from imagegen.original import Original

RED = webp((64, 64))
MARKS = Marks("flux-2-pro via Apiframe", (("", "A red mug"),))
DERIVED = values.target(derivation=values.derivation(widths=(16,)))


@pytest.fixture
def studio(tmp_path):
    sha256 = digest.sha256_of(RED)
    one = values.locked(sha256=sha256, original=Original(sha256, len(RED), "webp", 64, 64))
    studio = Studio(tmp_path, None, values.lock_of(one))
    studio.write("images/mug.webp", RED)
    studio.store.put(RED)
    return studio


def remade(studio, target, output) -> bytes:
    with contextlib.closing(Darkroom()) as darkroom:
        remaking = Remaking(studio.store, darkroom, studio.workspace, {"mug": target})
        return remaking.bytes_of(studio.lock.images["mug"], output)


def refused(studio, target, output) -> str:
    with pytest.raises(NeedsAttention) as caught:
        remade(studio, target, output)
    return caught.value.problems[0].summary


def test_a_derivative_is_made_again_as_the_lock_has_it(studio) -> None:
    studio.build(DERIVED)
    (file,) = studio.lock.images["mug"].derived.files
    assert remade(studio, DERIVED, file) == studio.workspace.read(file.path)


def test_a_clone_makes_a_derivative_again_from_its_output(studio) -> None:
    for target in (DERIVED, replace(DERIVED, marks=MARKS)):
        studio.build(target)
        shutil.rmtree(studio.folder / "home")
        (file,) = studio.lock.images["mug"].derived.files
        data = studio.workspace.read(file.path)
        (studio.folder / file.path).unlink()
        assert remade(studio, target, file) == data


def test_a_derivative_that_a_clone_made_of_its_output_is_made_of_that_again(studio) -> None:
    home, elsewhere = studio.folder / "home", studio.folder / "elsewhere"
    png = replace(DERIVED, output="images/mug.png", output_format="png")
    studio.build(png)
    home.rename(elsewhere)
    poor = replace(png, derivation=values.derivation(widths=(16,), quality={"webp": 10}))
    studio.build(poor)
    shutil.rmtree(home)
    elsewhere.rename(home)
    (file,) = studio.lock.images["mug"].derived.files
    assert remade(studio, poor, file) == studio.workspace.read(file.path)
    (studio.folder / png.output).unlink()
    assert refused(studio, poor, file) == f"`{file.path}` cannot be made again as the lock has it"


def test_an_output_that_says_how_it_was_made_says_it_again(studio) -> None:
    target = values.target(marks=MARKS)
    studio.build(target)
    (output,) = studio.lock.images["mug"].outputs
    assert remade(studio, target, output) == studio.workspace.read(output.path) != RED


def test_what_the_project_wants_otherwise_by_now_is_left_to_a_build(studio) -> None:
    said = values.target(derivation=DERIVED.derivation, marks=MARKS)
    studio.build(said)
    one = studio.lock.images["mug"]
    wider = replace(DERIVED, derivation=values.derivation(widths=(32,)))
    expected = "`{}` cannot be made again as the lock has it"
    for file in one.files:
        assert refused(studio, wider, file) == expected.format(file.path)


def test_bytes_of_another_encoder_are_never_taken_for_those_of_the_lock(studio) -> None:
    studio.build(DERIVED)
    (file,) = studio.lock.images["mug"].derived.files
    other = replace(file, sha256=values.OTHER_SHA)
    one = studio.lock.images["mug"]
    derived = replace(one.derived, files=(other,))
    studio.lock = values.lock_of(replace(one, derived=derived))
    expected = "`images/mug-16.webp` cannot be made again byte for byte"
    assert refused(studio, DERIVED, other) == expected
