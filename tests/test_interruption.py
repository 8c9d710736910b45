"""Signals: told to whoever listens, else the end on the spot; never an exception, never twice.

How long after each other they come is told by a clock that only the presses put forward.
"""

import signal
import subprocess
import sys

import pytest

BEGIN = """
import os, signal, sys, threading, time
from imagegen import interruption
now = time.monotonic()
time.monotonic = lambda: now
def press(*pauses):
    global now
    for pause in (*pauses, 0):
        signal.raise_signal(signal.SIGINT)
        now += pause
interruption.begin(lambda: os.write(2, b"interrupted\\n"), sys.stdout.flush)
"""

CASES = {
    "where nobody listens": ("press()", 130, "interrupted"),
    "what has to be tidied": (
        "with interruption.tidying(lambda: os.write(2, b'tidied ')):\n    press()",
        130,
        "tidied interrupted",
    ),
    "what is tidied already": (
        "with interruption.tidying(lambda: os.write(2, b'tidied ')):\n    pass\npress()",
        130,
        "interrupted",
    ),
    "another word": (
        "interruption.part_with(lambda: os.write(2, b'ended'))\npress()",
        130,
        "ended",
    ),
    "a tidying that fails": (
        "with interruption.tidying(lambda: 1 / 0):\n    press()",
        130,
        "",
    ),
    "a listener, and one press that comes as many signals": (
        "with interruption.listening(print):\n    press(0.01, 0.01, 0.01)\n"
        "sys.exit(interruption.over(0))",
        130,
        "2",
    ),
    "a listener that is asked twice": (
        "with interruption.listening(print):\n    press(0.3, 0.3)\nsys.exit(interruption.over(5))",
        5,
        "2\n2",
    ),
    "a listener that hangs": (
        "with interruption.listening(print):\n    press(0.3, 1.1, 0)\ntime.sleep(60)",
        130,
        "2\n2\ninterrupted",
    ),
    "after the listening": (
        "with interruption.listening(print):\n    pass\npress()\ninterruption.resume()\n"
        "print(interruption.first())\npress()\nsys.exit(interruption.over(0))",
        130,
        "2",
    ),
    "when nobody listens any more and nothing came": (
        "with interruption.listening(print):\n    pass\ninterruption.resume()\npress()",
        130,
        "interrupted",
    ),
    "when all is said": ("interruption.over(4)\npress(0.3)\nsys.exit(4)", 4, ""),
    "what hangs on its way out": (
        "threading.Thread(target=lambda: time.sleep(60)).start()\n"
        "interruption.over(4)\npress(0.3, 1.1)",
        4,
        "",
    ),
}


def program(text, **more):
    return subprocess.Popen(
        [sys.executable, "-u", "-c", BEGIN + text],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        **more,
    )


@pytest.mark.parametrize("case", CASES)
def test_a_signal_is_heard_or_ends_the_process(case):
    text, code, said = CASES[case]
    with program(text) as running:
        try:
            # What hangs would do so for a minute.
            told, _ = running.communicate(timeout=50)
        finally:
            running.kill()
    assert (running.returncode, told.strip()) == (code, said)


def test_signals_are_ignored_until_the_process_is_gone():
    ending = "import atexit\natexit.register(print, 'ready')\nsys.exit(interruption.over(0))"
    with program(ending) as running:
        assert running.stdout.readline() == "ready\n"
        while running.poll() is None:
            running.send_signal(signal.SIGINT)
        assert (running.returncode, running.stdout.read()) == (0, "")


def test_a_signal_that_is_ignored_stays_so():
    def deaf():
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    with program("press()\nsys.exit(interruption.over(0))", preexec_fn=deaf) as running:
        told, _ = running.communicate(timeout=30)
    assert (running.returncode, told) == (0, "")
