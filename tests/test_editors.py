"""Runs the TOML tools of real editors over project files: they must obey our schema line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import journey
import pytest

from imagegen.cli import schema

BIN = Path(sys.executable).parent
STARTER = (journey.ROOT / "imagegen" / "cli" / "starter.toml").read_text(encoding="utf-8")
TOOLS = {"taplo": ["lint"], "tombi": ["lint", "--offline"]}


def lint(tool: str, folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    command = shutil.which(tool, path=str(BIN)) or shutil.which(tool)
    if command is None:
        pytest.skip(f"{tool} is not installed: pip install {tool}")
    (folder / "imagegen.schema.json").write_text(schema.text(), encoding="utf-8")
    (folder / "imagegen.toml").write_text(text, encoding="utf-8")
    environment = {"PATH": str(BIN), "HOME": str(folder), "NO_COLOR": "1"}
    return subprocess.run(
        [command, *TOOLS[tool], "imagegen.toml"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("tool", TOOLS)
def test_what_init_writes_has_no_complaint(tool: str, tmp_path: Path) -> None:
    done = lint(tool, tmp_path, STARTER)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("tool", TOOLS)
def test_the_example_of_every_setting_has_no_complaint(tool: str, tmp_path: Path) -> None:
    example = (journey.ROOT / "imagegen.toml.example").read_text(encoding="utf-8")
    line = "" if example.startswith("#:schema") else "#:schema ./imagegen.schema.json\n"
    done = lint(tool, tmp_path, line + example)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("tool", TOOLS)
def test_an_unknown_key_is_underlined(tool: str, tmp_path: Path) -> None:
    done = lint(tool, tmp_path, STARTER.replace('prompt = "A matte', 'promt = "A matte'))
    assert done.returncode != 0
    assert "promt" in done.stdout + done.stderr
