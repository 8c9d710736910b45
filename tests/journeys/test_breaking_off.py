"""Builds that are broken off while files are made: what stands is recorded, and known for ours."""

from __future__ import annotations

import signal
import time

from gallery import POST, hear, listing, mugs, spoil, until

from imagegen.build import run

MANY = {"widths": list(range(4, 100, 3)), "formats": ["jpeg", "png", "webp"]}
HERO = {"hero": {"prompt": "a boat", "params": {"output_format": "png"}}}


def wanted(project, **more):
    project.write("imagegen.toml", listing(HERO, defaults={"derive": {**MANY, **more}}))


def made(project):
    return [name for name in project.files() if name.startswith("images/hero-")]


def broken_off(project, number):
    """Break a build off in the midst of putting files in place; returns what it said."""
    running = project.start("build")
    until(lambda: len(made(project)) > 2)
    running.signal(number)
    said = running.finish(timeout=30)
    assert 2 < len(made(project)) < 96
    return said


def test_what_stands_after_a_signal_is_recorded_and_the_next_build_makes_the_rest(
    project, emulator
):
    wanted(project)
    said = broken_off(project, signal.SIGINT)
    assert said.code == 130
    assert "the next build goes on from here" in said.stderr
    assert "0 done, 1 in place with files still to be made. Spent " in said.stderr
    before = {name: project.path(name).stat().st_mtime_ns for name in made(project)}
    left = 96 - len(before)
    assert f"hero, {left} files made of it" in project.run("build", code=0).stderr
    assert len(made(project)) == 96
    assert {name: project.path(name).stat().st_mtime_ns for name in before} == before
    assert emulator.charges == emulator.posts == 1


def test_what_a_killed_build_left_is_not_taken_for_edited_when_other_files_are_wanted_then(
    project, emulator
):
    wanted(project)
    broken_off(project, signal.SIGKILL)
    # The widest ones are made first.
    wanted(project, widths=[88, 91, 94, 97], formats=["webp"], quality={"webp": 40})
    assert "what was in" not in project.run("build", code=0).stderr
    assert not [name for name in project.files() if name.startswith(".imagegen/edited")]
    project.run("check", code=0)
    assert emulator.charges == emulator.posts == 1


def test_a_second_signal_ends_a_build_at_once_that_waits_for_an_answer(project, emulator):
    # A machine may stand still for seconds, but hardly each time.
    assert any(ended_at_once(project, emulator, number) for number in range(1, 4))


def ended_at_once(project, emulator, number):
    """Order the next picture, and press twice; returns whether nobody waited for its answer."""
    project.write("imagegen.toml", mugs(number))
    spoil(emulator, "delay", match=POST, seconds=6)
    posts = emulator.posts
    running = project.start("build")
    until(lambda: emulator.posts > posts)
    running.signal(signal.SIGINT)
    hear(running, "Ctrl-C again ends it now")
    began = time.monotonic()
    # What comes at once counts as the same press.
    time.sleep(0.3)
    running.signal(signal.SIGINT)
    running.finish(code=130, timeout=30)
    took = time.monotonic() - began
    emulator.running.faults.clear()
    project.run("build", code=0)
    assert emulator.charges == number
    return took < run.GRACE_SECONDS - 0.5
