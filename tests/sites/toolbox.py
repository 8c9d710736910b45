"""Owns tools from PyPI: what an example's requirements.txt pins, in an environment of its own.

Installed once and kept in pytest's cache; never in the environment of the tests.
"""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from example import EXAMPLES, WORLD


def installed(example: str, kept: Path) -> Path:
    """Return the folder of the tools that `example` asks for.

    Skips the test, saying why, where they cannot be had.
    """
    requirements = EXAMPLES / example / "requirements.txt"
    pins = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    home = kept / f"{example}-{pins}"
    with (kept / f"{example}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "complete").exists():
            pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet"]
            for command in (
                [sys.executable, "-m", "venv", "--clear", str(home)],
                [*pip, "--disable-pip-version-check", "-r", str(requirements)],
            ):
                done = subprocess.run(command, env=WORLD, capture_output=True, encoding="utf-8")
                if done.returncode:
                    pytest.skip(f"NOT TESTED: {example}'s tools are not here: {done.stderr[-400:]}")
            (home / "complete").touch()
    return home / "bin"
