"""Owns the feed: what a running build says, kept as JSON lines for whoever looks on.

One writer at a time, since a build holds the project; started over by each build. A convenience:
nothing is synced, and a feed that cannot be written ends quietly and never disturbs the build.
Never holds a key or an address that is signed: problems are in it as they are shown.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import stat
import time
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

from imagegen import events, file_lock
from imagegen.events import Emit, Event, Progressed

FORMAT = 1
NAME = "feed.jsonl"
"""Its name in the project's corner."""

_END = "End"
_KINDS: Mapping[str, type[Event]] = {kind.__name__: kind for kind in get_args(events.Event)}
_LONGEST_HEADER = 2**12
_MOST_BYTES = 2**24
"""Read at once; what follows is read by the next call."""
_FLAGS = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_CLOEXEC", 0)


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: which run this is."""

    verb: str
    total: int
    """Images that are to be brought up to date."""
    pid: int
    started: float
    """Unix seconds."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far somebody has read, and in which feed; the first place is in none."""

    header: Header | None = None
    offset: int = 0
    """Bytes; always at the start of a line."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is new in a feed."""

    place: Place
    """Where to go on; its header is None when there is no feed that this release can read."""
    events: tuple[Event, ...] = ()
    afresh: bool = False
    """Whether this is another run than the one read before: what that one said is over."""
    ended: bool = False
    """Whether the run has said its last line."""


@contextlib.contextmanager
def kept(corner: Path, *, verb: str, total: int) -> Iterator[Emit]:
    """Give what writes events to the feed in `corner`; call while the project is held.

    Events may be emitted from one thread at a time. Raises nothing of its own.
    """
    feed = _Feed(corner / NAME, Header(verb, total, os.getpid(), time.time()))
    try:
        yield feed
    finally:
        feed.end()


def read(path: Path, place: Place) -> Reading:
    """Return what the feed at `path` says beyond `place`; whole lines only.

    Lines that make no sense are left out, and so is a feed of another format or none at all.
    """
    try:
        # Opening a pipe could wait for ever.
        if not stat.S_ISREG(path.lstat().st_mode):
            return Reading(Place(), afresh=place.header is not None)
        with path.open("rb") as file:
            first = file.readline(_LONGEST_HEADER)
            header = _header(first)
            if header is None:
                return Reading(Place(), afresh=place.header is not None)
            afresh = header != place.header
            offset = len(first) if afresh else place.offset
            file.seek(offset)
            data = file.read(_MOST_BYTES)
    except OSError:
        return Reading(Place(), afresh=place.header is not None)
    whole = data[: data.rfind(b"\n") + 1]
    forms = [_form(line) for line in whole.splitlines()]
    said = tuple(event for form in forms if (event := _event(form)) is not None)
    ended = any(form.get("event") == _END for form in forms)
    return Reading(Place(header, offset + len(whole)), said, afresh, ended)


def is_writing(lock: Path) -> bool:
    """Whether somebody holds a project by its lock file: a feed without an end may yet go on.

    A killed build holds nothing any more.
    """
    try:
        descriptor = file_lock.attempt(lock)
    except OSError:
        return False
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is None


class _Feed:
    """Writes lines until it is told to end, or cannot."""

    def __init__(self, path: Path, header: Header) -> None:
        self._descriptor: int | None = None
        self._percents: dict[str, int | None] = {}
        try:
            # A new file, so that no reader takes the bytes of one run for those of another.
            path.unlink(missing_ok=True)
            self._descriptor = os.open(path, _FLAGS, 0o644)
        except OSError:
            return
        self._say({"format": FORMAT, **dataclasses.asdict(header)})

    def __call__(self, event: Event) -> None:
        """Write one event; progress only where it has moved."""
        if isinstance(event, Progressed):
            if self._percents.get(event.name, -1) == event.percent:
                return
            self._percents[event.name] = event.percent
        self._say({"event": type(event).__name__, **dataclasses.asdict(event)})

    def end(self) -> None:
        """Write the last line."""
        self._say({"event": _END})
        self._close()

    def _say(self, form: Mapping[str, object]) -> None:
        if self._descriptor is None:
            return
        line = json.dumps(form).encode() + b"\n"
        try:
            whole = os.write(self._descriptor, line) == len(line)
        except OSError:
            whole = False
        if not whole:
            self._close()

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _form(line: bytes) -> Mapping[str, object]:
    try:
        form = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return form if isinstance(form, dict) else {}


def _header(line: bytes) -> Header | None:
    form = _form(line)
    if not line.endswith(b"\n") or form.get("format") != FORMAT:
        return None
    try:
        header = _built(Header, form)
    except (KeyError, TypeError):
        return None
    return header if isinstance(header, Header) else None


def _event(form: Mapping[str, object]) -> Event | None:
    kind = _KINDS.get(str(form.get("event")))
    if kind is None:
        return None
    try:
        event: Event = _built(kind, form)
    except (KeyError, TypeError):
        return None
    return event


def _built(kind: Any, form: Mapping[str, object]) -> Any:
    """Return the value of class `kind` whose fields `form` holds; KeyError or TypeError if not."""
    values: dict[str, object] = {}
    for name, hint in get_type_hints(kind).items():
        value = form[name]
        allowed = get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
        for one in allowed:
            if dataclasses.is_dataclass(one) and isinstance(value, dict):
                value = _built(one, value)
            elif one is float and type(value) is int:
                value = float(value)
        if not isinstance(value, allowed):
            raise TypeError(name)
        values[name] = value
    return kind(**values)
