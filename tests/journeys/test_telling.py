"""What people see on a terminal that is too narrow: whole words, in their columns, in order."""

import fcntl
import os
import pty
import struct
import subprocess
import termios

import journey
from gallery import listing

LONG = "a-rather-long-name-for-a-hero-of-the-front-page"


def seen(project, *args, columns, code):
    """Return the lines that a command writes on a terminal of its own, to either stream."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 40, columns, 0, 0))
    process = subprocess.Popen(
        journey.command(args),
        cwd=project.folder,
        env=project.environment(),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    told = b""
    while part := read(ours):
        told += part
    os.close(ours)
    assert process.wait(timeout=60) == code, told.decode()
    return told.decode().splitlines()


def read(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:
        # So Linux tells that nobody writes to a terminal any more.
        return b""


def test_a_plan_is_told_in_whole_words(project):
    images = {
        "hero": "a desk",
        LONG: "a mug",
        "mug": {"prompt": "a cup", "candidates": 2},
    }
    project.write("imagegen.toml", listing(images))
    assert seen(project, "plan", columns=60, code=0) == [
        f"+ generate  {LONG}",
        "            price not known",
        "      new image",
        "+ generate  hero   price not known",
        "      new image",
        "+ generate  mug    price not known",
        "      new image",
        "< restore   mug#1",
        "      new image",
        "      the same as `mug`; one picture serves both",
        "+ generate  mug#2  price not known",
        "      new image",
        "",
        "Plan: 4 to generate, 1 to restore. Costs: not known yet (4",
        "  pictures).",
        "Prices are learnt from the first purchase; set [prices], or",
        "  buy one first:",
        f"imagegen build {LONG}",
    ]


def test_an_error_is_told_before_a_long_place(project):
    folder = "a/folder/far/below/the/one/where/the/command/is/run"
    wanted = "A desk, {what} is on it, and a mug that nobody has washed"
    text = f'[project]\noutput_dir = "../out"\n[images.hero]\nprompt = "{wanted}"\n'
    project.write(f"{folder}/imagegen.toml", text)
    assert seen(project, "check", "-f", f"{folder}/imagegen.toml", columns=60, code=2) == [
        "error: `../out` leaves its folder with `..`",
        f"  {folder}/imagegen.toml:2:14",
        '    output_dir = "../out"',
        "                 ^",
        "  Paths are relative, start at the project file's folder and",
        "  stay below it.",
        "",
        "error: unknown variable `what`",
        f"  {folder}/imagegen.toml:4:10",
        '    prompt = "A desk, {what} is on it, and a mug that nobod…',
        "             ^",
        '  add `what = "…"` under [vars], or write `{{` for a brace',
    ]
