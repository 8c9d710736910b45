"""Owns one build, from a project file on disk to a result: the way that `build` and `watch` share.

Holds the project for its whole length. Never words a result: who asked for the build does.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from imagegen import fingerprint
from imagegen.build.allowance import Allowance
from imagegen.build.purchase import Entry
from imagegen.build.result import Result
from imagegen.build.survey import left_behind, unfetched
from imagegen.cli import terminal, words
from imagegen.cli.listening import Place, listening, where_to_hear
from imagegen.cli.opened import open_project
from imagegen.cli.reporter import PlainReporter, for_stream
from imagegen.errors import NeedsAttention, Problem
from imagegen.opened import Opened
from imagegen.plan import Action, Plan
from imagegen.workspace import CORNER, Workspace


@dataclass(frozen=True, slots=True)
class Asked:
    """What one build is asked for beyond the project file."""

    names: tuple[str, ...] = ()
    """Names and globs; none means all images."""
    replaced: tuple[str, ...] = ()
    """Names and globs of images to buy another take of."""
    draft: bool = False
    max_images: int | None = None
    """Paid pictures at most; None leaves it to [budget]."""
    max_cost: int | None = None
    """Credits at most; None is no limit."""
    place: Place | None = None
    """Where to hear notices."""

    @property
    def whole(self) -> bool:
        """Whether the project has nothing left to do after a good build."""
        return not self.names and not self.draft


@dataclass(frozen=True, slots=True)
class Built:
    """What became of one build."""

    plan: Plan
    result: Result | None
    """None when there was nothing to do."""
    unknown: bool
    """Whether the outcome of an order that nobody asks for any more turned out to be unknown."""

    @property
    def exit_code(self) -> int:
        """The code of a process that did this build and nothing else."""
        return (self.result.exit_code if self.result else 0) or (4 if self.unknown else 0)


def build(path: Path, asked: Asked, *, agreed: Callable[[Plan], None]) -> Built:
    """Bring the project of the file `path` up to date, as far as `asked` for.

    `agreed` sees the plan before anything is done and raises what it has against it. Raises
    WrongInput, NeedsAttention, LimitReached.
    """
    workspace = Workspace(path.parent)
    _refuse_unreadable(path)
    read_at = time.time_ns()
    with workspace.held(lambda lock: terminal.waiting("another build of this project", lock)):
        opened = open_project(path)
        place = where_to_hear(opened, asked.place, draft=asked.draft)
        opened, plan, left, unknown = _planned(opened, asked)
        agreed(plan)
        if plan.idle:
            if asked.whole and not left:
                _remember(opened, read_at)
            return Built(plan, None, unknown)
        allowance = _allowance(opened, asked)
        with listening(place) as door:
            result = _carried_out(opened, plan, allowance, door)
        if result.exit_code == 0 and asked.whole and not left:
            _remember_after_work(path)
    return Built(plan, result, unknown)


def _planned(opened: Opened, asked: Asked) -> tuple[Opened, Plan, bool, bool]:
    """Return the plan, with what it needs fetched; whether orders were left behind, or unknown."""
    names, replaced = asked.names, asked.replaced
    plan = opened.plan(names, replaced=replaced, draft=asked.draft)
    opened.sweep(plan)
    if asked.draft:
        return opened, plan, False, False
    left, unknown = _settled_strays(opened, opened.plan() if names else plan)
    if left:
        plan = opened.plan(names, replaced=replaced)
    fetched = _with_references(opened, plan)
    if fetched is not opened:
        opened, plan = fetched, fetched.plan(names, replaced=replaced)
    return opened, plan, bool(left), unknown


def _refuse_unreadable(file: Path) -> None:
    """Refuse a project that cannot be read before anything is made in its folder."""
    if not (file.parent / CORNER).exists():
        open_project(file)


def _with_references(opened: Opened, plan: Plan) -> Opened:
    urls = unfetched(plan, opened.store)
    if not urls:
        return opened
    # Deferred on purpose: the providers bring httpx and Pillow, which only work needs.
    from imagegen.cli import works

    return works.with_references(opened, urls)


def _settled_strays(opened: Opened, plan: Plan) -> tuple[tuple[Entry, ...], bool]:
    """Fetch what is paid for and no longer asked for by `plan`, that of all images.

    Returns the orders that were open, and whether one's outcome turned out to be unknown.
    """
    if opened.ledger is None:
        return (), False
    open_ones = left_behind(opened.ledger, plan, opened.label)
    if open_ones:
        # Deferred on purpose, as above.
        from imagegen.cli import works

        return open_ones, works.settle_strays(opened, open_ones, PlainReporter())
    return (), False


def _carried_out(
    opened: Opened, plan: Plan, allowance: Allowance, door: socket.socket | None
) -> Result:
    # Deferred on purpose, as above.
    from imagegen.cli import works

    _forget(opened.workspace)
    if plan.paid:
        terminal.talk(words.summary_text(plan))
    total = sum(change.action is not Action.KEEP for change in plan.changes)
    reporter = for_stream(total)
    try:
        return works.carried_out(opened, plan, allowance, reporter, door=door)
    finally:
        reporter.close()


def _forget(workspace: Workspace) -> None:
    try:
        fingerprint.forget(str(workspace.root))
    except OSError as error:
        raise NeedsAttention(
            Problem(
                f"cannot delete `{CORNER}/fingerprint`: {error.strerror or error}",
                "It says that there is nothing to do. Nothing was bought.",
                "set the permissions right, then build again",
            )
        ) from None


def _allowance(opened: Opened, asked: Asked) -> Allowance:
    budget = opened.loaded.project.budget
    images = budget.images_per_run if asked.max_images is None else asked.max_images
    return Allowance(images, asked.max_cost, budget.credits_per_day)


def _remember(opened: Opened, read_at: int) -> None:
    """Let the next build with nothing to do be answered from file stats alone."""
    root = opened.workspace.root
    if opened.file.name != fingerprint.PROJECT_FILE:
        return
    read = [file.relative_to(root).as_posix() for file in opened.loaded.files]
    outputs = [out.path for one in opened.lock.images.values() for out in one.outputs]
    paths = [*read, opened.workspace.lock_path.name, *outputs]
    stats = fingerprint.stats_of(str(root), paths)
    if stats is not None:
        count = len(opened.loaded.targets)
        fingerprint.write(str(root), paths, count, stats=stats, read_at=read_at)


def _remember_after_work(path: Path) -> None:
    """Look at everything once more, so late that no edit can hide in the same clock tick."""
    time.sleep(fingerprint.SETTLE_SECONDS * 1.5)
    read_at = time.time_ns()
    opened = open_project(path)
    if opened.plan().idle:
        _remember(opened, read_at)
