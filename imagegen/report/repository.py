"""Owns the git repository that a project lies in: which commit a revision is, and files of it.

Asks git itself, without a shell. Never writes to the repository, never fetches, and gives git
neither the API key nor a word that it could take for an option.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from imagegen.environment import KEY
from imagegen.errors import Problem, WrongInput, nearest
from imagegen.report import large_file

_SECONDS = 60
_LONGEST = 2**28
"""Bytes of a file that is still read."""
_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_TOLD = 300
"""Characters of git's own words that are shown."""

UNSHALLOW = (
    "fetch the rest, since this clone is shallow:\n"
    "  git fetch --unshallow origin '+refs/heads/*:refs/remotes/origin/*'\n"
    "or in GitHub Actions, let actions/checkout do it:\n  fetch-depth: 0"
)
"""A clone of one branch would otherwise fetch no other."""

NAME_A_FILE = "compare with an older lock by its file:\n  imagegen report --since FILE"


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository of one folder."""

    root: Path
    """The folder that paths count from; not the top of the repository, perhaps."""
    program: str
    """Path of git."""

    def commit(self, revision: str) -> str | None:
        """Return the full name of the commit that `revision` names; None when there is none."""
        if not _may_be_revision(revision):
            return None
        told = self._text("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        return told if told and _COMMIT.fullmatch(told) else None

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the commit where two commits parted, given by their full names."""
        told = self._text("merge-base", one, other)
        return told if told and _COMMIT.fullmatch(told) else None

    def read(self, commit: str, path: str) -> bytes | None:
        """Return the bytes of a file as `commit` has it; None when it has none of that path.

        `path` is POSIX, relative to `root`. Of a file in Git LFS that was not fetched it is the
        pointer. Raises WrongInput when git fails otherwise.
        """
        name = f"{commit}:./{path}"
        size = self._text("cat-file", "-s", name)
        if size is None or not size.isdigit() or int(size) > _LONGEST:
            return None
        done = self._done("cat-file", "blob", name)
        return self._whole(done.stdout) if done.returncode == 0 else None

    def _whole(self, data: bytes) -> bytes:
        """Return the large file that a pointer stands for, if it was fetched; else `data`."""
        sha256 = large_file.pointed_at(data)
        folder = self._text("rev-parse", "--git-common-dir") if sha256 else None
        if sha256 is None or folder is None:
            return data
        place = large_file.place(self.root / folder, sha256)
        try:
            return place.read_bytes() if place.stat().st_size <= _LONGEST else data
        except OSError:
            return data

    def lists(self, commit: str, path: str) -> bool:
        """Whether `commit` has a file of that path, or may have: a clone can lack its bytes."""
        done = self._done("ls-tree", "--name-only", commit, f"./{path}")
        return done.returncode != 0 or bool(done.stdout)

    @property
    def shallow(self) -> bool:
        """Whether this clone lacks older commits."""
        return self._text("rev-parse", "--is-shallow-repository") == "true"

    def unknown(self, revision: str) -> Problem:
        """Return why there is nothing to compare with, and what comes near."""
        told = self._text("for-each-ref", "--format=%(refname:short)") or ""
        close = nearest(revision, told.splitlines())
        hint = f"did you mean `{close}`?" if close else "see what there is:\n  git log --oneline"
        if self.shallow:
            # What comes near may be all that was fetched.
            hint = f"did you mean `{close}`? Or {UNSHALLOW}" if close else UNSHALLOW
        return Problem(
            f"there is no revision `{revision}`",
            "Neither git nor the current folder knows anything of that name.",
            hint,
        )

    def left_out(self, revision: str, path: str) -> Problem:
        """Return the problem of a file that this clone was made without."""
        at = "" if self.root.resolve() == Path.cwd() else f"-C {shlex.quote(str(self.root))} "
        name = shlex.quote(f"{revision}:./{path}")
        return Problem(
            f"the `{path}` of `{revision}` is not in this clone",
            "It was cloned without older files, and a report fetches none.",
            f"let git fetch it, then report again:\n  git {at}cat-file -s {name}",
        )

    def _text(self, *arguments: str) -> str | None:
        """Return the first line that git answers; None when it refuses."""
        done = self._done(*arguments)
        return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else None

    def _done(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603, no shell, and nothing that begins with a hyphen
                [self.program, "--no-pager", *arguments],
                cwd=self.root,
                env=_environment(os.environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            late = isinstance(error, subprocess.TimeoutExpired)
            why = f"it gave no answer in {_SECONDS} s" if late else str(error)
            problem = Problem("git cannot be asked", f"The system says: {why}.", NAME_A_FILE)
            raise WrongInput(problem) from None


def find(root: Path) -> Repository:
    """Return the repository that `root` lies in; WrongInput when there is none, or no git."""
    program = shutil.which("git")
    if program is None:
        detail = "It is what knows how the lock was before."
        raise WrongInput(Problem("there is no git on this machine", detail, NAME_A_FILE))
    repository = Repository(root, program)
    done = repository._done("rev-parse", "--is-inside-work-tree")
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().split("\n")[0][:_TOLD]
        problem = Problem(
            "this folder is in no git repository that can be read", f"git says: {said}", NAME_A_FILE
        )
        raise WrongInput(problem)
    return repository


def _may_be_revision(text: str) -> bool:
    # git takes what begins with a hyphen for an option; no name of a revision does.
    return bool(text) and not text.startswith("-") and text.isprintable()


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environ.items() if name != KEY}
    if "GIT_WORK_TREE" not in kept:
        # A hook's word for where the repository is would make every folder the top of the tree.
        kept.pop("GIT_DIR", None)
    quiet = {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        # A clone without all of its files would fetch what it lacks; older gits know only this.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "LC_ALL": "C",
    }
    return kept | quiet
