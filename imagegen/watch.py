"""Owns Following: which of a project's files have other bytes than when they were last looked at.

Notices of the system only hasten a look, and a slow look finds what no notice told; without
notices the slow look is all there is. Never prints, and never knows what a file means.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

from imagegen import digest
from imagegen.checkout import Checkout
from imagegen.errors import NeedsAttention, Problem
from imagegen.fingerprint import SETTLE_SECONDS
from imagegen.remembering import Stats, stats_of

_TICK_MS = 10
_SETTLING_TICK_MS = 5
_QUIET_MS = 15
"""How long nothing may happen to a file before its writes count as settled."""
_EMPTY_SECONDS = 0.5
"""The same for a file that is empty or gone: most often somebody is just writing it anew."""
_PATIENCE_SECONDS = 2.0
"""How long a file that never rests is waited for."""
_SLOW_LOOK_SECONDS = 2.0
_POLL_SECONDS = 0.25
_SHARE = 400
"""Looks take at most one part in so many of the time."""
_SETTLED_NS = SETTLE_SECONDS * 1e9

Read = Callable[[str], str]


class Wake(Protocol):
    """What ends the waiting early, such as a key."""

    def is_set(self) -> bool:
        """Whether to wake now; asked many times a second."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one path was when it was last looked at."""

    stats: Stats | None
    mark: str
    sure: bool
    """Whether equal stats prove that it is still the same."""


class Following:
    """Follows files below `root`, also while they or their folders do not exist."""

    def __init__(self, root: Path, *, polled: bool) -> None:
        self._root = str(root)
        self._checkout = Checkout(root)
        self._read: dict[str, Read] = {}
        self._seen: dict[str, _Seen] = {}
        self._above: frozenset[str] = frozenset()
        self._notices: _Notices | None = None
        self._polled = polled
        self._look_took = 0.0
        self._looked_at = 0.0

    def follow(
        self,
        *,
        files: Iterable[Path],
        outputs: Iterable[Path] = (),
        folders: Collection[Path] = (),
        read_at: int,
    ) -> None:
        """Follow these from now on, and nothing else.

        A file counts as changed when its bytes are others, an output when it was written or
        removed, a folder when it has other names in it. What was followed before is held against
        what it was then; what is new, against what it was at `read_at` (Unix ns). Raises
        NeedsAttention when the system gives no notices.
        """
        read: dict[str, Read] = {str(path): _stamp for path in outputs}
        read |= {str(path): _names for path in folders}
        read |= {str(path): _content for path in files}
        kept = {path: one for path, one in self._seen.items() if self._read[path] is read.get(path)}
        self._read = read
        self._seen = {path: kept.get(path) or _first(path, read[path], read_at) for path in read}
        places = {os.path.dirname(path) for path in read}  # noqa: PTH120
        self._above = frozenset(_with_parents(self._root, places | {str(one) for one in folders}))
        self._watch_folders()

    def renew(self, paths: Iterable[Path]) -> None:
        """Take what these are now as what they should be: this process wrote them itself."""
        for path in map(str, paths):
            if path in self._read:
                self._seen[path] = _seen(path, self._read[path])

    def changed(self, seconds: float, wake: Wake) -> tuple[str, ...]:
        """Wait until something has changed and its writes have settled; returns it, sorted.

        Returns nothing when `seconds` have passed, or when `wake` says so. Raises
        KeyboardInterrupt.
        """
        deadline = time.monotonic() + seconds
        suspects: Collection[str] = tuple(self._read)
        while True:
            moved = self._moved(suspects)
            found = self._found(self._settled(moved)) if moved else ()
            left = deadline - time.monotonic()
            if found or left <= 0 or wake.is_set():
                return found
            suspects = self._wait(left, wake)

    def close(self) -> None:
        """Let go of the system's notices."""
        if self._notices is not None:
            self._notices.close()
            self._notices = None

    def _wait(self, seconds: float, wake: Wake) -> Collection[str]:
        """Wait for notices; returns what to look at, which is everything once in a while."""
        shortest = _POLL_SECONDS if self._polled else _SLOW_LOOK_SECONDS
        due = self._looked_at + max(shortest, self._look_took * _SHARE)
        left = max(0.0, min(seconds, due - time.monotonic()))
        if self._notices is None:
            _sleep(left, wake)
        elif told := self._notices.wait(left, wake):
            return self._suspects(told)
        self._watch_folders()
        return tuple(self._read)

    def _suspects(self, told: Iterable[str]) -> Collection[str]:
        suspects: set[str] = set()
        for path in told:
            if path in self._above:
                # A folder came, went or was renamed, and with it everything below.
                self._watch_folders()
                return tuple(self._read)
            suspects.update(one for one in (path, os.path.dirname(path)) if one in self._read)  # noqa: PTH120
        return suspects

    def _moved(self, paths: Collection[str]) -> set[str]:
        """Return those of `paths` that may have changed, by their stats."""
        began = time.monotonic()
        moved = {path for path in paths if _may_differ(path, self._seen[path])}
        if len(paths) == len(self._read):
            self._looked_at = time.monotonic()
            self._look_took = self._looked_at - began
        return moved

    def _settled(self, moved: set[str]) -> set[str]:
        """Wait until nothing more is written; returns all that has moved by then."""
        began = quiet = time.monotonic()
        stats = {path: stats_of(path) for path in moved}
        while time.monotonic() - began < _PATIENCE_SECONDS:
            more: Collection[str] = ()
            if self._notices is None:
                time.sleep(_QUIET_MS / 1000)
            else:
                more = self._suspects(
                    self._notices.wait(_QUIET_MS / 1000, _Never(), _SETTLING_TICK_MS) or ()
                )
            moved |= self._moved(more)
            now = {path: stats_of(path) for path in moved}
            if self._checkout.under_way():
                # Half of one commit and half of another would ask for pictures of neither.
                began = quiet = time.monotonic()
            elif now != stats:
                stats, quiet = now, time.monotonic()
            elif all(map(_has_bytes, now.values())) or time.monotonic() - quiet > _EMPTY_SECONDS:
                break
        return moved

    def _found(self, moved: Iterable[str]) -> tuple[str, ...]:
        """Look at the content of `moved`; returns what really changed."""
        found = []
        for path in moved:
            before, now = self._seen[path], _seen(path, self._read[path])
            self._seen[path] = now
            if now.mark != before.mark:
                found.append(path)
        return tuple(sorted(found))

    def _watch_folders(self) -> None:
        if self._polled:
            return
        wanted = _identities(self._root, self._above)
        if self._notices is not None and self._notices.folders == wanted:
            return
        fresh = _Notices(wanted)
        self.close()
        self._notices = fresh


class _Notices:
    """The system's notices about folders, without what lies deeper in them."""

    def __init__(self, folders: dict[str, tuple[int, int]]) -> None:
        self.folders = folders
        try:
            self._rust = RustNotify([*folders], False, False, 0, False, True)
        except (OSError, WatchfilesRustInternalError) as error:
            raise NeedsAttention(
                Problem(
                    "the system gives no notices of changed files",
                    f"It says: {error}. Most often its limit of watched folders is reached "
                    "(`fs.inotify.max_user_watches`, `fs.inotify.max_user_instances`).",
                    "raise the limit, or look at the files again and again instead:\n"
                    "  imagegen watch --poll",
                )
            ) from None

    def wait(self, seconds: float, wake: Wake, tick_ms: int = _TICK_MS) -> set[str] | None:
        """Return the paths that were told of; None when there were none."""
        milliseconds = max(1, round(seconds * 1000))
        try:
            told = self._rust.watch(_QUIET_MS, tick_ms, milliseconds, wake)
        except WatchfilesRustInternalError:
            # Notices were lost, so that everything has to be looked at.
            return None
        if told == "signal":
            raise KeyboardInterrupt
        return {path for _, path in told} if isinstance(told, set) else None

    def close(self) -> None:
        self._rust.close()


class _Never:
    def is_set(self) -> bool:
        return False


def _sleep(seconds: float, wake: Wake) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not wake.is_set():
        time.sleep(min(left, 0.05))


def _has_bytes(stats: Stats | None) -> bool:
    return stats is not None and stats[2] > 0


def _may_differ(path: str, seen: _Seen) -> bool:
    return not seen.sure or stats_of(path) != seen.stats


def _seen(path: str, read: Read) -> _Seen:
    stats = stats_of(path)
    sure = stats is None or max(stats[:2]) < time.time_ns() - _SETTLED_NS
    return _Seen(stats, read(path), sure)


def _first(path: str, read: Read, read_at: int) -> _Seen:
    """See a path for the first time; what may be younger than `read_at` is like nothing known."""
    seen = _seen(path, read)
    late = seen.stats is not None and max(seen.stats[:2]) > read_at - _SETTLED_NS
    return _Seen(seen.stats, "younger than its reading", sure=False) if late else seen


def _content(path: str) -> str:
    with contextlib.suppress(OSError, ValueError):
        # Opening a pipe could wait for ever.
        if os.path.isfile(path):  # noqa: PTH113
            return digest.xxh3_128(Path(path).read_bytes())
    return ""


def _names(path: str) -> str:
    with contextlib.suppress(OSError):
        return "\0".join(sorted(name for name in os.listdir(path) if not _passing(name)))  # noqa: PTH208
    return ""


def _stamp(path: str) -> str:
    return repr(stats_of(path))


def _passing(name: str) -> bool:
    """Whether a name is one that editors give to files of a moment."""
    return name.startswith((".", "#")) or name.endswith(("~", ".tmp")) or name.isdigit()


def _with_parents(root: str, folders: Iterable[str]) -> set[str]:
    """Return these folders and those above them, down from `root`."""
    found = {root}
    for folder in folders:
        while folder not in found and len(folder) > len(root):
            found.add(folder)
            folder = os.path.dirname(folder)  # noqa: PTH120
    return found


def _identities(root: str, folders: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return the folders that exist with what tells them from later ones of the same name."""
    found = {}
    nearest = Path(root)
    while not nearest.is_dir():
        nearest = nearest.parent
    for folder in {str(nearest), *folders}:
        with contextlib.suppress(OSError, ValueError):
            stats = os.stat(folder)  # noqa: PTH116
            if os.path.isdir(folder):  # noqa: PTH112
                found[folder] = (stats.st_dev, stats.st_ino)
    return found
