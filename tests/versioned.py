"""Owns a git repository for tests: a folder whose states can be committed and named."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_NOBODY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


def git(folder: Path, *arguments: str) -> str:
    """Run git in `folder` and return what it says; fails with git."""
    environment = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=environment | _NOBODY,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return done.stdout.strip()


def begin(folder: Path) -> None:
    """Make `folder` a repository without a commit, on the branch `main`."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--template=", "--initial-branch=main")


def commit(folder: Path, *paths: str) -> str:
    """Commit everything in `folder`, or only `paths`; returns the commit's full name."""
    git(folder, "add", "--force", *(paths or ["."]))
    git(folder, "commit", "--quiet", "--allow-empty", "--message=a state")
    return git(folder, "rev-parse", "HEAD")
