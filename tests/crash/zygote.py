"""Owns the zygote: a process that has imported everything and forks one run after another.

A forked run does what `python -m imagegen` does, without paying for the imports each time.
Run as a module it is the zygote itself: one JSON request a line on standard input, one answer a
line on standard output.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from .tracing import Point, Trace, offer, watched

TESTS = Path(__file__).resolve().parent.parent
TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Run:
    """How one forked run ended."""

    code: int
    """The exit code; minus the signal's number when a signal ended it."""
    effects: int
    """Effects counted, if it was asked for and the run came to its end."""
    told: str
    """Standard output and standard error, as they came."""
    trace: Trace = field(default_factory=Trace)
    """What was seen of its system calls, if it was watched."""

    @property
    def killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL


class Zygote:
    """A process to run imagegen in; use it as a context manager, one run at a time."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="crash-")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "crash.zygote", self._folder.name],
            env={**os.environ, "PYTHONPATH": os.pathsep.join((package_folder(), str(TESTS)))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()
        self._folder.cleanup()

    @property
    def pid(self) -> int:
        """The process that forks every run."""
        return self._process.pid

    def run(
        self,
        args: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        kill_at: int | None = None,
        error: int = 0,
        watch: Point | Literal["counts", "calls"] | None = None,
        file_limit: int | None = None,
        ahead: float = 0.0,
    ) -> Run:
        """Run `imagegen` with `args` in `folder`.

        `kill_at` counts effects, and kills the run before that one; 0 only counts. With `error`
        (an errno) that effect fails instead. `watch` looks at every system call: only counts
        them, keeps them all, or strikes at one. No file may grow beyond `file_limit` bytes.
        `ahead` is how many seconds its clock is ahead.
        """
        wanted = {
            "args": list(args),
            "folder": str(folder),
            "environment": dict(environment),
            "kill_at": kill_at,
            "error": error,
            "watch": asdict(watch) if isinstance(watch, Point) else watch,
            "file_limit": file_limit,
            "ahead": ahead,
        }
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the zygote has no pipes")
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return Run(**answer | {"trace": Trace.of(answer["trace"])})


def package_folder() -> str:
    """Return the folder whose `imagegen` this process tests, and its children must test too."""
    import imagegen

    return str(Path(str(imagegen.__file__)).resolve().parent.parent)


def _serve(scratch: Path) -> None:
    from crash import later

    clock = later.install()
    import crash.preloaded  # noqa: F401

    # What is not collected is not copied by each child either.
    gc.freeze()
    for line in sys.stdin:
        wanted = json.loads(line)
        said, counted = scratch / "said", scratch / "counted"
        counted.unlink(missing_ok=True)
        child = os.fork()
        if not child:
            clock.ahead = wanted["ahead"]
            _become(wanted, said, counted)
        code, trace = _waited(child, wanted["watch"])
        answer: dict[str, Any] = {"code": code, "effects": 0, "trace": asdict(trace)}
        answer["told"] = said.read_text(errors="replace")
        if counted.exists():
            answer["effects"] = int(counted.read_text())
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _waited(child: int, watch: Any) -> tuple[int, Trace]:
    signal.alarm(TIMEOUT_SECONDS)
    try:
        if watch is not None:
            point = Point(**watch) if isinstance(watch, dict) else None
            return watched(child, point, record=watch == "calls")
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), Trace()
    except TimeoutError:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return -signal.SIGALRM, Trace()
    finally:
        signal.alarm(0)


def _overdue(number: int, frame: object) -> None:
    raise TimeoutError


def _become(wanted: Mapping[str, Any], said: Path, counted: Path) -> None:
    """Be that run, and never return."""
    from crash.failpoint import Failpoint
    from imagegen.__main__ import main

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    descriptor = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (descriptor, 1), (descriptor, 2)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(wanted["environment"])
    os.chdir(wanted["folder"])
    sys.argv = ["imagegen", *wanted["args"]]
    point = None
    if wanted["kill_at"] is not None:
        point = Failpoint(wanted["kill_at"], wanted["error"])
        point.install()
    if wanted["file_limit"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (wanted["file_limit"], resource.RLIM_INFINITY))
    if wanted["watch"] is not None:
        offer()
    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    if point is not None:
        counted.write_text(str(point.seen))
    os._exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, _overdue)
    _serve(Path(sys.argv[1]))
