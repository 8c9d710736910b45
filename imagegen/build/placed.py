"""Owns the note of files that a run puts in place before the lock names them, if it ever does.

A killed build leaves files of which no lock knows. By this note the next one knows them for ours,
so that they give way like any other file that can be made again. Lost, it costs a copy that is
kept aside, so nothing waits for the disk.
"""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Iterator, Mapping
from functools import cached_property

from imagegen import atomic
from imagegen.errors import NeedsAttention, Problem
from imagegen.lock import Lock
from imagegen.portable import path_trouble
from imagegen.workspace import CORNER, Workspace

NAME = "placed.jsonl"
"""Its name in the project's corner."""

_FLAGS = os.O_CREAT | os.O_APPEND | os.O_WRONLY | getattr(os, "O_CLOEXEC", 0)
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""Not through a link, which could lead anywhere, and without waiting for a pipe's reader."""

_MOST_BYTES = 2**24


class Placed:
    """The note of one project; safe to use from many threads. Call while the project is held."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._path = workspace.root / CORNER / NAME
        self._turn = threading.Lock()
        self._new: set[str] = set()

    def note(self, path: str, sha256: str) -> None:
        """Note a file just before it is put in its place; NeedsAttention if that cannot be."""
        with self._turn:
            try:
                self._workspace.corner()
                descriptor = os.open(self._path, _FLAGS | _SAFELY, 0o644)
                try:
                    os.write(descriptor, json.dumps([path, sha256]).encode() + b"\n")
                finally:
                    os.close(descriptor)
            except OSError as error:
                raise NeedsAttention(_cannot(error)) from None
            self._new.add(sha256)

    def knows(self, sha256: str) -> bool:
        """Whether these bytes were put in place here, by this run or by one that was killed."""
        return sha256 in self._new or sha256 in self._old

    def standing(self, files: Mapping[str, str]) -> frozenset[str]:
        """Return the paths of `files`, given with their sha256, that are as a run put them here."""
        return frozenset(path for path, sha256 in self._noted() if files.get(path) == sha256)

    def settle(self, lock: Lock) -> None:
        """Forget what `lock`, as it is on disk now, knows as well, and what has gone since.

        NeedsAttention when the note cannot be written.
        """
        noted = dict.fromkeys(self._noted())
        if not noted:
            return
        locked = {(out.path, out.sha256) for one in lock.images.values() for out in one.files}
        strange = [entry for entry in noted if entry not in locked]
        there = self._workspace.digests(path for path, _ in strange)
        lines = [json.dumps(entry) for entry in strange if there.get(entry[0]) == entry[1]]
        try:
            if lines:
                atomic.replace(self._path, "".join(f"{line}\n" for line in lines).encode())
            else:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            raise NeedsAttention(_cannot(error)) from None

    @cached_property
    def _old(self) -> frozenset[str]:
        """What was noted when it was first asked for."""
        return frozenset(sha256 for _, sha256 in self._noted())

    def _noted(self) -> Iterator[tuple[str, str]]:
        """Yield path and sha256 of each whole line; a power cut may have torn some."""
        try:
            if not stat.S_ISREG(self._path.lstat().st_mode):
                return
            with self._path.open("rb") as file:
                data = file.read(_MOST_BYTES)
        except OSError:
            return
        for line in data.splitlines():
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                continue
            match entry:
                case [str(path), str(sha256)] if path_trouble(path) is None:
                    yield path, sha256


def _cannot(error: OSError) -> Problem:
    return Problem(
        f"cannot write `{CORNER}/{NAME}`: {error.strerror or error}",
        "It says which files a build has made that the lock does not know yet. Nothing is lost.",
        "make room or set the permissions right, then build again; it costs nothing",
    )
