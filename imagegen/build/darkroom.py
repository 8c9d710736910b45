"""Owns the processes in which foreign pictures are decoded: started late, kept, few, replaceable.

A decoder is the part of us that bytes from outside can best attack. Here it has limits, no key
and no files, and its death is a fault of the picture, not of the run. Never decodes in this
process, and believes a decoding process nothing that it can know by itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import IO

import anyio
import anyio.to_thread

from imagegen import digest
from imagegen.build.developer import Task
from imagegen.errors import NeedsAttention, Problem
from imagegen.original import Original
from imagegen.pictures import media
from imagegen.pictures.inspect import PIXEL_CAP, NotAPicture

_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[1:]; from imagegen.build.developer import develop; "
    "develop(sys.stdin.buffer, sys.stdout.buffer)"
)

_NEEDED = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""All that a decoding process gets of the environment: without it Python may not start."""

_LONGEST_ANSWER = 4 * PIXEL_CAP + 2**20
_LONGEST_LINE = 2**16
_LONGEST_TEXT = 1000

Told = Mapping[str, object]
"""The first line of an answer."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """How long things may take, in seconds; wall time is for machines with too much to do."""

    start: float = 60.0
    looking: int = 20
    """Processor time to decode one picture."""
    converting: int = 180
    """Processor time to decode one picture and encode it anew."""
    patience: float = 4.0
    """So many times the processor time may pass on the wall."""


class Darkroom:
    """Decodes pictures in other processes. Safe to use from many threads; close it at the end."""

    def __init__(self, *, allowed: Allowed | None = None) -> None:
        self._allowed = allowed or Allowed()
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._busy: set[_Process] = set()
        self._closed = False
        self._room: anyio.CapacityLimiter | None = None

    async def inspected(self, data: bytes, *, pixels: int) -> Original:
        """Do `inspect` without holding up the event loop."""
        return await anyio.to_thread.run_sync(
            partial(self.inspect, data, pixels=pixels),
            limiter=self._limiter(),
            abandon_on_cancel=True,
        )

    async def converted(self, data: bytes, format: str) -> bytes:  # noqa: A002
        """Do `convert` without holding up the event loop."""
        return await anyio.to_thread.run_sync(
            self.convert, data, format, limiter=self._limiter(), abandon_on_cancel=True
        )

    def inspect(self, data: bytes, *, pixels: int) -> Original:
        """Describe the picture in `data`, all of it decoded; `pixels` were asked for.

        Raises NotAPicture, also when it kills its process or takes too long; NeedsAttention
        when no process can be started.
        """
        kind = media.format_of(data) or ""
        told, _ = self._developed(Task(len(data), self._allowed.looking, pixels=pixels), data)
        width, height = told.get("width"), told.get("height")
        if told.get("format") != kind or type(width) is not int or type(height) is not int:
            raise NotAPicture(_senseless())
        return Original(digest.sha256_of(data), len(data), kind, width, height)

    def convert(self, data: bytes, format: str) -> bytes:  # noqa: A002
        """Return the picture in `data` as `format`; raises as `inspect`."""
        task = Task(len(data), self._allowed.converting, format=format)
        _, made = self._developed(task, data)
        if media.format_of(made) != format:
            raise NotAPicture(_senseless())
        return made

    def shrink(self, data: bytes, *, width: int, height: int) -> tuple[int, int, bytes]:
        """Return the picture in `data` so small that it fits: width, height, RGBA pixels by row.

        Never larger than it is; raises as `inspect`.
        """
        task = Task(len(data), self._allowed.looking, fit=(width, height))
        told, made = self._developed(task, data)
        wide, high = told.get("width"), told.get("height")
        if type(wide) is not int or type(high) is not int or len(made) != 4 * wide * high:
            raise NotAPicture(_senseless())
        if not (0 < wide <= width and 0 < high <= height):
            raise NotAPicture(_senseless())
        return wide, high, made

    def thumbnail(self, data: bytes, width: int) -> bytes:
        """Return the picture in `data` as WebP, at most `width` wide; raises as `inspect`."""
        _, made = self._developed(Task(len(data), self._allowed.looking, width=width), data)
        if media.format_of(made) != "webp":
            raise NotAPicture(_senseless())
        return made

    def close(self) -> None:
        """End all processes for good, also those at work."""
        with self._lock:
            self._closed = True
            for busy in self._busy:
                busy.kill()
            idle, self._idle = self._idle, []
        for process in idle:
            process.end()

    def _limiter(self) -> anyio.CapacityLimiter:
        # A limiter belongs to the running event loop, so the first use makes it.
        self._room = self._room or anyio.CapacityLimiter(os.cpu_count() or 1)
        return self._room

    def _developed(self, task: Task, data: bytes) -> tuple[Told, bytes]:
        with self._lock:
            known = self._idle.pop() if self._idle else None
        try:
            if known is not None:
                # One that has worked before may have died in its sleep: that is not the
                # picture's fault.
                with contextlib.suppress(_Vanished):
                    return self._done(known, task, data)
            return self._done(_Process(self._allowed.start), task, data)
        except _Died as error:
            raise NotAPicture(error.problem) from None

    def _done(self, process: _Process, task: Task, data: bytes) -> tuple[Told, bytes]:
        """Have `process` carry out `task`; it is used again only if nothing was amiss."""
        problem: Problem | None = _interrupted()
        try:
            with self._lock:
                self._busy.add(process)
                closed = self._closed
            if not closed:
                seconds = task.seconds * self._allowed.patience
                told, made = process.ask(task, data, seconds)
                problem = _problem(told)
        finally:
            with self._lock:
                self._busy.discard(process)
                kept = problem is None and not self._closed
                if kept:
                    self._idle.append(process)
            if not kept:
                process.end()
        if problem is not None:
            raise NotAPicture(problem)
        return told, made


class _Died(Exception):
    """The process is no more, or no longer makes sense."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


class _Vanished(_Died):
    """It did not use up what it was allowed: perhaps somebody else ended it."""


class _Process:
    """One decoding process, ready for tasks."""

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
            raise NeedsAttention(_unstarted(error.strerror or str(error))) from None
        self._late = False
        try:
            with self._within(patience):
                self._answer()
        except _Died as error:
            self.end()
            raise NeedsAttention(_unstarted(error.problem.summary)) from None

    def ask(self, task: Task, data: bytes, seconds: float) -> tuple[Told, bytes]:
        """Return what it answers to `task`; raises _Died, after `seconds` at the latest."""
        requests = _pipe(self._child.stdin)
        with self._within(seconds):
            try:
                requests.write(json.dumps(asdict(task)).encode() + b"\n")
                requests.write(data)
                requests.flush()
            except OSError:
                raise self._died(task.seconds) from None
            return self._answer(task.seconds)

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

    def _answer(self, seconds: float = 0) -> tuple[Told, bytes]:
        answers = _pipe(self._child.stdout)
        told = _read(answers.readline(_LONGEST_LINE))
        length = told.get("bytes", 0) if told else None
        if told is None or type(length) is not int or not 0 <= length <= _LONGEST_ANSWER:
            raise self._died(seconds)
        made = answers.read(length)
        if len(made) < length:
            raise self._died(seconds)
        return told, made

    def _died(self, seconds: float) -> _Died:
        """Return how it ended; ends it first if it is only confused."""
        self._child.kill()
        code = self._child.wait()
        if self._late:
            return _Died(_too_slow("it did not come to an end in time"))
        if hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU:
            return _Died(_too_slow(f"it took more than {seconds:.0f} s of processor time"))
        return _Vanished(_crashed(code))


def _read(line: bytes) -> Told | None:
    """Return an answer's first line, or None when it is none."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("a decoding process without pipes")
    return pipe


def _problem(told: Told) -> Problem | None:
    """Return the problem that a process tells of, as text of no more than bearable length."""
    form = told.get("problem")
    if form is None:
        return None
    texts = form if isinstance(form, dict) else {}
    summary, detail, hint = (
        str(texts.get(name, ""))[:_LONGEST_TEXT] for name in ("summary", "detail", "hint")
    )
    return Problem(summary, detail, hint)


def _crashed(code: int) -> Problem:
    how = signal.Signals(-code).name if -code in set(signal.Signals) else f"exit code {code}"
    return Problem(
        "a picture that cannot be decoded",
        f"The process that decoded it came to an end ({how}).",
        "Fetch it again.",
    )


def _too_slow(how: str) -> Problem:
    return Problem(
        "a picture that takes too long to decode",
        f"Decoding was given up: {how}.",
        "Fetch it again.",
    )


def _senseless() -> Problem:
    return Problem(
        "a picture that cannot be decoded", "What the decoder made of it makes no sense."
    )


def _interrupted() -> Problem:
    return Problem("a picture that was not looked at", "The run was ended before.")


def _unstarted(why: str) -> Problem:
    return Problem(
        "no process can be started to decode pictures in",
        f"The system says: {why}. Nothing is lost: what is paid for is kept.",
        "end some programs, then build again; it costs nothing",
    )
