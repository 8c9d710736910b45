"""Runs what the README tells people to type, and holds its tables against the command line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import journey

from imagegen.cli.main import VERBS

README = (journey.ROOT / "README.md").read_text(encoding="utf-8")


def tour() -> str:
    """Return the commands of the ten-minute tour as one script."""
    return "\n".join(re.findall(r"```sh tour\n(.*?)```", README, re.DOTALL))


def test_the_tour_works_as_it_stands(tmp_path: Path) -> None:
    imagegen = tmp_path / "bin" / "imagegen"
    imagegen.parent.mkdir()
    imagegen.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m imagegen "$@"\n')
    imagegen.chmod(0o755)
    environment = {
        "PATH": f"{imagegen.parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path / "home"),
        "IMAGEGEN_HOME": str(tmp_path / "home" / "imagegen"),
        "PYTHONPATH": str(journey.ROOT),
    }
    with journey.kept_port() as port:
        script = tour().replace("8787", str(port))
        done = subprocess.run(
            ["bash", "-c", f"set -e\ntrap 'kill %1' EXIT\n{script}"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert 'prompt: "' in done.stdout
    assert done.stderr.count("Spent") == 2
    assert "1 restored" in done.stderr
    assert (tmp_path / "tour" / "images" / "hero.webp").is_file()


def test_the_table_of_verbs_is_that_of_the_command_line() -> None:
    table = README.split("## Commands")[1].split("Exit codes")[0]
    named = set(re.findall(r"`([a-z]+)", "\n".join(re.findall(r"^\| (`.*?) \|", table, re.M))))
    assert named == set(VERBS)


def test_every_link_into_the_project_leads_somewhere() -> None:
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", README):
        assert (journey.ROOT / link).exists(), link


def test_the_first_command_installs_and_draws_and_the_second_tests() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 2
    assert "imagegen build --draft" in blocks[0]
    assert blocks[1].strip() == ".venv/bin/pytest"
