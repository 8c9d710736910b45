"""Owns the text files that a project names: tables, prompts, pages; read once, within limits.

Never opens what is no regular file, and never one that lies outside the project, links resolved.
"""

from __future__ import annotations

import codecs
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from imagegen.errors import Where
from imagegen.project.text import Text
from imagegen.project.wording import quoted, suggestion

SIZE_LIMIT = 4 * 2**20
"""Bytes of one table."""

PROMPT_LIMIT = 64 * 2**10
"""Bytes of one prompt file; the longest prompt of any model is shorter."""

TOTAL_LIMIT = 32 * 2**20
"""Bytes of all such files of one project, apart from small ones, which only their number limits."""

_SMALL = 4096

_POINTER = b"version https://git-lfs.github.com/spec/"
"""Begins what Git LFS leaves in the place of a file; taken for its text, it could be bought."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WIDE = "It looks like UTF-16, in which every second byte is zero."
_SAVE = 'Save the file with the encoding "UTF-8".'


@dataclass(eq=False)
class Unread(Exception):
    """A file cannot be read; the caller knows who named it."""

    summary: str
    detail: str = ""
    hint: str = ""
    where: Where | None = None
    """The place in the file itself, when that is where the trouble is."""


@dataclass(slots=True)
class Texts:
    """The text files of one project; each whole text is read once."""

    root: Path
    shown_root: Path
    """The project folder as messages give it."""
    _read: dict[str, None] = field(default_factory=dict)
    _texts: dict[str, Text] = field(default_factory=dict)
    _inside: set[str] = field(default_factory=set)
    """Folders that lie in the project, links resolved."""
    _total: int = 0

    @property
    def files(self) -> list[Path]:
        """Every file that was read, absolute, in order of asking."""
        return [self.root / path for path in self._read]

    def head(self, path: str, limit: int) -> bytes:
        """Return a file of the project, cut behind `limit` bytes and one; raises Unread.

        `path` has passed `paths.path_fault`.
        """
        data = self._bytes(path, limit)
        self._read[path] = None
        if len(data) > _SMALL:
            self._total += len(data)
        if self._total > TOTAL_LIMIT:
            detail = f"The files that a project names have at most {TOTAL_LIMIT:,} bytes together."
            raise Unread(f"{quoted(path)} is one file too many to read", detail)
        return data

    def text(self, path: str, limit: int) -> Text:
        """Return a whole file as a text without a byte order mark; raises Unread."""
        if path not in self._texts:
            data = self.head(path, limit)
            if len(data) > limit:
                detail = f"Such a file has at most {limit:,} bytes."
                raise Unread(f"{quoted(path)} is too large", detail)
            if data.startswith(_POINTER):
                detail = "Git LFS has only its pointer there; the text itself was not fetched."
                raise Unread(f"{quoted(path)} is not here", detail, "fetch it:\n  git lfs pull")
            self._texts[path] = self.decoded(path, data)
        return self._texts[path]

    def decoded(self, path: str, data: bytes, first_line: int = 1) -> Text:
        """Return bytes of the file at `path`, from `first_line` on, as a text; raises Unread."""
        data = data.removeprefix(_BYTE_ORDER_MARK)
        shown = str(self.shown_root / path)
        try:
            text = Text(path, shown, data.decode().replace("\r\n", "\n"), first_line)
        except UnicodeDecodeError as error:
            lossy = data.decode(errors="replace").replace("\r\n", "\n")
            good = data[: error.start].decode().replace("\r\n", "\n")
            code = f"0x{data[error.start]:02x}"
            strange = f"Byte {code} here is not part of any UTF-8 character."
            raise Unread(
                f"{quoted(path)} is not UTF-8",
                _WIDE if data.startswith(_WIDE_MARKS) else strange,
                _SAVE,
                Text(path, shown, lossy, first_line).at(len(good)),
            ) from None
        zero = text.content.find("\0")
        if zero >= 0:
            raise Unread(f"{quoted(path)} is not UTF-8", _WIDE, _SAVE, text.at(zero))
        return text

    def leads_out(self, path: str) -> bool:
        """Whether a path is a link, or lies below one, that leaves the project."""
        folder = path.rpartition("/")[0]
        whole = os.path.join(self.root, path)  # noqa: PTH118 - asked for thousands of pages
        if folder in self._inside and not os.path.islink(whole):  # noqa: PTH114
            return False
        root = os.path.realpath(self.root)
        if os.path.commonpath([os.path.realpath(whole), root]) != root:
            return True
        if os.path.commonpath([os.path.realpath(self.root / folder), root]) == root:
            self._inside.add(folder)
        return False

    def _near(self, path: str) -> str:
        """Return a question for the file that was perhaps meant."""
        folder = path.rpartition("/")[0]
        try:
            names = sorted(entry.name for entry in (self.root / folder).iterdir())
        except OSError:
            names = []
        return suggestion(path, (f"{folder}/{name}" if folder else name for name in names))

    def _bytes(self, path: str, limit: int) -> bytes:
        file = self.root / path
        try:
            status = file.stat()
            # Opening a pipe or device could wait for ever, so the kind is asked first.
            if not stat.S_ISREG(status.st_mode):
                raise Unread(f"{quoted(path)} is not a file")
            if self.leads_out(path):
                detail = "It is a link, or lies below one, that leaves the project."
                raise Unread(f"{quoted(path)} leads out of the project", detail)
            with file.open("rb") as opened:
                # One byte more than allowed is enough to know that there are too many.
                return opened.read(limit + 1)
        except FileNotFoundError:
            detail = "Paths start at the folder of the project file."
            raise Unread(f"there is no file {quoted(path)}", detail, self._near(path)) from None
        except OSError as error:
            why = f"The system says: {error.strerror or error}."
            raise Unread(f"{quoted(path)} cannot be read", why) from None
