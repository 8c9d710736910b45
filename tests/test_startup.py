"""The import budget: a command loads what it needs itself, so that it feels instant."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import journey
import pytest

REPORT = """
import json, runpy, sys
before = set(sys.modules)  # what this machine loads into every interpreter
sys.argv = ["imagegen", *sys.argv[1:]]
try:
    runpy.run_module("imagegen", run_name="__main__")
except SystemExit as leaving:
    code = leaving.code
tops = {name.partition(".")[0] for name in set(sys.modules) - before}
tops -= set(sys.stdlib_module_names)
mine = [name for name in sys.modules if name.startswith("imagegen.")]
told = {"code": code, "tops": sorted(t for t in tops if not t.startswith("_")), "mine": mine}
print(json.dumps(told), file=sys.stderr)
"""

INTERRUPT = """
import runpy, sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[-1]:
            import signal
            signal.raise_signal(signal.SIGINT)
            raise RuntimeError("nobody has heard it")
sys.meta_path.insert(0, Interrupting())
sys.argv = ["imagegen", "plan", sys.argv[-1]]
runpy.run_module("imagegen", run_name="__main__")
"""

PYDANTIC = {
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "typing_extensions",
    "typing_inspection",
}
ALLOWED_IDLE = {"imagegen", "click", "anyio", "sniffio", "idna", "dotenv", "platformdirs"}
ALLOWED_IDLE |= {"tomli_w", "xxhash", *PYDANTIC}


@pytest.fixture(scope="module")
def idle(tmp_path_factory):
    """A project in which nothing is to do."""
    folder = tmp_path_factory.mktemp("idle")
    project = journey.Project(folder / "project", folder / "home", "http://127.0.0.1:9", None)
    project.write("imagegen.toml", '[provider]\nname = "draft"\n\n[images.mug]\nprompt = "a mug"\n')
    project.run("build", code=0)
    return project


def loaded(project, *args):
    """Run a command and return (top-level modules, modules of ours, what it said)."""
    done = subprocess.run(
        [sys.executable, "-c", REPORT, *args],
        cwd=project.folder,
        env=project.environment(),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    *said, last = done.stderr.splitlines()
    told = json.loads(last)
    assert not told["code"], done.stderr
    return set(told["tops"]), set(told["mine"]), "\n".join([done.stdout, *said])


def test_help_loads_click_and_nothing_else(idle):
    tops, mine, said = loaded(idle, "--help")
    assert "Commands:" in said
    assert tops <= {"imagegen", "click"}
    assert "imagegen.project.load" not in mine


def test_a_build_with_nothing_to_do_loads_nothing_at_all(idle):
    tops, mine, said = loaded(idle, "build")
    assert "Nothing to do" in said
    assert tops == {"imagegen"}
    assert mine == {"imagegen.fingerprint"}


def test_a_full_look_at_a_build_with_nothing_to_do_needs_no_network_and_no_pixels(idle):
    Path(idle.path(".imagegen/fingerprint")).unlink()
    tops, mine, said = loaded(idle, "build")
    assert "Nothing to do" in said
    assert tops <= ALLOWED_IDLE
    assert not {name for name in mine if name.startswith(("imagegen.providers", "imagegen.emul"))}
    assert "imagegen.project.positions" not in mine


@pytest.mark.parametrize("verb", ["plan", "check", "show"])
def test_looking_needs_no_network_and_no_pixels(idle, verb):
    tops, _, _ = loaded(idle, verb)
    assert tops <= ALLOWED_IDLE - {"anyio"}


@pytest.mark.parametrize("module", ["enum", "click", "imagegen.cli.plan"])
def test_an_interrupt_while_modules_are_loaded_is_told_in_one_word(idle, module):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPT, module],
        cwd=idle.folder,
        env=idle.environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr.strip()) == (130, "interrupted")


@pytest.mark.parametrize("verb", ["build", "plan"])
def test_a_process_without_its_streams_does_the_same(idle, verb):
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *journey.command([verb])],
        cwd=idle.folder,
        env=idle.environment(),
        check=False,
    )
    assert done.returncode == 0
