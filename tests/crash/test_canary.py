"""The search for the key: it finds every form, and real commands leave none of them anywhere."""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import journey
import pytest
from journeys.gallery import until

from . import canary

pytestmark = pytest.mark.crash

PLANTED = "afk_planted_fedcba9876543210"
"""Not the key of the run, which would rightly fail for it."""

RAW, DIGEST = PLANTED.encode(), hashlib.sha256(PLANTED.encode()).digest()

FORMS = {
    "raw": RAW,
    "capitals": RAW.upper(),
    "other case": RAW.swapcase(),
    "backwards": RAW[::-1],
    "hex": RAW.hex().encode(),
    "hex in capitals": RAW.hex().upper().encode(),
    "base64": base64.b64encode(b'{"key":"' + RAW + b'"}'),
    "base64, shifted by one": base64.b64encode(b'{"key": "' + RAW + b'"}'),
    "base64, shifted by two": base64.b64encode(b'{"key":  "' + RAW + b'"}'),
    "base64 of a URL": base64.urlsafe_b64encode(b"??>" + RAW),
    "percent signs": "".join(f"%{byte:02x}" for byte in RAW).encode(),
    "a query": urllib.parse.urlencode({"key": PLANTED}).encode(),
    "UTF-16": PLANTED.encode("utf-16"),
    "digest": DIGEST,
    "digest in hex": DIGEST.hex().encode(),
    "digest in base64": base64.b64encode(b"x" + DIGEST),
}

PICTURE = '[images.hero]\nprompt = "A mug"\n'


@pytest.mark.parametrize("form", FORMS)
def test_it_is_found_in_every_form(form: str, tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "file.bin").write_bytes(b"\0" * 999 + FORMS[form] + b"\n")
    assert canary.found_in(tmp_path, PLANTED)


def test_it_is_found_across_the_pieces_of_a_large_file(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(canary._CHUNK - 5) + RAW)
    assert canary.found_in(tmp_path, PLANTED)


def test_it_is_found_in_names_and_links_but_may_stand_in_a_settings_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(RAW)
    (tmp_path / "harmless").write_bytes(RAW[:-1])
    assert canary.found_in(tmp_path, PLANTED) == []
    (tmp_path / f"a-{PLANTED}").mkdir()
    (tmp_path / "link").symlink_to(f"/nowhere/{PLANTED}")
    assert len(canary.found_in(tmp_path, PLANTED)) == 2


def found_while(command: list[str], **options: Any) -> list[str]:
    """Return what is found while a command runs, which ends when it has read a line."""
    watch = canary.Watch(PLANTED, every=0.01)
    with subprocess.Popen(command, stdin=subprocess.PIPE, **options) as process:
        until(lambda: watch.found)
        process.communicate(b"\n")
    assert process.returncode == 0
    return watch.end()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_is_found_in_arguments() -> None:
    (found, *_) = found_while([sys.executable, "-c", "input()", PLANTED])
    assert found.startswith("arguments of process")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_is_found_in_what_a_command_hands_to_its_children(tmp_path: Path) -> None:
    # A stand-in for the package, whose command starts a child and leaves it the environment.
    (tmp_path / "imagegen").mkdir()
    (tmp_path / "imagegen" / "__init__.py").touch()
    (tmp_path / "imagegen" / "__main__.py").write_text(
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'input()'])\n"
    )
    env = {**os.environ, "APIFRAME_API_KEY": PLANTED, "PYTHONPATH": str(tmp_path)}
    (found, *_) = found_while([sys.executable, "-m", "imagegen"], env=env, cwd=tmp_path)
    assert found.startswith("environment of")


PLANTING = """
import sys
sys.path[:0] = {ways!r}
import pytest
from crash.canary_check import CanaryCheck
def pytest_configure(config):
    config.pluginmanager.register(CanaryCheck(config, {key!r}))
"""


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize(
    "planting",
    ["(tmp_path / 'x.txt').write_text(KEY.encode().hex())", "print(KEY)", "pass"],
    ids=["file", "output", "nothing"],
)
def test_a_run_that_leaves_the_key_behind_fails(
    planting: str, workers: str, tmp_path: Path
) -> None:
    ways = [str(journey.ROOT / "tests"), str(journey.ROOT)]
    (tmp_path / "conftest.py").write_text(PLANTING.format(ways=ways, key=PLANTED))
    written = f"KEY = 'afk_planted_' + 'fedcba9876543210'\ndef test_x(tmp_path):\n    {planting}\n"
    (tmp_path / "test_x.py").write_text(written)
    args = ["-m", "pytest", "-q", "-n", workers, "--basetemp", str(tmp_path / "base"), "-p"]
    done = subprocess.run(
        [sys.executable, *args, "no:cacheprovider", str(tmp_path / "test_x.py")],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert "1 passed" in done.stdout
    assert done.returncode == (0 if planting == "pass" else 1), done.stdout
    assert ("THE KEY WAS LEFT BEHIND" in done.stdout) == (planting != "pass")


@pytest.fixture
def searched(tmp_path: Path) -> Iterator[Path]:
    """Give a folder for temporary files and search it, and all processes, at the end."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    watch = canary.Watch(journey.KEY, every=0.02) if sys.platform == "linux" else None
    yield folder
    assert (watch.end() if watch else []) == []
    assert canary.found_in(tmp_path.parent, journey.KEY) == []


def silent(project: journey.Project) -> None:
    """Insist that nothing of what was said gives the key away, in any form."""
    told = [text for result in project.results for text in (result.stdout, result.stderr)]
    assert canary.in_texts(told, journey.KEY) == []


def test_a_paid_build_and_every_report_of_it_keep_the_key(
    project: journey.Project, emulator: journey.Emulator, searched: Path
) -> None:
    project.write("imagegen.toml", PICTURE)
    env = {"TMPDIR": str(searched)}
    project.run("build", code=0, env=env)
    for verb in ("doctor", "show", "jobs --all", "plan", "check", "restore"):
        for more in ([], ["--json"]):
            project.run(*verb.split(), *more, env=env)
    project.run("show", "hero", env=env)
    assert emulator.charges == 1
    silent(project)


def test_an_error_keeps_the_key(project: journey.Project, searched: Path) -> None:
    project.write("imagegen.toml", "[images.hero]\nprompt = 1\n")
    for args in (["build"], ["build", "--json"], ["doctor"], ["doctor", "--json"]):
        project.run(*args, env={"TMPDIR": str(searched)})
    silent(project)


BUGGY = """
import sys
sys.argv[0] = "imagegen"
from imagegen import opened
from imagegen.cli import main
def broken(file):
    key = opened.environment.read(__import__("os").environ, file.parent).key
    raise RuntimeError(f"a bug that tells what it has: {key} {[key]!r}")
opened.Opened.plan = lambda self, *names, **more: broken(self.file)
sys.exit(main.run(sys.argv[1:]))
"""


def test_a_bug_keeps_the_key(project: journey.Project, searched: Path) -> None:
    project.write("imagegen.toml", PICTURE)
    env = project.environment({"TMPDIR": str(searched), "PYTHONFAULTHANDLER": "1"})
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", BUGGY, "plan"],
        cwd=project.folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert [path.name.startswith("imagegen-bug-") for path in searched.iterdir()] == [True]
    assert canary.in_texts([done.stdout, done.stderr], journey.KEY) == []


CRASHING = """
import os, signal, sys
from imagegen import opened
from imagegen.cli import main

opened.Opened.plan = lambda self, *names, **more: os.kill(os.getpid(), signal.SIGSEGV)
sys.exit(main.run(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="sets a limit on core dumps")
def test_a_crash_of_the_interpreter_keeps_the_key(project: journey.Project, searched: Path) -> None:
    project.write("imagegen.toml", PICTURE)
    env = project.environment({"TMPDIR": str(searched), "PYTHONFAULTHANDLER": "1"})
    unlimited = (
        "import resource as r; r.setrlimit(r.RLIMIT_CORE, (r.getrlimit(r.RLIMIT_CORE)[1],) * 2)\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", unlimited + CRASHING, "plan"],
        cwd=project.folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode < 0
    assert "Fatal Python error" in done.stderr
    assert canary.in_texts([done.stdout, done.stderr], journey.KEY) == []


class Echo(http.server.BaseHTTPRequestHandler):
    """A server, or something on the way to it, that repeats what it was sent."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Refuse, and tell every header in words and as a detail."""
        told = "; ".join(f"{name}: {text}" for name, text in self.headers.items())
        body = json.dumps({"message": f"bad request: {told}", "errors": [told]}).encode()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.server.status, told)  # type: ignore[attr-defined]
        self.send_header("X-Echo", told)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_server_that_repeats_the_key_does_not_get_it_told(
    status: int, project: journey.Project, searched: Path
) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.status = status  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        project.write("imagegen.toml", PICTURE)
        project.base_url = f"http://127.0.0.1:{server.server_port}"
        for args in (["build"], ["build", "--json"], ["jobs", "--all", "--json"], ["doctor"]):
            done = project.run(*args, env={"TMPDIR": str(searched)})
            assert done.code in (0, 1, 2)
        silent(project)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
