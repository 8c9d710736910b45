"""The verb `build`: carries the plan out; the only verb that can spend."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path

import click

from imagegen import fingerprint
from imagegen.build.allowance import Allowance
from imagegen.build.purchase import Entry
from imagegen.build.result import Result
from imagegen.build.survey import left_behind, unfetched
from imagegen.cli import terminal, words
from imagegen.cli.listening import Place, listen_option, listening, where_to_hear
from imagegen.cli.opened import (
    Opened,
    file_option,
    json_option,
    open_project,
    project_file,
)
from imagegen.cli.reporter import PlainReporter, for_stream
from imagegen.errors import NeedsAttention, Problem, WrongInput
from imagegen.plan import Action, Plan
from imagegen.workspace import CORNER, Workspace


@click.command("build")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@file_option
@click.option("--draft", is_flag=True, help="Free placeholder pictures, offline, no key needed.")
@click.option(
    "--replace",
    "replaced",
    multiple=True,
    metavar="NAME",
    help="Buy another picture of this image, protected or not.",
)
@click.option(
    "--max-images", type=click.IntRange(min=0), metavar="N", help="Paid pictures in this run."
)
@click.option(
    "--max-cost", type=click.IntRange(min=0), metavar="N", help="Credits in this run. [no limit]"
)
@click.option(
    "--plan",
    "saved",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Carry out exactly this plan, written by plan --out.",
)
@listen_option
@json_option
def command(
    names: tuple[str, ...],
    *,
    file: Path | None,
    draft: bool,
    replaced: tuple[str, ...],
    max_images: int | None,
    max_cost: int | None,
    saved: Path | None,
    place: Place | None,
    as_json: bool,
) -> None:
    """Carry out the plan: only new and changed pictures are paid for.

    NAME is the name of an image or a glob such as 'mug-*'; without one, everything is built.
    --replace adds one image to that; `imagegen build hero --replace hero` buys only hero.
    """
    if draft and replaced:
        raise click.UsageError("--replace buys a picture and --draft never does; give one of them.")
    if saved is not None and (names or replaced or draft):
        raise click.UsageError("--plan goes alone: a saved plan says itself what is done.")
    told, names = _read_plan(saved) if saved is not None else (None, names)
    path = project_file(file)
    workspace = Workspace(path.parent)
    _refuse_unreadable(path)
    read_at = time.time_ns()
    with workspace.held(lambda lock: terminal.waiting("another build of this project", lock)):
        opened = open_project(path)
        place = where_to_hear(opened, place, draft=draft)
        plan = opened.plan(names, replaced=replaced, draft=draft)
        opened.sweep(plan)
        left: tuple[Entry, ...] = ()
        unknown = False
        if not draft:
            left, unknown = _settled_strays(opened, opened.plan() if names else plan)
        if left:
            plan = opened.plan(names, replaced=replaced)
        fetched = opened if draft else _with_references(opened, plan)
        if fetched is not opened:
            opened, plan = fetched, fetched.plan(names, replaced=replaced)
        if saved is not None:
            _refuse_stale(plan, told, saved)
        if plan.idle:
            _tell_idle(plan, as_json=as_json)
            if not names and not draft and not left:
                _remember(opened, read_at)
            if unknown:
                raise click.exceptions.Exit(4)
            return
        allowance = _allowance(opened, max_images, max_cost)
        with listening(place) as door:
            result = _carried_out(opened, plan, allowance, door)
        if result.exit_code == 0 and not names and not draft and not left:
            _remember_after_work(path)
    _tell(result, as_json=as_json)
    code = result.exit_code or (4 if unknown else 0)
    if code:
        raise click.exceptions.Exit(code)


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


def _allowance(opened: Opened, max_images: int | None, max_cost: int | None) -> Allowance:
    budget = opened.loaded.project.budget
    images = budget.images_per_run if max_images is None else max_images
    return Allowance(images, max_cost, budget.credits_per_day)


def _read_plan(saved: Path) -> tuple[object, tuple[str, ...]]:
    """Return what a saved plan says, and the names and globs that it was made for."""
    try:
        told = json.loads(saved.read_bytes())
    except (OSError, ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        problem = Problem(f"{saved} is not a plan", hint="write one with: imagegen plan --out FILE")
        raise WrongInput(problem)
    names = told.pop("names", [])
    return told, tuple(str(name) for name in names) if isinstance(names, list) else ()


def _refuse_stale(plan: Plan, told: object, saved: Path) -> None:
    # Through JSON, so that both sides have the same types.
    if told != json.loads(json.dumps(words.saved_plan_json(plan))):
        raise NeedsAttention(
            Problem(
                "the saved plan is out of date",
                "The project, the lock, the files or the prices have changed since it was written. "
                "Nothing was done.",
                f"look at the new plan and save it:\n  imagegen plan --out {saved}",
            )
        )


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


def _tell_idle(plan: Plan, *, as_json: bool) -> None:
    if as_json:
        terminal.data_json(_json(Result(())))
    terminal.talk(fingerprint.nothing_to_do(len(plan.changes)))


def _tell(result: Result, *, as_json: bool) -> None:
    if as_json:
        terminal.data_json(_json(result))
    if result.signal is not None:
        terminal.talk("interrupted: nothing new was ordered; the next build picks up what runs")
    done = [one for one in result.outcomes if one.problem is None]
    failed = [one for one in result.failures if not one.stopped]
    untried = [one for one in result.failures if one.stopped]
    counts = [f"{len(done)} done"]
    if failed:
        counts.append(f"{len(failed)} failed")
    if untried:
        counts.append(f"{len(untried)} not tried")
    terminal.talk(f"{', '.join(counts)}. {_money(result)}")
    for one in failed:
        if one.problem is not None:
            terminal.talk(f"  {one.name}: {terminal.line(one.problem.summary)}")
    reasons = {one.problem.summary for one in untried if one.problem is not None}
    for reason in sorted(reasons):
        terminal.talk(f"  not tried: {terminal.line(reason)}")


def _money(result: Result) -> str:
    spent = result.spent
    if not spent.pictures:
        return "Nothing was spent."
    pictures = f"{spent.pictures} picture{'' if spent.pictures == 1 else 's'}"
    if spent.reserved or spent.unpriced:
        charged = words.credits_text(spent.charged)
        return f"Charged so far: {charged}; not all of {pictures} ordered are settled yet."
    return f"Spent {words.credits_text(spent.charged)} on {pictures}."


def _json(result: Result) -> dict[str, object]:
    rows = [
        {
            "name": one.name,
            "action": one.action.value,
            "output": one.output,
            "credits": one.credits,
            "error": one.problem.summary if one.problem else None,
        }
        for one in sorted(result.outcomes, key=lambda outcome: outcome.name)
    ]
    summary = {
        "done": len(result.outcomes) - len(result.failures),
        "failed": len(result.failures),
        "credits": result.spent.charged,
    }
    return {"format": 1, "results": rows, "summary": summary}
