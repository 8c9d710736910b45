"""Making derivatives in a run: from what is here, only what is missing, one fault at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import anyio
import pytest
import values
from desk import Studio, webp

from imagegen import digest
from imagegen.build.derivatives import Derivatives
from imagegen.build.pace import Stopped
from imagegen.build.placing import Placing
from imagegen.build.record import Recorder
from imagegen.derivative import Marks
from imagegen.errors import DiskFailed, Problem
from imagegen.events import Failed
from imagegen.lock import Lock
from imagegen.locked import Derived
from imagegen.original import Original
from imagegen.request import Reference, Source
from imagegen.workspace import Workspace

RED = webp((64, 64))
SHA = digest.sha256_of(RED)
ORIGINAL = Original(SHA, len(RED), "webp", 64, 64)
DERIVATION = values.derivation(widths=(16, 32), formats=("webp", "jpeg"))
MUG = values.target(derivation=DERIVATION)


@pytest.fixture
def clone(tmp_path):
    """A clone with one picture in place: no key, and a home that is empty."""
    studio = Studio(tmp_path, None, values.lock_of(values.locked(sha256=SHA, original=ORIGINAL)))
    studio.write("images/mug.webp", RED)
    return studio


def mug(studio):
    return studio.lock.images["mug"]


def paths(studio) -> list[str]:
    return [out.path for out in mug(studio).derived.files]


def words(result) -> list[str]:
    return [one.problem.summary for one in result.failures]


def test_what_is_missing_is_made_recorded_and_the_next_plan_is_idle(clone) -> None:
    assert clone.build(MUG).exit_code == 0
    assert paths(clone) == [
        f"images/mug-{width}.{kind}" for width in (16, 32) for kind in ("jpeg", "webp")
    ]
    assert list(mug(clone).derived.encoders) == ["jpeg", "webp"]
    assert clone.plan(MUG).idle


def test_an_output_that_was_edited_meanwhile_is_no_source(clone) -> None:
    plan = clone.plan(MUG)
    clone.write("images/mug.webp", webp((64, 64), "blue"))
    result = clone.carry_out(plan)
    assert words(result) == ["the picture of `mug` is not here"]
    assert not clone.workspace.read("images/mug-16.webp")


@dataclass(frozen=True, kw_only=True)
class Refusing(Workspace):
    """A folder in which no lock can be written, each time for the next reason."""

    faults: Iterator[str]

    def write_lock(self, _: Lock) -> bytes:
        raise DiskFailed(Problem(next(self.faults)))


def test_what_a_second_fault_follows_is_told_as_well(clone) -> None:
    # The first may name a job of which the ledger could note nothing.
    faults = itertools.chain(["the ledger refuses"], itertools.repeat("the lock refuses"))
    mug, lock = clone.build(MUG, workspace=Refusing(clone.folder, faults=faults)).failures
    assert [one.summary for one in mug.problems] == ["the ledger refuses", "the lock refuses"]
    assert [one.summary for one in lock.problems] == ["the lock refuses"]


def test_a_disk_that_fails_behind_the_picture_ends_all_buying(clone) -> None:
    blue = webp((64, 64), "blue")
    pot = values.locked(values.target("pot"), sha256=digest.sha256_of(blue))
    clone.lock = values.lock_of(mug(clone), pot)
    # What is in the place of a derivative is bought, and the store's copy cannot be read.
    clone.write("images/mug-16.webp", blue)
    sha256 = pot.original.sha256
    (clone.store.folder / "objects" / sha256[:2] / sha256).mkdir(parents=True)
    desk = clone.desk(MUG)
    recorder = Recorder(clone.workspace, desk.lock, lambda _: None)
    placing = Placing(desk, clone.workspace, recorder)
    made = Derivatives(desk, clone.workspace, placing, images=1, record=recorder.put)
    brought = anyio.run(made.brought, MUG, mug(clone))
    desk.darkroom.close()
    assert "Is a directory" in str(brought.problems)
    assert len(brought.entry.derived.files) == 3
    with pytest.raises(Stopped):
        desk.pace.go_on()


def test_a_picture_that_does_not_decode_is_a_fault_of_that_image_alone(clone) -> None:
    broken = RED[:40]
    sha256 = digest.sha256_of(broken)
    cup = values.target("cup", values.request("a cup"), derivation=DERIVATION)
    locked = values.locked(cup, sha256=sha256, original=replace(ORIGINAL, sha256=sha256))
    clone.lock = values.lock_of(mug(clone), locked)
    clone.write("images/cup.webp", broken)
    result = clone.build(MUG, cup)
    assert [one.name for one in result.failures] == ["cup"]
    assert len(paths(clone)) == 4
    assert not clone.lock.images["cup"].derived


def test_a_file_that_another_image_writes_is_never_written_over(clone) -> None:
    # The widths that a picture really has are known only once it is here.
    wide = replace(MUG, derivation=values.derivation(widths=(2000,)))
    other = values.target("mug-64", values.request("a jug"))
    clone.lock = values.lock_of(mug(clone), values.locked(other, sha256=SHA, original=ORIGINAL))
    clone.write("images/mug-64.webp", RED)
    result = clone.build(wide, other)
    assert words(result) == ["`images/mug-64.webp` is wanted by two images"]
    assert clone.workspace.read("images/mug-64.webp") == RED


def test_all_that_is_wrong_with_an_image_is_told_and_no_reason_twice(clone) -> None:
    taken = [values.target(f"mug-{width}", values.request(str(width))) for width in (16, 32)]
    locked = [values.locked(one, sha256=SHA, original=ORIGINAL) for one in taken]
    clone.lock = values.lock_of(mug(clone), *locked)
    for one in taken:
        clone.write(one.output, RED)
    signed = replace(
        DERIVATION, marks=Marks("m"), signer="5e" * 32, formats=("webp", "jpeg", "png")
    )
    result = clone.build(replace(MUG, derivation=signed), *taken)
    known = [
        "`images/mug-16.webp` is wanted by two images",
        "`images/mug-32.webp` is wanted by two images",
        "`mug` is to be signed, and there is nobody who signs",
    ]
    assert [[one.summary for one in bad.problems] for bad in result.failures] == [known]
    assert [one.problem.summary for one in clone.events if isinstance(one, Failed)] == known
    assert not clone.workspace.read("images/mug-16.png")


def test_a_reference_picture_is_never_written_over(clone) -> None:
    # The image that refers to it would be bought again.
    wide = replace(MUG, derivation=values.derivation(widths=(2000,)))
    photo = webp((9, 9), "blue")
    source = Source("images/Mug-64.webp", digest.sha256_of(photo))
    asked = values.request("a jug", references=(Reference("input_images", str(source.sha256)),))
    jug = values.target("jug", asked, sources=(source,))
    clone.lock = values.lock_of(mug(clone), values.locked(jug, sha256=SHA, original=ORIGINAL))
    clone.write("images/jug.webp", RED)
    clone.write(source.text, photo)
    assert words(clone.build(wide, jug)) == ["`images/mug-64.webp` is wanted by two images"]
    assert clone.workspace.read(source.text) == photo
    assert clone.workspace.read("images/mug-64.webp") in (None, photo)


def test_files_of_one_kind_are_made_by_one_encoder(clone) -> None:
    clone.build(MUG)
    old = mug(clone)
    recipes = [one for one in MUG.derivation.recipes(ORIGINAL) if one.format == "jpeg"]
    former = {"jpeg": "an older encoder", "webp": old.derived.encoders["webp"]}
    files = tuple(
        replace(out, key=recipe.key(SHA, "an older encoder"))
        for recipe, out in zip(
            recipes, [f for f in old.derived.files if "jpeg" in f.path], strict=True
        )
    )
    kept = tuple(out for out in old.derived.files if "webp" in out.path)
    clone.lock = values.lock_of(replace(old, derived=Derived((*files, *kept), former)))
    assert clone.plan(MUG).idle
    (clone.folder / "images/mug-16.jpeg").unlink()
    assert clone.build(MUG).exit_code == 0
    assert mug(clone).derived.encoders == old.derived.encoders
    assert mug(clone).derived.files == old.derived.files


def test_what_could_not_be_made_keeps_its_record_and_what_could_be_is_recorded(clone) -> None:
    clone.build(MUG)
    before = mug(clone)
    for width in (48, 99):
        (clone.folder / f"images/mug-{width}.webp").mkdir()
    wider = replace(MUG, derivation=replace(DERIVATION, widths=(16, 48, 99), upscale=True))
    (failed,) = clone.build(wider).failures
    assert {problem.summary for problem in failed.problems} == {
        f"cannot write `images/mug-{width}.webp`: Is a directory" for width in (48, 99)
    }
    assert {"images/mug-48.jpeg", "images/mug-99.jpeg", "images/mug-32.jpeg"} <= set(paths(clone))
    assert set(before.derived.files) <= set(mug(clone).derived.files)
    for width in (48, 99):
        (clone.folder / f"images/mug-{width}.webp").rmdir()
    assert clone.build(wider).exit_code == 0
    assert not (clone.folder / "images/mug-32.jpeg").exists()
    assert clone.plan(wider).idle


def test_a_derivative_that_is_in_place_is_not_taken_by_a_later_image(clone) -> None:
    wide = replace(MUG, derivation=values.derivation(widths=(2000,)))
    clone.build(wide)
    lone = values.derivation(widths=(), name="{stem}.{format}", quality={"webp": 10})
    jug = values.target("jug", values.request("a jug"), output="images/mug-64.png")
    jug = replace(jug, output_format="png", derivation=lone)
    clone.lock = values.lock_of(mug(clone), values.locked(jug, sha256=SHA, original=ORIGINAL))
    clone.write(jug.output, RED)
    before = clone.workspace.read("images/mug-64.webp")
    for _ in range(2):
        assert words(clone.build(wide, jug)) == ["`images/mug-64.webp` is wanted by two images"]
        assert clone.workspace.read("images/mug-64.webp") == before


def test_a_new_placeholder_does_not_keep_what_is_no_longer_wanted(clone) -> None:
    cropped = replace(MUG, placeholder=True, derivation=replace(DERIVATION, crop=(2, 1)))
    clone.build(cropped)
    plain = replace(MUG, placeholder=True, derivation=None)
    clone.build(plain)
    assert clone.plan(plain).idle
    assert not clone.workspace.read("images/mug-16.webp")


def test_what_is_left_of_an_image_takes_no_file_back_that_another_one_has_by_now(clone) -> None:
    clone.build(MUG)
    before = mug(clone)
    jug = values.target("jug", output=MUG.output, derivation=MUG.derivation)
    desk = clone.desk(jug)
    recorder = Recorder(clone.workspace, clone.lock, lambda _: None)
    placing = Placing(desk, clone.workspace, recorder)
    derivatives = Derivatives(desk, clone.workspace, placing, images=1, record=lambda _: None)
    assert derivatives.left(before) == before
    anyio.run(derivatives.brought, jug, replace(before, name="jug", derived=Derived()))
    desk.darkroom.close()
    assert derivatives.left(before) == replace(before, derived=replace(before.derived, files=()))
