"""Owns Watching: build after build of one project, each told in a line, until it is interrupted.

Builds only through `building`, and so decides and spends as `build` does; what it has spent is held
against one limit for its whole length.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

import click

from imagegen import environment, interruption
from imagegen.build.purchase import Sum
from imagegen.cli import result_words, terminal, watch_words, words
from imagegen.cli.building import Asked, Built, build
from imagegen.cli.keys import Keys
from imagegen.cli.spending import Spending
from imagegen.errors import ImagegenError, LimitReached, Problem, WrongInput
from imagegen.opened import Opened
from imagegen.plan import Action, Change, Plan, Reason
from imagegen.remembering import Remembering
from imagegen.watch import Following

_HEAVY = ("imagegen.cli.works", "imagegen.cli.live", "imagegen.project.positions")
"""Modules that a save may need: loaded while nothing else is to do."""

_FOR_EVER = 3600.0
_RETRY_SECONDS = 1.0
"""How soon a project that cannot be read is tried again: what it lacks may lie anywhere."""
_RETRY_SHARE = 50
"""Trying takes at most one part in so many of the time."""
_EDITED = Reason("file", "edited", "as locked")


@dataclass(slots=True)
class _Round:
    """One look at the project, from what caused it to what was told."""

    cause: str
    """In words; empty when nothing in particular happened."""
    saved: bool
    """Whether a person did something that deserves an answer, if only "nothing to do"."""
    read_at: int
    """Unix ns; what was written before has been read."""
    plan: Plan | None = None
    whole: Plan | None = None
    """The plan with what is left alone."""


class Watching:
    """One watch of one project."""

    def __init__(self, path: Path, asked: Asked, *, polled: bool, as_json: bool) -> None:
        self._path = path
        self._asked = asked
        self._as_json = as_json
        self._here = Path.cwd()
        self._workspace = Remembering(path.parent)
        self._following = Following(path.parent, polled=polled)
        self._spending = Spending()
        self._spent = Sum()
        self._opened: Opened | None = None
        self._problems: tuple[Problem, ...] = ()
        """Why the project could not be read, as told last."""
        self._tried_for = 0.0
        self._left_alone: frozenset[tuple[str, str] | None] = frozenset()
        """Images that are not as wanted, with the reason, as told before."""
        self._placed: dict[str, str] = {}
        """The sha256 of each output that the lock had after the last build."""
        self._drawn: dict[str, str] = {}
        """The sha256 of each output that this watch wrote last; the lock has not every draft."""

    def run(self, keys: Keys) -> int:
        """Build now and after every change; returns the exit code once it is interrupted."""
        # Only a run has to be broken off in good order: anywhere else a signal ends all with this.
        interruption.part_with(lambda: terminal.last_word(terminal.timed(self._ended_text())))
        with contextlib.closing(self._following):
            self._start()
            while not interruption.first():
                self._once(keys)
        _tell(self._ended_text())
        interruption.part_with(lambda: None)
        return 128 + interruption.first()

    def _ended_text(self) -> str:
        told = watch_words.so_far_text(self._spent)
        return f"ended · {told}" if told else "ended"

    def _start(self) -> None:
        self._follow(None, time.time_ns())
        self._round(f"watching {self._path.name}", saved=True, draft=self._asked.draft)
        for name in _HEAVY:
            importlib.import_module(name)

    def _once(self, keys: Keys) -> None:
        pause = max(_RETRY_SECONDS, self._tried_for * _RETRY_SHARE)
        changed = self._following.changed(pause if self._problems else _FOR_EVER, keys)
        self._stand()
        if keys.take():
            self._left_alone = frozenset()
            self._round("building", saved=True, draft=False)
            keys.forget()
        elif changed:
            saved = self._inputs().intersection(changed)
            cause = watch_words.cause_text(sorted(saved) or changed, self._path.parent)
            self._round(cause, saved=bool(saved), draft=self._asked.draft)
        elif self._problems:
            self._round("in order again", saved=False, draft=self._asked.draft)

    def _round(self, cause: str, *, saved: bool, draft: bool) -> None:
        """Bring the project up to date and tell what came of it."""
        this = _Round(cause, saved, time.time_ns())
        asked = replace(self._asked, draft=draft)
        began = time.monotonic()

        def agreed(opened: Opened, plan: Plan) -> Plan:
            return self._agreed(this, opened, plan)

        try:
            if not self._path.exists():
                raise WrongInput(_gone(self._path))
            built = build(
                self._path,
                asked,
                agreed=agreed,
                workspace=self._workspace,
                spending=self._spending,
            )
        except ImagegenError as error:
            self._tried_for = time.monotonic() - began
            self._take_as_made(this)
            self._fail(this, error)
        else:
            self._problems = ()
            self._note_drawn(built)
            # First, so that whoever changes a file when it is told of is heard.
            self._take_as_made(this, built)
            self._tell(this, built)
        interruption.resume()

    def _take_as_made(self, this: _Round, built: Built | None = None) -> None:
        """Follow what the build has made, and take it as it is now for what it should be."""
        before = self._placed.keys()
        self._note_placed(idle=built is not None and built.result is None)
        if this.plan is not None:
            made = self._placed.keys() - before
            if made:
                # What derivatives are called is only known once they are made.
                self._follow(this.whole, this.read_at)
            root = self._path.parent
            self._following.renew([*self._written(this.plan), *(root / path for path in made)])

    def _agreed(self, this: _Round, opened: Opened, plan: Plan) -> Plan:
        """Take out what is left alone, say what is going to happen, and follow what was read."""
        again = bool(self._problems) and not this.saved
        self._opened, self._problems, this.whole = opened, (), plan
        alone = [one for one in plan.changes if self._is_left_alone(one)]
        fresh = [one for one in alone if _why_alone(one) not in self._left_alone]
        self._left_alone = frozenset(map(_why_alone, plan.changes)) - {None}
        names = {change.name for change in alone}
        this.plan = Plan(tuple(one for one in plan.changes if one.name not in names))
        if this.saved or again or not this.plan.idle:
            publishes = opened.loaded.project.publish.writes
            todo = watch_words.todo_text(this.plan, alone, publishes=publishes)
            _tell(f"{this.cause} · {todo}")
        for change in fresh:
            _tell(watch_words.edited_text(change))
        self._follow(plan, this.read_at)
        return this.plan

    def _tell(self, this: _Round, built: Built) -> None:
        """Tell what a build came to."""
        result = built.result
        if result is not None:
            self._spent = result.spent if result.spent.pictures else self._spent
            if result.signal is not None:
                _tell(result_words.INTERRUPTED)
            _tell(watch_words.done_text(result, paid=bool(built.plan.paid)))
            for text in result_words.untried_text(result):
                terminal.talk(f"          {text}")
        if self._as_json and (result is not None or this.saved):
            told = {} if result is None else result_words.result_json(result)
            self._data(this, told)

    def _fail(self, this: _Round, error: ImagegenError) -> None:
        """Tell problems; the same ones only once, unless somebody has just saved."""
        problems = error.problems
        if isinstance(error, LimitReached):
            problems = self._limit(this.plan) or problems
        if isinstance(error, WrongInput) and this.plan is None:
            if problems == self._problems and not this.saved:
                return
            self._problems = problems
            if not self._path.exists():
                _tell(f"{problems[0].summary} · waiting for it to come back")
            else:
                _tell(f"{this.cause} · {watch_words.problems_text(len(problems))}")
        if self._path.exists():
            terminal.show(problems)
        if self._as_json:
            self._data(this, terminal.problems_json(problems))

    def _limit(self, plan: Plan | None) -> tuple[Problem, ...]:
        if plan is None or self._opened is None:
            return ()
        images = self._asked.max_images
        if images is None:
            images = self._opened.loaded.project.budget.images_per_run
        spent = self._spending.so_far(self._opened, but=plan)
        cost = self._asked.max_cost
        problem = watch_words.limit_problem(plan, spent, images=images, cost=cost)
        return (problem,) if problem else ()

    def _is_left_alone(self, change: Change) -> bool:
        """Whether a change is not made: an output was edited, or it was told why it cannot be.

        Whoever retouches a picture while the watch runs would lose the file at the next save.
        """
        why = _why_alone(change)
        if change.block is None and self._is_as_placed(change):
            # Whoever goes to another branch, or back to an earlier prompt, edits no picture.
            return False
        return why is not None and (change.block is None or why in self._left_alone)

    def _is_as_placed(self, change: Change) -> bool:
        output = change.target.output if change.target else ""
        there = self._workspace.digests([output]).get(output) if output else None
        return there is not None and there in (self._placed.get(output), self._drawn.get(output))

    def _note_placed(self, *, idle: bool) -> None:
        with contextlib.suppress(ImagegenError):
            # After a build that did nothing, another lock is one that somebody else has just put.
            known = self._opened.lock if idle and self._opened else self._workspace.read_lock()
            entries = known.images.values()
            self._placed = {out.path: out.sha256 for one in entries for out in one.files}

    def _note_drawn(self, built: Built) -> None:
        outcomes = built.result.outcomes if built.result else ()
        done = [one.output for one in outcomes if one.output and one.problem is None]
        self._drawn |= self._workspace.digests(done)

    def _follow(self, plan: Plan | None, read_at: int) -> None:
        root = self._path.parent
        loaded = self._opened.loaded if self._opened else None
        outputs = [root / path for path in _outputs(plan) | self._placed.keys()] if plan else []
        folders = loaded.folders if loaded else ()
        files = self._inputs()
        self._following.follow(
            files=[Path(file) for file in files], outputs=outputs, folders=folders, read_at=read_at
        )

    def _inputs(self) -> set[str]:
        """Return what the project is made of, existing or not."""
        root = self._path.parent
        loaded = self._opened.loaded if self._opened else None
        plain = (self._path, self._workspace.lock_path, root / environment.FILE)
        return {str(path) for path in (*plain, *(loaded.files if loaded else ()))}

    def _written(self, plan: Plan) -> list[Path]:
        """Return what a build of `plan` writes itself."""
        todo = Plan(tuple(one for one in plan.changes if one.action is not Action.KEEP))
        root = self._path.parent
        return [self._workspace.lock_path, *(root / path for path in _outputs(todo))]

    def _data(self, this: _Round, told: dict[str, object]) -> None:
        plan = words.plan_json(this.plan)["summary"] if this.plan else None
        head: dict[str, object] = {"format": 1, "cause": this.cause, "plan": plan}
        total = {"credits": self._spent.charged, "pictures": self._spent.pictures}
        terminal.data_json(head | told | {"watch": total}, indent=None)

    def _stand(self) -> None:
        """Go back to where the watch was started: the folder may have been made anew."""
        place = self._here
        while not place.is_dir():
            place = place.parent
        os.chdir(place)


def _outputs(plan: Plan) -> set[str]:
    wanted = {one.target.output for one in plan.changes if one.target and one.target.output}
    locked = {out.path for one in plan.changes if one.locked for out in one.locked.files}
    return wanted | locked


def _why_alone(change: Change) -> tuple[str, str] | None:
    """Return an image with why it may be left alone; None for a change that is just made."""
    if change.block is not None:
        return None if change.block.fine else (change.name, change.blocked)
    return (change.name, "edited") if change.reasons == (_EDITED,) else None


def _gone(path: Path) -> Problem:
    what = f"`{path.name}` is" if path.parent.exists() else f"the folder `{path.parent}` is"
    return Problem(f"{what} gone")


def _tell(text: str) -> None:
    terminal.talk(terminal.timed(text))


def hint(keys: Keys, *, draft: bool) -> str:
    """Return the line that tells of the keys; what they do, and how to end."""
    what = "Enter makes the real pictures · " if draft else "Enter builds again · "
    return click.style(f"          {what if keys.heard else ''}Ctrl-C ends", dim=True)
