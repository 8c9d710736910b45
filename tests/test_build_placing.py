"""What a run writes and takes out, and whose files it leaves alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
import values
from desk import Studio, webp

from imagegen import digest
from imagegen.build.placing import Placing
from imagegen.build.record import Recorder
from imagegen.events import KeptAside, LeftBehind
from imagegen.locked import Derived, Output

SMALL = webp((4, 4))
FILE = Output("images/mug-4.webp", digest.sha256_of(SMALL), "d" * 32)
MUG = replace(values.locked(), derived=Derived((FILE,), {"webp": "Pillow 13"}))


@pytest.fixture
def studio(tmp_path):
    studio = Studio(tmp_path, None, values.lock_of(MUG))
    studio.write(FILE.path, SMALL)
    return studio


def placing(studio, *targets) -> Placing:
    recorder = Recorder(studio.workspace, studio.lock, lambda _: None)
    return Placing(studio.desk(*targets), studio.workspace, recorder)


def test_a_file_that_was_made_here_gives_way_and_an_edited_one_is_kept_aside(studio) -> None:
    placing(studio).put("mug", FILE.path, b"one")
    assert not studio.events
    placing(studio).put("mug", FILE.path, b"two")
    (kept,) = studio.events
    assert isinstance(kept, KeptAside)
    assert studio.workspace.read(kept.kept) == b"one"


def test_what_is_retired_takes_its_derivatives_along_but_not_what_was_edited(studio) -> None:
    placing(studio).take_out(MUG)
    assert studio.workspace.read(FILE.path) is None
    studio.write(FILE.path, b"edited")
    placing(studio).take_out(MUG)
    assert studio.workspace.read(FILE.path) == b"edited"
    assert LeftBehind("mug", FILE.path) in studio.events


def test_a_file_that_another_image_owns_or_writes_stays(studio) -> None:
    cup = values.target("cup", output=FILE.path)
    placing(studio, cup).remove("mug", FILE)
    assert studio.workspace.read(FILE.path) == SMALL
    other = replace(values.locked(values.target("jug")), derived=Derived((FILE,), {"webp": "P"}))
    studio.lock = values.lock_of(other)
    placing(studio).remove("mug", FILE)
    assert studio.workspace.read(FILE.path) == SMALL


def test_a_file_of_the_same_picture_gives_way(studio) -> None:
    shown = digest.sha256_of(b"shown")
    studio.write("images/mug.webp", b"shown")
    placing(studio).put("mug", "images/mug.webp", b"said anew", instead_of=shown)
    assert not studio.events
    assert studio.workspace.read("images/mug.webp") == b"said anew"


def test_a_file_that_two_blocks_own_goes_with_the_second_before_the_lock_is_written(studio) -> None:
    jug = replace(values.locked(values.target("jug")), derived=MUG.derived)
    studio.lock = values.lock_of(MUG, jug)
    studio.workspace.write_lock(studio.lock)
    recorder = Recorder(studio.workspace, studio.lock, lambda _: None)
    place = Placing(studio.desk(), studio.workspace, recorder)
    place.remove("mug", FILE)
    assert studio.workspace.read(FILE.path) == SMALL
    # The first is written at once, the second a moment later.
    recorder.put(values.locked(values.target("cup")))
    recorder.put(replace(MUG, derived=Derived()))
    place.remove("jug", FILE)
    assert studio.workspace.read(FILE.path) is None


def test_what_a_killed_run_has_made_gives_way_until_the_lock_speaks_for_it(studio) -> None:
    killed = placing(studio)
    killed.put_noted("mug", "images/mug-8.webp", b"made")
    later = placing(studio)
    later.put_noted("mug", "images/mug-8.webp", b"made otherwise")
    assert not studio.events
    last = Output("images/mug-8.webp", digest.sha256_of(b"made otherwise"), "d" * 32)
    studio.lock = values.lock_of(replace(MUG, derived=Derived((FILE, last), {"webp": "P"})))
    placing(studio).settle()
    assert not studio.workspace.read(".imagegen/placed.jsonl")
