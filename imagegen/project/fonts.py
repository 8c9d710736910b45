"""Owns the font files of a project: which paths may name one, their digests, their characters.

Reads each file once and keeps no more of it than its table of characters and its weights. Never
opens a font as such: that is for the processes that decode foreign bytes.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from imagegen import digest
from imagegen.pictures.sfnt import weights_of
from imagegen.project.charmap import BadFont, Charmap, charmap
from imagegen.project.fault import Fault
from imagegen.project.paths import path_fault
from imagegen.project.wording import quoted, suggestion

SIZE_LIMIT = 40 * 2**20
"""Bytes of one font file; those of all Chinese, Japanese and Korean have about twenty million."""

TOTAL_LIMIT = 128 * 2**20
"""Bytes of all fonts of a project."""

COUNT_LIMIT = 200
"""How many font files a project may name."""

_DETAIL = "Paths of fonts start at the folder of the project file."


@dataclass(frozen=True, slots=True)
class Font:
    """One font file."""

    path: str
    """POSIX, relative to the project folder."""
    sha256: str
    characters: Charmap
    weights: tuple[float, float] | None
    """The least and the greatest weight; None where it has one only."""


@dataclass(slots=True)
class Fonts:
    """The fonts of one project; each is read once."""

    root: Path
    _found: dict[str, Font | Fault] = field(default_factory=dict)
    _names: dict[str, list[str]] = field(default_factory=dict)
    _total: int = 0

    def look(self, path: str) -> Font | Fault:
        """Return the font at `path`, or a Fault (with an empty place) why there is none."""
        if path not in self._found:
            self._found[path] = self._find(path)
        return self._found[path]

    @property
    def files(self) -> list[Path]:
        """Every font file that was read, absolute, in order of asking."""
        return [self.root / path for path, found in self._found.items() if isinstance(found, Font)]

    def _find(self, path: str) -> Font | Fault:
        fault = path_fault(path, ())
        if fault is not None:
            return fault
        if len(self._found) >= COUNT_LIMIT:
            return Fault((), f"more than {COUNT_LIMIT} fonts", f"{quoted(path)} is one too many.")
        try:
            data = self._read(path)
            return data if isinstance(data, Fault) else _judged(path, data)
        except FileNotFoundError:
            return self._missing(path)
        except OSError as error:
            why = f"The system says: {error.strerror or error}."
            return Fault((), f"{quoted(path)} cannot be read", why)

    def _read(self, path: str) -> bytes | Fault:
        file = self.root / path
        status = file.stat()
        # Opening a pipe or device could wait for ever, so the kind is asked first.
        if not stat.S_ISREG(status.st_mode):
            return Fault((), f"{quoted(path)} is not a file", "A font is one file.")
        real, root = os.path.realpath(file), os.path.realpath(self.root)
        if os.path.commonpath([real, root]) != root:
            detail = "It is a link, or lies below one, that leaves the project."
            return Fault((), f"{quoted(path)} leads out of the project", detail)
        self._total += status.st_size
        if status.st_size > SIZE_LIMIT:
            detail = f"It has {status.st_size:,} bytes; a font has at most {SIZE_LIMIT:,}."
            return Fault((), f"{quoted(path)} is too large", detail)
        if self._total > TOTAL_LIMIT:
            detail = f"The fonts of a project have at most {TOTAL_LIMIT:,} bytes together."
            return Fault((), f"{quoted(path)} is one font too many to read", detail)
        with file.open("rb") as opened:
            return opened.read(SIZE_LIMIT)

    def _missing(self, path: str) -> Fault:
        folder = path.rpartition("/")[0]
        if folder not in self._names:
            try:
                names = sorted(entry.name for entry in (self.root / folder).iterdir())
            except OSError:
                names = []
            self._names[folder] = names
        near = (f"{folder}/{name}" if folder else name for name in self._names[folder])
        return Fault((), f"there is no font {quoted(path)}", _DETAIL, suggestion(path, near))


def _judged(path: str, data: bytes) -> Font | Fault:
    try:
        return Font(path, digest.sha256_of(data), charmap(data), weights_of(data))
    except BadFont as bad:
        return Fault((), f"{quoted(path)} {bad.summary}", bad.detail, bad.hint)
