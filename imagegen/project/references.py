"""Owns reference pictures: which texts may name one, and what bytes stand behind them.

Reads files of the project, each once; never the network: URLs are known by what others fetched.
What `@name` leads to is for `mentions`.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from imagegen import digest
from imagegen.pictures import media
from imagegen.project.fault import Fault
from imagegen.project.paths import path_fault
from imagegen.project.wording import quoted, suggestion
from imagegen.request import IMAGE_MARK, Source

SIZE_LIMIT = 25_000_000
"""Bytes of one reference picture; more the API does not take."""

FORMATS = ("png", "jpeg", "webp", "gif")

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|data:", re.IGNORECASE)
_URL_LIMIT = 2048


class Shelf:
    """The reference pictures of one project; each text is looked up once."""

    def __init__(self, root: Path, known_urls: Mapping[str, str]) -> None:
        self._root = root
        self._known_urls = known_urls
        self._found: dict[str, Source | Fault] = {}
        self._names: dict[str, list[str]] = {}

    def look(self, text: str) -> Source | Fault:
        """Return the picture that `text` names, or a Fault (with an empty place) why not."""
        if text not in self._found:
            self._found[text] = self._find(text)
        return self._found[text]

    @property
    def files(self) -> list[str]:
        """The paths that were read, relative to the project folder, in order of asking."""
        return [
            text
            for text, found in self._found.items()
            if isinstance(found, Source) and found.image is None and not _URL.match(text)
        ]

    @property
    def places(self) -> list[str]:
        """Where the files that were read really lie, links resolved, in the project folder."""
        root = Path(os.path.realpath(self._root))
        real = (Path(os.path.realpath(root / text)) for text in self.files)
        return [path.relative_to(root).as_posix() for path in real]

    def _find(self, text: str) -> Source | Fault:
        if text.startswith(IMAGE_MARK):
            return Source(text, None)
        if _URL.match(text):
            return _url_fault(text) or Source(text, self._known_urls.get(text))
        fault = path_fault(text, ())
        return fault if fault is not None else self._read(text)

    def _read(self, text: str) -> Source | Fault:
        path = self._root / text
        try:
            status = path.stat()
            fault = _status_fault(text, status) or self._escape(text, path)
            if fault is not None:
                return fault
            with path.open("rb") as file:
                head = file.read(64)
            if media.format_of(head) not in FORMATS:
                detail = f"It looks like {media.looks_like(head)}."
                summary = f"{quoted(text)} is not a PNG, JPEG, WebP or GIF picture"
                return Fault((), summary, detail)
            return Source(text, digest.sha256_of_file(path))
        except FileNotFoundError:
            return self._missing(text)
        except OSError as error:
            why = f"The system says: {error.strerror or error}."
            return Fault((), f"{quoted(text)} cannot be read", why)

    def _escape(self, text: str, path: Path) -> Fault | None:
        real, root = os.path.realpath(path), os.path.realpath(self._root)
        if os.path.commonpath([real, root]) == root:
            return None
        detail = "It is a link, or lies below one, that leaves the project."
        return Fault((), f"{quoted(text)} leads out of the project", detail)

    def _missing(self, text: str) -> Fault:
        start = text.rpartition("/")[0]
        if start not in self._names:
            self._names[start] = _names_in(self._root / start)
        paths = (f"{start}/{name}" if start else name for name in self._names[start])
        detail = "Paths of references start at the folder of the project file."
        hint = suggestion(text, paths)
        return Fault((), f"there is no file {quoted(text)}", detail, hint)


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []


def _status_fault(text: str, status: os.stat_result) -> Fault | None:
    # Opening a pipe or device could wait for ever, so the kind is asked first.
    if not stat.S_ISREG(status.st_mode):
        return Fault((), f"{quoted(text)} is not a file", "A reference is one picture.")
    if status.st_size == 0:
        return Fault((), f"{quoted(text)} is empty")
    if status.st_size > SIZE_LIMIT:
        detail = f"It has {status.st_size:,} bytes; the API takes at most {SIZE_LIMIT:,}."
        return Fault((), f"{quoted(text)} is too large", detail)
    return None


def _url_fault(text: str) -> Fault | None:
    if text[:5].lower() == "data:":
        hint = "save the picture as a file of the project and name that"
        return Fault((), "a reference cannot be a `data:` URL", hint=hint)
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return Fault((), f"{quoted(text)} is not a URL")
    if parts.scheme.lower() != "https":
        return Fault((), f"{quoted(text)} does not start with https://", "Only https is fetched.")
    if parts.username is not None or parts.password is not None:
        detail = "The project file and the lock are committed; a password would be in both."
        return Fault((), "a reference URL cannot hold a user or password", detail)
    if not host or any(letter <= " " or letter == "\x7f" for letter in text):
        return Fault((), f"{quoted(text)} is not a URL")
    if len(text) > _URL_LIMIT:
        return Fault((), f"{quoted(text)} is too long", f"A URL has at most {_URL_LIMIT} letters.")
    return None
