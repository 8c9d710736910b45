"""Owns the test sentence for whole commands: write files, run `imagegen`, look at what came of it.

    def test_a_second_build_is_free(project, emulator):
        project.write("imagegen.toml", ONE_PICTURE)
        project.run("build", code=0)
        project.run("build", code=0)
        assert emulator.charges == 1

Every run is a real process with an environment of its own; nothing of the person's home,
settings or key can reach it.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from crash import noon

ROOT = Path(__file__).resolve().parent.parent

KEY = "afk_canary_0123456789abcdef"
"""The key that runs get; it must never be found in anything they leave behind."""

OWN_VARIABLES = (
    "APIFRAME_API_KEY",
    "APIFRAME_BASE_URL",
    "IMAGEGEN_HOME",
    "SSL_CERT_FILE",
    "XDG_DATA_HOME",
)
"""Variables of the person who runs the tests that no test may see."""


@dataclass(frozen=True)
class Result:
    """What one finished command said."""

    args: tuple[str, ...]
    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """The standard output read as one JSON value."""
        return json.loads(self.stdout)

    def __str__(self) -> str:
        told = f"$ imagegen {' '.join(self.args)}\n(exit code {self.code})\n"
        return f"{told}--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"


@dataclass
class Project:
    """A project folder on a machine of its own (its home), talking to one API address."""

    folder: Path
    home: Path
    base_url: str
    key: str | None = KEY
    results: list[Result] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        """Return the path of a file of the project."""
        return self.folder / name

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the project, making its folders."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def read(self, name: str) -> str:
        """Return a text file of the project."""
        return self.path(name).read_text(encoding="utf-8")

    def bytes(self, name: str) -> bytes:
        """Return the bytes of a file of the project."""
        return self.path(name).read_bytes()

    def remove(self, name: str) -> None:
        """Delete a file of the project."""
        self.path(name).unlink()

    def files(self) -> list[str]:
        """Return every file of the project, relative, POSIX, sorted."""
        return sorted(
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*")
            if path.is_file()
        )

    def run(
        self,
        *args: str,
        code: int | None = None,
        env: Mapping[str, str | None] | None = None,
        timeout: float = 120,
    ) -> Result:
        """Run `imagegen` with `args` in the folder; with `code`, insist on that exit code."""
        done = subprocess.run(
            command(args),
            cwd=self.folder,
            env=self.environment(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return self._keep(Result(args, done.returncode, done.stdout, done.stderr), code)

    def start(self, *args: str, env: Mapping[str, str | None] | None = None) -> Running:
        """Start `imagegen` and return at once; for `watch`, servers and runs that get killed."""
        process = subprocess.Popen(
            command(args),
            cwd=self.folder,
            env=self.environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        return Running(self, args, process)

    def environment(self, more: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """Return the whole environment of a run; a None in `more` takes a variable away."""
        wanted: dict[str, str | None] = {
            "PATH": os.environ.get("PATH"),
            "SYSTEMROOT": os.environ.get("SYSTEMROOT"),
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "HOME": str(self.home),
            "IMAGEGEN_HOME": str(self.home / "imagegen"),
            "APIFRAME_API_KEY": self.key,
            "APIFRAME_BASE_URL": self.base_url,
            "NO_COLOR": "1",
            "TERM": "dumb",
            "LANG": "C.UTF-8",
            "TZ": noon.ZONE,
            # No authority is here: all that is spoken to is on this machine, and speaks no TLS.
            "SSL_CERT_DIR": str(ROOT / "tests"),
        }
        wanted.update(more or {})
        return {name: value for name, value in wanted.items() if value is not None}

    def beside(self, name: str) -> Self:
        """Return the project in the folder `name` beside this one, on the same machine."""
        return replace(self, folder=self.folder.with_name(name))

    def on_another_machine(self, *, key: str | None = KEY) -> Project:
        """Return a fresh clone of this folder with an empty home, as a colleague or CI has it."""
        number = 2
        while (clone := self.folder.with_name(f"{self.folder.name}-{number}")).exists():
            number += 1
        shutil.copytree(self.folder, clone, symlinks=True)
        home = self.home.with_name(f"{self.home.name}-{number}")
        return Project(clone, home, self.base_url, key)

    def leaks(self) -> list[str]:
        """Return where the key was left behind: in what runs said, the project or the home."""
        said = [f"imagegen {' '.join(r.args)}" for r in self.results if KEY in r.stdout + r.stderr]
        written = [
            str(path)
            for folder in (self.folder, self.home)
            for path in folder.rglob("*")
            if path.name != ".env" and path.is_file() and KEY.encode() in path.read_bytes()
        ]
        return said + written

    def _keep(self, result: Result, code: int | None) -> Result:
        self.results.append(result)
        if code is not None:
            assert result.code == code, f"expected exit code {code}:\n{result}"
        assert "Traceback (most recent call last)" not in result.stderr, str(result)
        return result


@dataclass
class Running:
    """A command that has been started; every test ends it with `finish` or `kill`."""

    project: Project
    args: tuple[str, ...]
    process: subprocess.Popen[str]

    def finish(self, *, code: int | None = None, timeout: float = 120) -> Result:
        """Wait until the command ends by itself."""
        stdout, stderr = self.process.communicate(timeout=timeout)
        result = Result(self.args, self.process.returncode, stdout, stderr)
        return self.project._keep(result, code)

    def signal(self, number: int) -> None:
        """Send a signal to the command and to nothing else."""
        self.process.send_signal(number)

    def kill(self) -> Result:
        """End the command with no chance to tidy up, as a power cut would."""
        self.process.kill()
        return self.finish(timeout=30)


class Emulator:
    """The emulator as a test sees it: where it is, what it was asked, what it charged for."""

    def __init__(self, running: Any) -> None:
        self.running = running

    @property
    def url(self) -> str:
        """Address for APIFRAME_BASE_URL."""
        return str(self.running.url)

    @property
    def charges(self) -> int:
        """Jobs that were paid for and not given back."""
        return len(self.running.charges)

    @property
    def posts(self) -> int:
        """How many times a picture was ordered, charged or not."""
        return int(self.running.posts)

    @property
    def requests(self) -> Sequence[Any]:
        """Every request seen, in order of arrival."""
        return list(self.running.requests)


@contextmanager
def emulator(**settings: Any) -> Iterator[Emulator]:
    """Run the emulator on a free port; `settings` are fields of its Settings."""
    # Imported here so that the many tests without a server do not pay for one.
    from imagegen.emulator import serve
    from imagegen.emulator import settings as emulator_settings

    chosen = {"port": 0, "latency": 0.05, "picture_scale": 8} | settings
    with serve.running(emulator_settings.Settings(**chosen)) as running:
        yield Emulator(running)


@contextmanager
def kept_port() -> Iterator[int]:
    """Keep a port of this machine for whoever is told of it; until it listens, none is there.

    The system gives a port that is merely free to anybody who asks for one meanwhile.
    """
    with socket.socket() as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind(("127.0.0.1", 0))
        yield keeper.getsockname()[1]


class Silence:
    """A listener that answers nothing and remembers who came, to prove that nobody did."""

    def __init__(self) -> None:
        self.visits: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Address for APIFRAME_BASE_URL."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=5)

    def _accept(self) -> None:
        while True:
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            with visitor:
                visitor.settimeout(1)
                self.visits.append(_first_words(visitor))


def _first_words(visitor: socket.socket) -> bytes:
    try:
        return visitor.recv(1024)
    except OSError:
        return b"(connected and said nothing)"


def command(args: Sequence[str]) -> list[str]:
    """Return the command line that runs this tree's `imagegen`."""
    return [sys.executable, "-m", "imagegen", *args]
