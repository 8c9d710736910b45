"""Owns picking: which of the takes that were bought an image shows from now on.

Free, and decided by `diff` like everything else. Never buys, and never prints: whoever picks
says how the plan is carried out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from imagegen import file_lock
from imagegen.build.result import Result
from imagegen.errors import Problem, WrongInput, nearest
from imagegen.opened import Opened, open_project
from imagegen.plan import Action, Block, Change, Note, Plan
from imagegen.request import Target
from imagegen.workspace import Workspace

Carry = Callable[[Opened, Plan], Result]
"""Carries out a plan that buys nothing."""


@dataclass(frozen=True, slots=True)
class Picked:
    """What came of a pick."""

    name: str
    take: int
    output: str
    changed: bool
    """Whether the image showed another take before, or nobody had chosen this one."""
    problem: Problem | None = None
    """Why it does not show this take; None when it does."""


def pick(file: Path, name: str, take: int, *, carry: Carry, waiting: file_lock.Waiting) -> Picked:
    """Let the image `name` of the project `file` show `take` from now on; free.

    Holds the project meanwhile; `waiting` is told what it waits for. Raises WrongInput when
    there is no such image or take, NeedsAttention when the lock or a file cannot be written.
    """
    workspace = Workspace(file.parent)
    with workspace.held(waiting):
        opened = open_project(file, waiting=waiting, workspace=workspace)
        _refuse_unfit(opened, name)
        coming = next(one for one in opened.plan([name]).changes if one.name == name)
        problem = on_its_way(coming)
        if problem is not None and coming.take != take:
            raise WrongInput(problem)
        changes = opened.plan(picks={name: take}).changes
        ours = [one for one in changes if one.name == name or _recorded_too(one, name, take)]
        change, target = ours[0], ours[0].target
        if target is None or change.action is Action.GENERATE or change.block is not None:
            raise WrongInput(_untaken(opened, change, take))
        workspace.forget_idle()
        was = opened.lock.images.get(name)
        changed = change.action is not Action.KEEP or was is None or not was.picked
        if change.action is Action.KEEP and was is not None and not was.picked:
            lock = opened.lock.with_changes([replace(was, picked=True)])
            workspace.write_lock(lock)
            opened = replace(opened, lock=lock)
        problem = None
        if any(one.action is not Action.KEEP for one in ours):
            result = carry(opened, Plan(tuple(ours)))
            problem = next((one.problem for one in result.failures if one.problem), None)
            if problem is None and result.exit_code:
                problem = Problem("interrupted before the picture was in its place")
        return Picked(name, take, target.output, changed, problem)


def on_its_way(change: Change) -> Problem | None:
    """Return why nothing else can be chosen now: the next build would show another take."""
    if not change.replaces:
        return None
    name = change.name
    return Problem(
        f"take {change.take} of `{name}` is on its way, and `{name}` is to show it",
        "A build with `--replace` was stopped before it came; the next build takes it up.",
        f"let it come first, then choose:\n  imagegen build {name}",
    )


def takes_of(opened: Opened, target: Target) -> list[int]:
    """Return the takes of the target's request that were bought, as far as anybody here knows."""
    request = target.request
    world = opened.world([target], {target.name})
    entries = opened.lock.images.values()
    takes = {one.take for one in entries if one.take and one.answers(request)}
    takes |= {take for key, take in world.answers if key == request.key}
    for (key, take), noted in world.noted.items():
        if key == request.key and noted.note is Note.PAID:
            takes.add(take)
    return sorted(takes)


def _recorded_too(change: Change, name: str, take: int) -> bool:
    """Whether the lock is to know this take as a candidate and does not yet."""
    target = change.target
    new = target is not None and target.candidate_of == name and change.take == take
    return new and change.action is Action.RESTORE


def _refuse_unfit(opened: Opened, name: str) -> None:
    images = {one.name: one for one in opened.loaded.images}
    target = images.get(name)
    if target is None:
        close = nearest(name, images)
        hint = f"did you mean `{close}`?" if close else "`imagegen show` lists all names"
        if any(sign in name for sign in "*?["):
            hint = "name one image: takes are picked one by one"
        raise WrongInput(Problem(f"no image is called `{name}`", hint=hint))
    if target.take is not None:
        raise WrongInput(
            Problem(
                f"`{name}` has `take = {target.take}` in the project file",
                "The project file chooses, and the next build would go back to that take.",
                "write the other number there, or leave `take` out and pick",
            )
        )


def _untaken(opened: Opened, change: Change, take: int) -> Problem:
    name = change.name
    known = takes_of(opened, change.target) if change.target else []
    if take in known and change.block is not None and change.block is not Block.PROTECTED:
        return Problem(f"take {take} of `{name}` cannot be had: {change.blocked}")
    summary = f"`{name}` has no take {take}"
    if not known:
        detail = "Nothing was bought yet for what the project file asks for now."
        return Problem(summary, detail, f"to buy one:\n  imagegen build {name} --replace {name}")
    numbers = ", ".join(map(str, known))
    detail = f"Takes of its present request: {numbers}."
    return Problem(summary, detail, f"to buy another one:\n  imagegen build --replace {name}")
