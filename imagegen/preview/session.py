"""Owns a session: one preview of one project, which looks again whenever something has changed.

Reads the project, its feed and its store; spends nothing, and changes nothing unless a person on
the page picks a take. A look that fails leaves the page as it was, with the problems on top.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import anyio
import anyio.to_thread

from imagegen import feed
from imagegen.errors import ImagegenError, Problem
from imagegen.feed import Reading
from imagegen.preview import hints, snapshot
from imagegen.preview.course import Course
from imagegen.preview.hub import Hub
from imagegen.preview.shelf import Shelf
from imagegen.preview.snapshot import Form, Row
from imagegen.preview.state import Failure, compose, still_failed
from imagegen.preview.thumbnails import Thumbnails
from imagegen.preview.view import Eye, View, plain_inputs, stats
from imagegen.remembering import Stats, stats_of
from imagegen.workspace import CORNER, Workspace

PULSE_SECONDS = 1.0
"""So often a session looks whether something has changed that no hint told of."""
_START_SECONDS = 0.2
"""So soon it looks once more when it has begun to listen for hints."""
_LEDGER_SECONDS = 5.0
"""So often at most it looks again for the ledger's sake, which other projects write, too."""
_RETRY_SHARE = 50.0
"""A project that cannot be read is tried again after so many times as long as a look takes."""
_SHARE = 4.0
"""During a build, so many times as long as a look takes pass before the next one."""


@dataclass(frozen=True, slots=True)
class _Sight:
    """What one look has found."""

    view: View
    rows: Mapping[str, Row]
    cost: Form
    files: frozenset[Path]
    """What was read, or would have been if it were there."""


@dataclass(slots=True)
class _Signs:
    """By what a session sees that it has to look again."""

    files: Mapping[Path, Stats] = field(default_factory=dict)
    ledger: Stats | None = None
    looked_at: float = 0.0
    took: float = 0.0
    """Seconds that the last look took."""
    not_before: float = 0.0
    asked: bool = True
    """Whether a look is due whatever the files say."""


class Session:
    """One preview; `run` it in an event loop."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.hub = Hub()
        self.shelf = Shelf()
        self.thumbnails = Thumbnails(Workspace(file.parent), self.shelf)
        self.ready = anyio.Event()
        """Set once there is something to show."""
        self._corner = file.parent / CORNER
        self._eye = Eye(file)
        self._sight: _Sight | None = None
        self._problems: tuple[Problem, ...] = ()
        self._course = Course()
        self._place = feed.Place()
        self._fresh = False
        """Whether the rows are newer than the end of the build."""
        self._failures: dict[str, Failure] = {}
        self._heard_of: set[str] = set()
        """Images whose failure in this build is known already."""
        self._earlier: dict[str, str] = {}
        self._signs = _Signs()
        self._wake = anyio.Event()
        self._inputs, self._parents = _with_parents(plain_inputs(file))
        self._folders: Mapping[Path, int] = {}
        """The folders to hear of, with their inodes."""

    async def run(self) -> None:
        """Look whenever something has changed, until cancelled."""
        try:
            async with anyio.create_task_group() as group:
                hearing: anyio.CancelScope | None = None
                while True:
                    await self._round()
                    pause = self._pause()
                    if await anyio.to_thread.run_sync(self._moved):
                        if hearing is not None:
                            hearing.cancel()
                        hearing = anyio.CancelScope()
                        group.start_soon(self._hear, hearing)
                        # What happens before the system listens is not told.
                        pause = _START_SECONDS
                    with anyio.move_on_after(pause):
                        await self._wake.wait()
                    self._wake = anyio.Event()
        finally:
            self.thumbnails.close()

    def wake(self) -> None:
        """Have it look soon; from the event loop's thread only."""
        self._wake.set()

    def look_again(self) -> None:
        """Have it look soon, although no file may have changed."""
        self._signs.asked = True
        self.wake()

    async def _hear(self, scope: anyio.CancelScope) -> None:
        with scope:
            await hints.hear(self._folders, self.wake)
            # They have come to an end by themselves: the next round tries to hear anew.
            self._folders = {}

    def _pause(self) -> float:
        waiting = self._signs.not_before - time.monotonic()
        return min(PULSE_SECONDS, waiting) if waiting > 0 else PULSE_SECONDS

    async def _round(self) -> None:
        reading, alive = await anyio.to_thread.run_sync(self._listen)
        self._follow(reading, alive=alive)
        if await anyio.to_thread.run_sync(self._due):
            self._show()
            await self._look()
        self._show()

    def _listen(self) -> tuple[Reading, bool]:
        reading = feed.read(self._corner / feed.NAME, self._place)
        unsure = reading.afresh or not self._course.over
        alive = unsure and not reading.ended and feed.is_writing(self._corner / "build.lock")
        return reading, alive

    def _follow(self, reading: Reading, *, alive: bool) -> None:
        before, self._place = self._course, reading.place
        if not reading.afresh and before.over:
            return
        self._course = before.after(reading, alive=alive)
        if reading.afresh:
            self._heard_of.clear()
        if self._course.over:
            # What the last moments of the build have brought is not seen yet.
            self._fresh, self._signs.asked, self._signs.not_before = False, True, 0.0

    def _due(self) -> bool:
        """Whether to look now; remembers what the files are like, before they are read."""
        signs = self._signs
        now = time.monotonic()
        if now < signs.not_before:
            return False
        files, ledger = stats(self._inputs), self._ledger_stats()
        # What is missing may lie where nothing is looked at.
        again = bool(self._problems) and now - signs.looked_at >= _RETRY_SHARE * signs.took
        changed = signs.asked or again or files != signs.files
        if not changed and ledger != signs.ledger:
            changed = self._course.over and now - signs.looked_at >= _LEDGER_SECONDS
        if not changed:
            return False
        self._signs = replace(signs, files=files, ledger=ledger, looked_at=now, asked=False)
        return True

    async def _look(self) -> None:
        over = self._course.over
        began = time.monotonic()
        try:
            sight = await anyio.to_thread.run_sync(self._seen, abandon_on_cancel=True)
        except ImagegenError as error:
            self._problems = error.problems
            return
        except OSError as error:
            self._problems = (Problem("the project cannot be read", f"The system says: {error}."),)
            return
        finally:
            self._signs.took = time.monotonic() - began
        first = self._sight is None
        self._problems, self._sight = (), sight
        self._inputs, self._parents = _with_parents(sight.files)
        pictures = frozenset().union(*(row.pictures for row in sight.rows.values()))
        self.shelf.lay_out(sight.view, pictures)
        if first:
            await anyio.to_thread.run_sync(self._tidied, pictures)
        self._fresh = over
        took = time.monotonic() - began
        self._signs.not_before = 0.0 if over else time.monotonic() + _SHARE * took

    def _seen(self) -> _Sight:
        view = self._eye.look()
        rows = snapshot.rows(view, self._earlier)
        earlier = self._replaced(rows)
        if earlier:
            self._earlier.update(earlier)
            rows = snapshot.rows(view, self._earlier)
        return _Sight(view, rows, snapshot.cost(view), view.inputs)

    def _replaced(self, rows: Mapping[str, Row]) -> dict[str, str]:
        """The pictures that were shown at the last look and are not any more, by image."""
        before = self._sight.rows if self._sight else {}
        return {
            name: old.shown
            for name, old in before.items()
            if old.shown and name in rows and rows[name].shown not in (None, old.shown)
        }

    def _tidied(self, pictures: frozenset[str]) -> None:
        if self._corner.is_dir():
            self.thumbnails.sweep(pictures)

    def _show(self) -> None:
        """Publish what is known by now."""
        sight = self._sight
        rows: Mapping[str, Row] = sight.rows if sight else {}
        if sight is not None:
            self._note_failures(rows)
        self._failures = still_failed(self._failures, rows)
        if sight is None and not self._problems:
            return
        settings = sight.view.opened.loaded.project if sight else None
        state = compose(
            (settings.name if settings else None) or self.file.parent.name,
            rows,
            self._course,
            problems=self._problems,
            failures=self._failures,
            cost=sight.cost if sight else snapshot.NO_COST,
            fresh=self._fresh,
        )
        self.hub.publish(state)
        self.ready.set()

    def _note_failures(self, rows: Mapping[str, Row]) -> None:
        for name, standing in self._course.families().items():
            if standing.problem is None:
                self._heard_of.discard(name)
            elif name in rows and name not in self._heard_of:
                self._heard_of.add(name)
                if not self._edited_since():
                    self._failures[name] = Failure(standing.problem, rows[name].purchase)

    def _edited_since(self) -> bool:
        """Whether the project was edited after the build: what failed then may be mended."""
        written = stats_of(str(self._corner / feed.NAME))
        edited = stats_of(str(self.file))
        if written is None or edited is None:
            return False
        return self._course.over and edited[0] > written[0]

    def _ledger_stats(self) -> Stats | None:
        ledger = self._sight.view.opened.ledger if self._sight else None
        return stats_of(str(ledger.path)) if ledger else None

    def _moved(self) -> bool:
        """Whether there are other folders to hear of than before; notes them."""
        found = stats(hints.watchable({*self._parents, self._corner}, self.file.parent))
        # A folder that was made anew under its old name gives no hints to those who knew that one.
        folders = {folder: stat[3] for folder, stat in found.items()}
        moved, self._folders = folders != self._folders, folders
        return moved


def _with_parents(files: frozenset[Path]) -> tuple[frozenset[Path], frozenset[Path]]:
    """Return files with the folders that they are in, whose stats tell of what comes and goes."""
    parents = frozenset(file.parent for file in files)
    return files | parents, parents
