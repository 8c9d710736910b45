"""Owns one build, from a project file on disk to a result: the way that `build` and `watch` share.

Holds the project for its whole length. Never words a result: who asked for the build does.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from imagegen import feed, fingerprint
from imagegen.build.allowance import Allowance
from imagegen.build.purchase import Entry, Purchase
from imagegen.build.result import Result
from imagegen.build.survey import left_behind, unfetched
from imagegen.cli import publishing, terminal
from imagegen.cli.listening import Place, listening, where_to_hear
from imagegen.cli.opened import open_project
from imagegen.cli.publishing import Publication
from imagegen.cli.reporter import PlainReporter, for_stream
from imagegen.cli.spending import Spending
from imagegen.errors import ImagegenError, LimitReached, Problem, WrongInput
from imagegen.events import Event
from imagegen.opened import Opened
from imagegen.plan import Action, Plan
from imagegen.request import DRAFT
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
    timed: bool = False
    """Whether what happens is told with the time of day."""
    refresh: bool = False
    """Whether to fetch every URL reference again."""

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
    unpublished: bool = False
    """Whether files of [publish] could not be written."""

    @property
    def exit_code(self) -> int:
        """The code of a process that did this build and nothing else."""
        result = self.result.exit_code if self.result else 0
        return result or (4 if self.unknown else 1 if self.unpublished else 0)


Agree = Callable[[Opened, Plan], Plan]
"""Sees a plan before anything is done; returns it, without what it takes out of it."""


def build(
    path: Path,
    asked: Asked,
    *,
    agreed: Agree,
    workspace: Workspace | None = None,
    spending: Spending | None = None,
) -> Built:
    """Bring the project of the file `path` up to date, as far as `asked` for.

    `agreed` may raise what it has against the plan. `workspace` is the folder of `path`, for those
    who build again and again; builds that share one allowance share `spending`, and the result's
    sum is over all of them. Raises WrongInput, NeedsAttention, LimitReached.
    """
    workspace = workspace or Workspace(path.parent)
    shared = Spending() if spending is None else spending
    _refuse_unreadable(path)
    read_at = time.time_ns()
    with workspace.held(lambda lock: terminal.waiting("another build of this project", lock)):
        opened = open_project(path, workspace)
        place = where_to_hear(opened, asked.place, draft=asked.draft)
        opened, found, left, unknown = _planned(opened, asked)
        plan = agreed(opened, found)
        opened.sweep(found)
        whole = asked.whole and not left and plan == found
        if plan.idle:
            publication = _published(opened, timed=asked.timed)
            if whole and not publication.failed:
                _remember(opened, read_at, publication)
            return Built(plan, None, unknown, publication.failed)
        allowance = _allowance(opened, asked, plan, shared)
        with listening(place) as door:
            sent = shared.of(opened)
            result = _carried_out(opened, plan, allowance, door=door, sent=sent, timed=asked.timed)
        if spending is not None:
            result = replace(result, spent=spending.so_far(opened))
        publication = _published_after(opened, result, timed=asked.timed)
        if result.exit_code == 0 and whole and not publication.failed:
            _remember_after_work(path, workspace, publication)
    return Built(plan, result, unknown, publication.failed)


def _planned(opened: Opened, asked: Asked) -> tuple[Opened, Plan, bool, bool]:
    """Return the plan, with what it needs fetched; whether orders were left behind, or unknown."""
    names, replaced = asked.names, asked.replaced
    if asked.refresh:
        opened = _refreshed(opened, asked)
    plan = opened.plan(names, replaced=replaced, draft=asked.draft)
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

    names = {change.target.candidate_of or change.name for change in plan.paid if change.target}
    return works.with_references(opened, urls, names)


def _refreshed(opened: Opened, asked: Asked) -> Opened:
    """Return the project with every URL reference of what is asked for fetched again."""
    names = opened.asked_for(asked.names, asked.replaced)
    wanted = [one for one in opened.loaded.targets if names is None or one.name in names]
    urls = sorted({source.text for one in wanted for source in one.sources if source.linked})
    if not urls or opened.loaded.project.provider.name == DRAFT:
        return opened
    # Deferred on purpose, as above.
    from imagegen.cli import works

    return works.with_references(opened, urls, {one.name for one in wanted})


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
    opened: Opened,
    plan: Plan,
    allowance: Allowance,
    *,
    door: socket.socket | None,
    sent: set[Purchase],
    timed: bool,
) -> Result:
    # Deferred on purpose, as above.
    from imagegen.cli import works

    opened.workspace.forget_idle()
    total = sum(change.action is not Action.KEEP for change in plan.changes)
    reporter = for_stream(total, timed=timed)
    try:
        with feed.kept(opened.workspace.root / CORNER, verb="build", total=total) as write:

            def emit(event: Event) -> None:
                reporter(event)
                write(event)

            return works.carried_out(opened, plan, allowance, emit, door=door, sent=sent)
    finally:
        reporter.close()


def _allowance(opened: Opened, asked: Asked, plan: Plan, spending: Spending) -> Allowance:
    """Return what is left to spend, after what was ordered and is not part of `plan` again."""
    budget = opened.loaded.project.budget
    images = budget.images_per_run if asked.max_images is None else asked.max_images
    before = spending.so_far(opened, but=plan)
    if asked.max_cost is not None and before.unpriced and plan.paid:
        raise LimitReached(
            Problem(
                f"{asked.max_cost} credits may be spent, and not all that was ordered has a price",
                "An order is still open. Nothing else was bought.",
                "build again later, or say the price of the model under [prices]",
            )
        )
    most = None if asked.max_cost is None else max(0, asked.max_cost - before.credits)
    return Allowance(max(0, images - before.pictures), most, budget.credits_per_day)


def _published_after(opened: Opened, result: Result, *, timed: bool) -> Publication:
    """Publish what a run has made; raises WrongInput for a lock that only now cannot be read."""
    workspace = opened.workspace
    try:
        opened = replace(opened, lock=workspace.read_lock())
    except WrongInput:
        if result.exit_code == 0:
            raise
        # The run has told of it.
        return Publication(failed=True)
    # Some folders of derivatives are only known now, and a killed build may have left traces.
    workspace.sweep(out.path for one in opened.lock.images.values() for out in one.files)
    return _published(opened, timed=timed)


def _published(opened: Opened, *, timed: bool) -> Publication:
    loaded = opened.loaded
    workspace = opened.workspace
    return publishing.publish(loaded.project, loaded.targets, opened.lock, workspace, timed=timed)


def _remember(opened: Opened, read_at: int, publication: Publication) -> None:
    """Let the next build with nothing to do be answered from file stats alone."""
    root = opened.workspace.root
    if opened.file.name != fingerprint.PROJECT_FILE:
        return
    # A folder's time says whether it has a new page.
    loaded = opened.loaded
    read = [path.relative_to(root).as_posix() for path in (*loaded.files, *loaded.folders)]
    outputs = [out.path for one in opened.lock.images.values() for out in one.files]
    paths = [*read, opened.workspace.lock_path.name, *outputs, *publication.paths]
    stats = fingerprint.stats_of(str(root), paths)
    if stats is not None:
        count = len(loaded.images)
        fingerprint.write(str(root), paths, count, stats=stats, read_at=read_at)


def _remember_after_work(path: Path, workspace: Workspace, publication: Publication) -> None:
    """Look at everything once more, so late that no edit can hide in the same clock tick."""
    time.sleep(fingerprint.SETTLE_SECONDS * 1.5)
    read_at = time.time_ns()
    # What has gone wrong in this moment is for the next build to tell; this one is done.
    with contextlib.suppress(ImagegenError):
        opened = open_project(path, workspace)
        loaded = opened.loaded
        # A formatter that follows the published files may have been here already.
        stale = publishing.stale(loaded.project, loaded.targets, opened.lock, workspace)
        if opened.plan().idle and not stale:
            _remember(opened, read_at, publication)
