"""Owns State: the lock as it was at one time, with the project's files of that time.

Reads and never writes; from git, from a file, or from the work tree.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from imagegen import lock as lockfile
from imagegen.errors import Problem, WrongInput
from imagegen.lock import Lock
from imagegen.report import repository
from imagegen.report.repository import Repository
from imagegen.workspace import Workspace

DEFAULT = "HEAD"
_SHORT = 10
_SPAN = ".."
_PARTED = "..."
_PARENT = "../"
"""Stands in paths and in no span: no revision begins with a slash."""


@dataclass(frozen=True, slots=True)
class State:
    """One state of the lock."""

    lock: Lock
    title: str
    """The revision or file as a person named it; "work tree" for what is there now."""
    workspace: Workspace
    commit: str | None = None
    """Full name of the commit; None for what is no commit."""
    repository: Repository | None = None
    lacking: bool = False
    """Whether there was no lock then, so that everything that is there now is new."""

    @property
    def short(self) -> str:
        """The commit as people write it; an empty text for what is no commit."""
        return self.commit[:_SHORT] if self.commit else ""

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a project file as it was then; None when it is not to be had."""
        if self.commit is None or self.repository is None:
            return self.workspace.read(path)
        return self.repository.read(self.commit, path)

    def lists(self, path: str) -> bool:
        """Whether the commit has a file of that path, though its bytes may not be in this clone."""
        if self.commit is None or self.repository is None:
            return False
        return self.repository.lists(self.commit, path)


def states(workspace: Workspace, since: str | None, until: str | None) -> tuple[State, State]:
    """Return the two states to compare; WrongInput when one is not to be had.

    `since` and `until` are revisions of git or paths of lock files; `since` may be a span, A..B
    or A...B, where the latter begins at the commit in which the two parted. Without them: from
    HEAD to the work tree.
    """
    since = since or DEFAULT
    if until is None and _SPAN in since and _PARENT not in since and not _is_file(since):
        return _spanned(workspace, since)
    after = _now(workspace) if until is None else _then(workspace, until)
    return _then(workspace, since), after


def _spanned(workspace: Workspace, text: str) -> tuple[State, State]:
    mark = _PARTED if _PARTED in text else _SPAN
    left, _, right = text.partition(mark)
    after = _then(workspace, right) if right else _now(workspace)
    before = _then(workspace, left or DEFAULT)
    if mark != _PARTED or before.repository is None or before.commit is None:
        return before, after
    tip = after.commit or before.repository.commit(DEFAULT)
    parted = before.repository.merge_base(before.commit, tip) if tip else None
    if parted is None:
        detail = f"git knows no commit that both sides of `{text}` come from."
        hint = f"compare them as they are:\n  imagegen report --since {left or DEFAULT}"
        hint = repository.UNSHALLOW if before.repository.shallow else hint
        raise WrongInput(Problem("the two sides have nothing in common", detail, hint))
    return _committed(workspace, before.repository, parted, f"{left or DEFAULT}{mark}"), after


def _now(workspace: Workspace) -> State:
    data = workspace.lock_bytes()
    lock = Lock() if data is None else lockfile.parse(data, lockfile.NAME)
    return State(lock, "work tree", workspace, lacking=data is None)


def _then(workspace: Workspace, text: str) -> State:
    """Return the state that a revision or the path of a file names; a revision comes first.

    Otherwise a file that somebody adds to a branch could pass for the revision of that name.
    """
    try:
        known = repository.find(workspace.root)
    except WrongInput:
        if _is_file(text):
            return _filed(workspace, Path(text))
        raise
    commit = known.commit(text)
    if commit is not None:
        return _committed(workspace, known, commit, text)
    if _is_file(text):
        return _filed(workspace, Path(text))
    if text == DEFAULT:
        # Nothing was ever committed here, so everything is new.
        return State(Lock(), "before the first commit", workspace, lacking=True)
    raise WrongInput(known.unknown(text))


def _committed(workspace: Workspace, known: Repository, commit: str, title: str) -> State:
    data = known.read(commit, lockfile.NAME)
    if data is None:
        if known.lists(commit, lockfile.NAME):
            raise WrongInput(known.left_out(commit[:_SHORT], lockfile.NAME))
        return State(Lock(), title, workspace, commit, known, lacking=True)
    lock = lockfile.parse(data, f"{commit[:_SHORT]}:{lockfile.NAME}")
    return State(lock, title, workspace, commit, known)


def _is_file(text: str) -> bool:
    # A Path would raise what the system says of a name that is too long.
    return os.path.isfile(text)  # noqa: PTH113


def _filed(workspace: Workspace, file: Path) -> State:
    try:
        with file.open("rb") as opened:
            data = opened.read(lockfile.SIZE_LIMIT + 1)
    except OSError as error:
        why = f"The system says: {error.strerror or error}."
        raise WrongInput(Problem(f"`{file}` cannot be read", why)) from None
    return State(lockfile.parse(data, str(file)), str(file), workspace)
