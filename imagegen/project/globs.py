"""Owns globs: which files of the project a pattern such as `content/**/*.md` matches.

`*` and `?` stand for anything but a slash, a part `**` for any number of folders; brackets stand
for themselves, since site tools name files so. Names that begin with a dot and `node_modules`
are left out. Never follows a link to a folder, and refuses one that leaves the project.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from pathlib import Path

from imagegen.portable import path_trouble
from imagegen.project.wording import quoted, suggestion

ENTRIES_LIMIT = 50_000
"""Files and folders that one search may look at."""

_DEEP = "**"
_SKIPPED = "node_modules"
_MAGIC = re.compile(r"[*?]")


@dataclass(eq=False)
class BadGlob(Exception):
    """A pattern that cannot be searched for; the caller knows where it stands."""

    summary: str
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern in two pieces."""

    start: str
    """The folder that it begins with, as far as it is fixed; empty for the project folder."""
    parts: tuple[str, ...]
    """What is left: patterns of names, and `**`."""


@dataclass(slots=True)
class Search:
    """One walk through a project for a pattern."""

    root: Path
    files: list[str] = field(default_factory=list)
    """What matches, POSIX, relative to the project folder, sorted."""
    folders: list[str] = field(default_factory=list)
    """Every folder that was listed; empty text for the project folder."""
    _seen: int = 0

    def run(self, glob: Glob) -> None:
        """Look for files; BadGlob when there are too many, or a link leads out of the project."""
        pending = [(glob.start, _closed(glob, {0}))]
        while pending:
            folder, states = pending.pop()
            self.folders.append(folder)
            for entry in self._entries(folder):
                below = _step(glob, states, entry.name)
                if not below:
                    continue
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_symlink() and self._leads_out(path):
                    raise BadGlob(
                        f"{quoted(path)} leads out of the project",
                        "It is a link that the pattern finds; nothing outside is read.",
                    )
                if entry.is_dir(follow_symlinks=False):
                    pending += [(path, below)] if min(below) < len(glob.parts) else []
                elif len(glob.parts) in below and entry.is_file():
                    self.files.append(path)
        self.files.sort()

    def _entries(self, folder: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(self.root / folder) as entries:
                for entry in entries:
                    self._seen += 1
                    if self._seen > ENTRIES_LIMIT:
                        detail = f"A search looks at {ENTRIES_LIMIT:,} files and folders at most."
                        raise BadGlob("this pattern looks at too many files", detail)
                    if not entry.name.startswith(".") and entry.name != _SKIPPED:
                        yield entry
        except (FileNotFoundError, NotADirectoryError):
            raise self._no_folder(folder) from None
        except OSError as error:
            why = f"The system says: {error.strerror or error}."
            raise BadGlob(f"the folder {quoted(folder)} cannot be read", why) from None

    def _no_folder(self, folder: str) -> BadGlob:
        above = folder.rpartition("/")[0]
        try:
            names = sorted(path.name for path in (self.root / above).iterdir() if path.is_dir())
        except OSError:
            names = []
        near = suggestion(folder, (f"{above}/{name}" if above else name for name in names))
        detail = "A pattern begins at the folder of the project file."
        return BadGlob(f"there is no folder {quoted(folder)}", detail, near)

    def _leads_out(self, path: str) -> bool:
        root = os.path.realpath(self.root)
        return os.path.commonpath([os.path.realpath(self.root / path), root]) != root


def parsed(pattern: str) -> Glob:
    """Return a pattern in its pieces; raises BadGlob when it is none."""
    if not pattern:
        raise BadGlob("this pattern is empty", hint='for example: "content/**/*.md"')
    if "{" in pattern or "}" in pattern:
        raise BadGlob(f"{quoted(pattern)} has braces", hint="list one pattern for each choice")
    trouble = path_trouble(_MAGIC.sub("x", pattern))
    if trouble is not None:
        raise BadGlob(f"{quoted(pattern)} {trouble[0]}", trouble[1])
    parts = pattern.split("/")
    fixed = list(takewhile(lambda part: not _MAGIC.search(part), parts[:-1]))
    return Glob("/".join(fixed), tuple(parts[len(fixed) :]))


def all_parsed(patterns: Iterable[str]) -> list[Glob]:
    """Return those of the patterns that are good ones."""
    found = []
    for pattern in patterns:
        with contextlib.suppress(BadGlob):
            found.append(parsed(pattern))
    return found


def matches(glob: Glob, path: str) -> bool:
    """Whether a search would find a file at `path`, were there one."""
    if glob.start and not path.startswith(f"{glob.start}/"):
        return False
    states = _closed(glob, {0})
    for name in path.removeprefix(f"{glob.start}/").split("/"):
        if name.startswith(".") or name == _SKIPPED:
            return False
        states = _step(glob, states, name)
    return len(glob.parts) in states


def _closed(glob: Glob, states: set[int]) -> frozenset[int]:
    """Return positions in the pattern with those that `**` lets pass as well."""
    found: set[int] = set()
    for state in states:
        found.add(state)
        while state < len(glob.parts) and glob.parts[state] == _DEEP:
            state += 1
            found.add(state)
    return frozenset(found)


def _step(glob: Glob, states: frozenset[int], name: str) -> frozenset[int]:
    """Return where in the pattern one stands behind a file or folder of this name."""
    found: set[int] = set()
    for state in states:
        if state == len(glob.parts):
            continue
        if glob.parts[state] == _DEEP:
            found.add(state)
        elif _pattern(glob.parts[state]).match(name):
            found.add(state + 1)
    return _closed(glob, found)


@lru_cache(maxsize=256)
def _pattern(part: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(part.replace("[", "[[]")))
