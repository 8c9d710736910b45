"""Owns one example as a built site: copied, its pictures made for free, its generator run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import journey

EXAMPLES = journey.ROOT / "examples"

WORLD = {k: v for k, v in os.environ.items() if k not in journey.OWN_VARIABLES}
"""What generators get: they are installed from registries, which the machine's settings name."""

QUIET = {
    "CI": "1",
    "NO_COLOR": "1",
    "ASTRO_TELEMETRY_DISABLED": "1",
    "NO_MKDOCS_2_WARNING": "1",
}
"""What keeps generators from asking, painting and telling."""

PATIENCE = 600  # seconds


@dataclass(frozen=True)
class Example:
    """A copy of one example, in a folder of its own."""

    project: journey.Project
    site: Path
    """What the generator writes, and a server serves."""
    tools: Path | None = None
    """A folder of programs that the example brings."""

    def run(self, *command: str, code: int = 0) -> str:
        """Run a command of the generator in the copy, and insist on its exit code.

        Returns what it said.
        """
        path = os.pathsep.join(filter(None, [str(self.tools or ""), WORLD.get("PATH")]))
        done = subprocess.run(
            command,
            cwd=self.project.folder,
            env={**WORLD, **QUIET, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == code, f"{' '.join(command)} ended with {done.returncode}:\n" + (
            done.stdout
        )
        return done.stdout


def node_version() -> tuple[int, int]:
    """Return major and minor version of the machine's Node; zeros where there is none."""
    if (found := shutil.which("node", path=WORLD.get("PATH"))) is None:
        return (0, 0)
    said = subprocess.run([found, "--version"], capture_output=True, encoding="utf-8", check=True)
    major, minor, _ = said.stdout.removeprefix("v").split(".")
    return int(major), int(minor)


def made(example: Path) -> Callable[[str, list[str]], list[str]]:
    """Return what leaves out of a copy all that commands make: what the .gitignore names."""
    lines = (example / ".gitignore").read_text(encoding="utf-8").splitlines()
    listed = {line.rstrip("/") for line in lines if line and not line.startswith("#")}

    def ignored(folder: str, names: list[str]) -> list[str]:
        below = Path(folder).relative_to(example)
        return [name for name in names if {name, f"/{(below / name).as_posix()}"} & listed]

    return ignored


def build(
    name: str,
    folder: Path,
    commands: Sequence[Sequence[str]],
    *,
    site: str,
    tools: Path | None = None,
) -> Example:
    """Copy the example `name` below `folder`, build its pictures, then the site.

    Fails the test when a request is sent for a picture, or when anything is left to do.
    """
    silence = journey.Silence()
    project = journey.Project(folder / name, folder / "home", silence.url, key=None)
    try:
        shutil.copytree(
            EXAMPLES / name, project.folder, ignore=made(EXAMPLES / name), dirs_exist_ok=True
        )
        project.run("build", code=0, timeout=PATIENCE)
        project.run("plan", "--check", code=0)
        project.run("check", code=0)
    finally:
        silence.close()
    assert silence.visits == [], "the pictures of an example are free"
    example = Example(project, project.folder / site, tools)
    for command in commands:
        example.run(*command)
    return example
