"""Owns a git repository for tests: a folder whose states can be committed and named."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from imagegen import digest

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


def pointer(data: bytes) -> bytes:
    """Return what Git LFS commits in the place of `data`."""
    said = f"oid sha256:{digest.sha256_of(data)}\nsize {len(data)}\n"
    return f"version https://git-lfs.github.com/spec/v1\n{said}".encode()


def begin(folder: Path) -> None:
    """Make `folder` a repository without a commit, on the branch `main`."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--template=", "--initial-branch=main")


def commit(folder: Path, *paths: str) -> str:
    """Commit everything in `folder`, or only `paths`; returns the commit's full name."""
    git(folder, "add", "--force", *(paths or ["."]))
    git(folder, "commit", "--quiet", "--allow-empty", "--message=a state")
    return git(folder, "rev-parse", "HEAD")
