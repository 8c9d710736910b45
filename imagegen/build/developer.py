"""Owns the other side of the darkroom: the loop of a process that decodes and makes files.

Reads one task after another from its input, a line of JSON and then the picture's bytes, and
answers in the same way. Never opens a file, and lives within limits that the system enforces.
"""

from __future__ import annotations

import json
import math
import sys
import time
import warnings
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from PIL import AvifImagePlugin, Image

from imagegen.build.task import Task, parse
from imagegen.errors import Problem
from imagegen.pictures.convert import convert
from imagegen.pictures.derive import NotDerived, derived, try_texts
from imagegen.pictures.inspect import PIXEL_CAP, NotAPicture, inspect
from imagegen.pictures.placeholder import placeholder
from imagegen.pictures.shrink import shrunk
from imagegen.pictures.thumbnail import thumbnail

if sys.platform != "win32":
    import resource

COPIES = 12
"""How often a picture may lie in memory at once: WebP decodes with 4, AVIF encodes with 10."""

DECODING = 5
"""The same while it is decoded, turned and cropped."""

_TYPEFACES = 4
"""How often a font may lie in memory at once."""

_LONGEST = 4000
"""Characters of a text in an answer, which is read as one line."""

_BYTES_PER_PIXEL = 4
_ROOM = 128 * 2**20
"""Bytes of memory for everything that does not grow with the picture."""

_UNKNOWN_SIZE = 512 * 2**20
"""What this process is taken to occupy where the system does not say."""

_OPEN_FILES = 32


def develop(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Carry out tasks until there are no more; says so once it is ready for the first."""
    limits = _Limits()
    # More threads would need more room, and the bytes of AVIF depend on their number.
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    _say(answers, {"ready": True})
    while line := tasks.readline():
        task = parse(line)
        data = tasks.read(task.bytes)
        fonts = {sha256: tasks.read(length) for sha256, length in task.fonts}
        limits.grant(task)
        told, made = _developed(task, data, fonts)
        _say(answers, {**told, "bytes": len(made)}, made)


def _developed(
    task: Task, data: bytes, fonts: Mapping[str, bytes]
) -> tuple[Mapping[str, object], bytes]:
    """Return what is answered to `task`; a problem says whose fault it is."""
    try:
        if task.trial:
            looks = try_texts(task.recipes, fonts, data)
            return {}, json.dumps([[one.share, one.contrast] for one in looks]).encode()
        if task.recipes:
            files = derived(data, task.recipes, fonts)
            return {"sizes": [len(file) for file in files]}, b"".join(files)
        if task.crop is not None:
            return asdict(placeholder(data, task.crop)), b""
        return _looked(task, data)
    except NotAPicture as error:
        return _problem("picture", error.problem), b""
    except NotDerived as error:
        return _problem("recipe", error.problems[0]), b""
    except MemoryError:
        if task.recipes:
            return _problem("recipe", Problem("a file that needs too much memory")), b""
        return _problem("picture", Problem("a picture that needs too much memory")), b""


def _looked(task: Task, data: bytes) -> tuple[Mapping[str, object], bytes]:
    if task.width is not None:
        return {}, thumbnail(data, task.width)
    if task.format is not None:
        return {}, convert(data, task.format)
    if task.fit is not None:
        small = shrunk(data, *task.fit)
        return {"width": small.width, "height": small.height}, small.tobytes()
    original = inspect(data, pixels=task.pixels)
    told = {"format": original.format, "width": original.width, "height": original.height}
    return told, b""


def _problem(fault: str, problem: Problem) -> Mapping[str, object]:
    texts = {"summary": problem.summary, "detail": problem.detail, "hint": problem.hint}
    return {"fault": fault, "problem": {name: text[:_LONGEST] for name, text in texts.items()}}


def _say(answers: BinaryIO, told: Mapping[str, object], made: bytes = b"") -> None:
    answers.write(json.dumps(told).encode() + b"\n")
    answers.write(made)
    answers.flush()


def room_for(task: Task) -> int:
    """Return the bytes of memory that `task` may take beside what the process has anyway."""
    room = _ROOM + 3 * task.bytes
    most = PIXEL_CAP if task.pixels is None else min(PIXEL_CAP, task.pixels)
    if not task.recipes:
        return room + COPIES * _BYTES_PER_PIXEL * most
    files = [recipe.width * recipe.height for recipe in task.recipes]
    # What has been made waits until all of it is.
    pixels = DECODING * most + COPIES * max(files) + sum(files)
    return room + _TYPEFACES * sum(length for _, length in task.fonts) + _BYTES_PER_PIXEL * pixels


class _Limits:
    """The limits of this process; where the system has none, the darkroom's deadline remains."""

    def __init__(self) -> None:
        self._size = _occupied()
        if sys.platform != "win32":
            _limit(resource.RLIMIT_CORE, 0, for_good=True)
            _limit(resource.RLIMIT_FSIZE, 0, for_good=True)
            _limit(resource.RLIMIT_NOFILE, _OPEN_FILES, for_good=True)

    def grant(self, task: Task) -> None:
        """Allow what `task` may need, and no more."""
        if sys.platform == "win32":
            return
        _limit(resource.RLIMIT_AS, self._size + room_for(task))
        _limit(resource.RLIMIT_CPU, math.ceil(time.process_time()) + task.seconds)


def _limit(what: int, value: int, *, for_good: bool = False) -> None:
    if sys.platform == "win32":
        return
    hard = resource.getrlimit(what)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    try:
        resource.setrlimit(what, (value, value if for_good else hard))
    except (OSError, ValueError):
        # Not every system knows every limit, or lets it be set below what is in use.
        return


def _occupied() -> int:
    """Return the bytes of address space that this process has now."""
    if sys.platform != "linux":
        return _UNKNOWN_SIZE
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        return int(pages) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return _UNKNOWN_SIZE
