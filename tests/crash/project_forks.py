"""Owns the process that has imagegen imported and carries out each command in a fork of its own.

A command then costs a fork instead of a start; what it uses is measured by the system. The
program speaks JSON lines over its pipes; `Forks` is the other end.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

HANGS = 6.0
"""Seconds, of those that a command did not wait for a processor, after which it is killed."""

_ROOM = 4 * 2**30
"""Bytes of address space of a command: a case that eats memory must not take the machine along."""

_PRELOADED = ("main", "plan", "build", "check", "show", "works")


@dataclass(frozen=True, slots=True)
class Used:
    """What became of one command and what it took."""

    code: int
    """Exit code; negative is the signal that ended it."""
    seconds: float
    """Wall time without the time in which the command waited for a processor."""
    memory: int
    """The most memory that was resident, in KiB, imports included."""


class Forks:
    """A running program of this module; use it as a context."""

    def __init__(self, package: Path) -> None:
        """Start it; `package` is the folder in which `imagegen` is imported from."""
        ways = os.pathsep.join([str(package), str(Path(__file__).resolve().parent.parent)])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crash.project_forks"],
            env={**os.environ, "PYTHONPATH": ways},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __enter__(self) -> Forks:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait(timeout=60)

    def run(
        self, args: Sequence[str], folder: Path, environment: Mapping[str, str], said: Path,
        *, whole: bool,
    ) -> Used:  # fmt: skip
        """Run `imagegen` in `folder`; its streams go to `said`/stdout and `said`/stderr.

        With `whole` it is a new interpreter, as a person would start it.
        """
        order = {
            "args": list(args),
            "folder": str(folder),
            "environment": dict(environment),
            "said": str(said),
            "whole": whole,
        }
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the program was started without pipes")
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Used(**json.loads(self._process.stdout.readline()))


def _serve() -> None:
    for name in _PRELOADED:
        importlib.import_module(f"imagegen.cli.{name}")
    importlib.import_module("imagegen.project.positions")
    gc.freeze()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_carried_out(json.loads(line))) + "\n")
        sys.stdout.flush()


def _carried_out(order: Mapping[str, Any]) -> dict[str, float]:
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        _become(order)
    watch = os.pidfd_open(child)
    try:
        ended = False
        seconds = 0.0
        while not ended and seconds < HANGS:
            ended = bool(select.select([watch], [], [], 0.5)[0])
            seconds = time.monotonic() - started - _waited(child)
        if not ended:
            os.kill(child, signal.SIGKILL)
            select.select([watch], [], [])
    finally:
        os.close(watch)
    _, status, usage = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return {"code": code, "seconds": seconds, "memory": usage.ru_maxrss}


def _waited(child: int) -> float:
    """Return the seconds in which a process was ready to run and others had the processor."""
    try:
        _, queued, _ = Path(f"/proc/{child}/schedstat").read_text(encoding="ascii").split()
    except OSError:
        return 0.0
    return int(queued) / 1e9


def _become(order: Mapping[str, Any]) -> None:
    """Turn this fork into the command; never returns."""
    code = 70
    try:
        resource.setrlimit(resource.RLIMIT_AS, (_ROOM, _ROOM))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        said = Path(order["said"])
        for number, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(os.open(said / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.argv = ["imagegen", *order["args"]]
        if order["whole"]:
            command = [sys.executable, "-m", "imagegen", *order["args"]]
            os.execve(sys.executable, command, dict(os.environ))
        importlib.import_module("imagegen.__main__").main()
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 0 if left.code is None else 1
    except BaseException:  # noqa: BLE001 - what an interpreter would do at its end
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
