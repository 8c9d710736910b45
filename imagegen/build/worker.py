"""Owns one process in which pictures are decoded and files are made: started, asked, ended.

It has limits, no key and no files. Believes nothing that it says without a look.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from imagegen.build import darkroom_fault
from imagegen.build.task import Task, line
from imagegen.errors import NeedsAttention
from imagegen.pictures.inspect import PIXEL_CAP

_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[1:]; from imagegen.build.developer import develop; "
    "develop(sys.stdin.buffer, sys.stdout.buffer)"
)

_NEEDED = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""All that it gets of the environment: without it Python may not start."""

_BYTES_PER_PIXEL = 4
_ROOM = 2**20
"""Bytes of an answer that do not grow with the picture."""

_LONGEST_LINE = 2**16

Told = Mapping[str, object]
"""The first line of an answer."""


class Died(Exception):
    """The process is no more, or no longer makes sense; `how` says what it did, as a verb."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class Late(Died):
    """It used up the time that it was allowed."""


class Vanished(Died):
    """It did not use up what it was allowed: perhaps somebody else ended it."""


class Worker:
    """One process, ready for tasks."""

    def __init__(self, patience: float) -> None:
        """Start it and wait until it is ready; raises NeedsAttention."""
        paths = [str(Path(entry).absolute()) for entry in sys.path]
        try:
            self._child = subprocess.Popen(  # noqa: S603, our own program in our own interpreter
                [sys.executable, "-I", "-c", _PROGRAM, *paths],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _NEEDED if name in os.environ},
                # A terminal sends Ctrl-C to all of its processes; this one ends with its parent.
                start_new_session=True,
            )
        except OSError as error:
            raise NeedsAttention(darkroom_fault.unstarted(error.strerror or str(error))) from None
        self._late = False
        try:
            with self._within(patience):
                self._answer()
        except Died as error:
            self.end()
            raise NeedsAttention(darkroom_fault.unstarted(f"it {error.how}")) from None

    def ask(self, task: Task, parts: Sequence[bytes], seconds: float) -> tuple[Told, bytes]:
        """Return what it answers to `task` and the bytes that belong to it.

        Raises Died, after `seconds` on the wall at the latest.
        """
        requests = _pipe(self._child.stdin)
        with self._within(seconds):
            try:
                requests.write(line(task))
                for part in parts:
                    requests.write(part)
                requests.flush()
            except OSError:
                raise self._died(task.seconds) from None
            return self._answer(task.seconds, _longest(task))

    def kill(self) -> None:
        """End it from any thread; whoever waits for it hears of it at once."""
        self._child.kill()

    def end(self) -> None:
        """End it and let go of everything."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            with contextlib.suppress(OSError):
                _pipe(pipe).close()

    @contextlib.contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, self._give_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _give_up(self) -> None:
        self._late = True
        self._child.kill()

    def _answer(self, seconds: float = 0, longest: int = 0) -> tuple[Told, bytes]:
        answers = _pipe(self._child.stdout)
        told = _read(answers.readline(_LONGEST_LINE))
        length = told.get("bytes", 0) if told else None
        if told is None or type(length) is not int or not 0 <= length <= longest:
            raise self._died(seconds)
        made = answers.read(length)
        if len(made) < length:
            raise self._died(seconds)
        return told, made

    def _died(self, seconds: float) -> Died:
        """Return how it ended; ends it first if it is only confused."""
        self._child.kill()
        code = self._child.wait()
        if self._late:
            return Late("did not come to an end in time")
        if hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU:
            return Late(f"took more than {seconds:.0f} s of processor time")
        ended = signal.Signals(-code).name if -code in set(signal.Signals) else f"exit code {code}"
        return Vanished(f"came to an end ({ended})")


def _longest(task: Task) -> int:
    """Return the most bytes that an answer to `task` can have."""
    if not task.recipes:
        return _ROOM + _BYTES_PER_PIXEL * PIXEL_CAP
    pixels = sum(recipe.width * recipe.height for recipe in task.recipes)
    # A file that no format can make smaller still has a head, marks and a little more each row.
    return _ROOM * len(task.recipes) + (_BYTES_PER_PIXEL + 1) * pixels


def _read(text: bytes) -> Told | None:
    """Return an answer's first line, or None when it is none."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("a decoding process without pipes")
    return pipe
