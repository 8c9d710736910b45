"""`imagegen show`: what was bought before, and the picture itself where a terminal can show it."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import termios

from gallery import listing
from journey import command
from PIL import Image

TRUE = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": None}
HALF_BLOCK = "\x1b[38;2;"


def on_a_terminal(project, *args, columns=40, rows=20, env=TRUE):
    """Return what a command writes on a terminal of its own, with cells of 8 x 16 pixels."""
    ours, theirs = pty.openpty()
    size = struct.pack("4H", rows, columns, 8 * columns, 16 * rows)
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
    running = subprocess.Popen(
        command(args),
        cwd=project.folder,
        env=project.environment(env),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
    )
    os.close(theirs)
    told = b""
    while part := read(ours):
        told += part
    os.close(ours)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 0, errors.decode()
    return told.decode().replace("\r\n", "\n")


def read(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:
        # So Linux tells that nobody writes to a terminal any more.
        return b""


def framed(project, size=(64, 64)):
    """Write a project of one image whose output is there."""
    file = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(file, "JPEG")
    project.write("imagegen.toml", listing({"hero": "a desk"}))
    project.write("images/hero.jpg", file.getvalue())


def test_the_history_tells_what_was_bought_before_and_how_it_differed(project, emulator):
    project.write("imagegen.toml", listing({"hero": "a red desk"}))
    project.run("build", code=0)
    project.run("build", "--replace", "hero", code=0)
    project.write("imagegen.toml", listing({"hero": "a blue desk"}))
    project.run("build", code=0)
    posts = emulator.posts
    (hero,) = project.run("show", "hero", "--json", code=0).json["images"]
    past = hero["history"]
    assert [(one["take"], one["shown"], one["stored"]) for one in past] == [
        (1, True, True),
        (2, False, True),
        (1, False, True),
    ]
    assert past[0]["job"] == hero["job"]
    assert past[0]["differs"] == []
    assert past[1]["differs"] == [{"field": "prompt", "old": "a red desk", "new": "a blue desk"}]
    assert [one["when"] for one in past] == sorted((one["when"] for one in past), reverse=True)
    told = project.run("show", "hero", code=0).stdout
    assert re.search(r"history +\d{4}-\d\d-\d\d \d\d:\d\d  take 1, \d+ credits, job ", told)
    assert 'prompt: "a red desk" -> "a blue desk"' in told
    assert "shown now" in told
    project.key = None
    (hero,) = project.run("show", "hero", "--json", code=0).json["images"]
    assert [(one["when"], one["shown"]) for one in hero["history"]] == [(None, True)]
    assert emulator.posts == posts == 3


def test_the_picture_fits_the_window_and_keeps_its_ratio(project):
    framed(project, (400, 200))
    told = on_a_terminal(project, "show", "hero")
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in told.split("\n") if "\x1b[" in line]
    assert lines == ["▀" * 40] * 10
    narrow = on_a_terminal(project, "show", "hero", env=TRUE | {"COLORTERM": None}, rows=8)
    assert narrow.count("\x1b[0m") == 6
    assert "\x1b[38;5;" in narrow
    assert HALF_BLOCK not in narrow


def test_candidates_stand_side_by_side_with_their_numbers(project, emulator):
    project.write("imagegen.toml", listing({"hero": {"prompt": "a desk", "candidates": 2}}))
    project.run("build", code=0)
    told = on_a_terminal(project, "show", "hero").split("\n")
    assert "1 (shown)            2" in told
    drawn = re.sub(r"\x1b\[[0-9;]*m", "", told[told.index("1 (shown)            2") + 1])
    assert drawn == "▀" * 19 + "  " + "▀" * 19
    assert sum(line.startswith("name ") for line in told) == 1
    assert emulator.posts == 2


def test_a_way_that_is_asked_for_is_taken_whatever_the_environment_says(project):
    framed(project)
    for way, start, end in (
        ("kitty", "\x1b_Ga=T,f=100,q=2,c=8,r=4,", "\x1b\\"),
        ("iterm", "\x1b]1337;File=inline=1;", "\x07"),
        ("sixel", '\x1bP0;1;0q"1;1;64;64', "\x1b\\"),
        ("blocks", "\x1b[38;5;", "\x1b[0m"),
    ):
        told = on_a_terminal(project, "show", "hero", "--picture", way, env={"TERM": "dumb"})
        assert start in told
        assert told.endswith(f"{end}\n")


def test_nothing_is_drawn_where_nothing_is_wanted(project):
    framed(project)
    for args, env in (
        (["show", "hero", "--no-picture"], TRUE),
        (["show", "hero", "--json"], TRUE),
        (["show"], TRUE),
        (["show", "hero"], TRUE | {"TERM": "dumb"}),
        (["show", "hero"], TRUE | {"NO_COLOR": "1"}),
    ):
        assert "\x1b" not in on_a_terminal(project, *args, env=env)
    told = project.run("show", "hero", "--picture", "kitty", env=TRUE, code=0)
    assert "\x1b" not in told.stdout + told.stderr


def test_bytes_that_are_no_picture_are_told_and_not_drawn(project):
    framed(project)
    project.write("images/hero.jpg", b"<html>")
    assert "\x1b" not in on_a_terminal(project, "show", "hero")
