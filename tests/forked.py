"""Owns Forked: a command in a process of its own, forked from one that has imagegen loaded.

It is killed, interrupted and heard as any other; only the half second of its start is saved.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(
    ["forked", "imagegen.__main__", "imagegen.cli.main"]
    + [f"imagegen.cli.{verb}" for verb in ("build", "jobs", "preview", "resolve", "watch")]
    + ["imagegen.cli.works", "imagegen.cli.live", "imagegen.preview.serve"]
    + [f"PIL.{kind}ImagePlugin" for kind in ("Avif", "Jpeg", "Png", "Webp")]
)


class Forked:
    """A started command, with what tests use of `subprocess.Popen`."""

    def __init__(self, args: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        heard_out, out = _SERVER.Pipe(duplex=False)
        heard_err, err = _SERVER.Pipe(duplex=False)
        with heard_out, heard_err, out, err:
            given = (tuple(args), folder, dict(environment), out, err)
            self._process = _SERVER.Process(target=_carry_out, args=given)
            self._process.start()
            self.stdout, self.stderr = _reader(heard_out), _reader(heard_err)
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit code once it has ended; negative is the signal that ended it."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends; returns the exit code."""
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Hear it to its end; returns what is left of its output and its errors."""
        said = ["", ""]

        def hear(number: int, stream: IO[str]) -> None:
            said[number] = stream.read()

        streams = enumerate((self.stdout, self.stderr))
        heard = [threading.Thread(target=hear, args=pair, daemon=True) for pair in streams]
        for thread in heard:
            thread.start()
        self.wait(timeout)
        for thread in heard:
            thread.join(timeout)
        self.stdout.close()
        self.stderr.close()
        return said[0], said[1]

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it with no chance to tidy up."""
        self._process.kill()


def _reader(pipe: Connection) -> IO[str]:
    return os.fdopen(os.dup(pipe.fileno()), encoding="utf-8")


def _carry_out(
    args: tuple[str, ...],
    folder: Path,
    environment: Mapping[str, str],
    out: Connection,
    err: Connection,
) -> None:
    """Be the command, in the forked process; ends with SystemExit."""
    # Deferred on purpose: who only starts commands needs none of what they load.
    from imagegen.__main__ import main

    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for pipe, number in ((out, 1), (err, 2)):
        os.dup2(pipe.fileno(), number)
        pipe.close()
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.argv = ["imagegen", *args]
    main()
