"""The verb `plan`: what build would do, why, and for how much; spends and sends nothing."""

from __future__ import annotations

import json
from pathlib import Path
from shlex import quote

import click

from imagegen.cli import named_file, publishing, signatures, terminal, words
from imagegen.cli.opened import file_option, json_option, open_project, project_file
from imagegen.errors import Problem, WrongInput
from imagegen.opened import Opened
from imagegen.plan import Block, Plan


@click.command("plan")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@file_option
@click.option("--check", "checked", is_flag=True, help="Exit 1 if anything is to do.")
@click.option("--draft", is_flag=True, help="Plan what build --draft would do.")
@click.option(
    "--replace",
    "replaced",
    multiple=True,
    metavar="NAME",
    help="Plan what build --replace would buy: another picture of this image.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the plan for build --plan.")
@json_option
def command(
    names: tuple[str, ...],
    *,
    file: Path | None,
    checked: bool,
    draft: bool,
    replaced: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Show what build would do, why (field by field), and for how much.

    NAME is the name of an image or a glob such as 'mug-*'. Nothing is spent or sent.
    """
    if draft and replaced:
        raise click.UsageError("--replace buys a picture and --draft never does; give one of them.")
    opened = open_project(project_file(file))
    plan = opened.plan(names, replaced=replaced, draft=draft)
    told = words.plan_json(plan)
    loaded = opened.loaded
    stale = publishing.stale(loaded.project, loaded.targets, opened.lock, opened.workspace)
    unsigned = signatures.trouble(opened, plan)
    if out is not None:
        if draft:
            raise click.UsageError("--out saves a plan to be paid for; a draft needs none.")
        _refuse_to_overwrite(out)
        saved = words.saved_plan_json(plan)
        saved |= {"names": list(names)} if names else {}
        saved |= {"replace": list(replaced)} if replaced else {}
        named_file.write(out, json.dumps(saved, ensure_ascii=False, indent=2) + "\n")
        terminal.talk(
            f"Plan written to {out}. Carry it out with: imagegen build --plan {quote(str(out))}"
        )
    if as_json:
        more: dict[str, object] = {}
        if stale or loaded.project.publish.writes:
            more["publish"] = list(stale)
        if loaded.project.provenance.c2pa is not None:
            more["signing"] = terminal.problems_json(unsigned)["errors"]
        terminal.data_json(told | more)
    else:
        terminal.rows(words.plan_text(plan, _with_replaced(opened, plan)))
        if stale:
            terminal.rows(publishing.stale_text(stale))
        for problem in unsigned:
            terminal.talk(terminal.worded(problem, label="warning"))
    if checked and (stale or not plan.idle):
        raise click.exceptions.Exit(1)


def _with_replaced(opened: Opened, plan: Plan) -> dict[str, Plan]:
    """Return what `--replace` would do for protected images of several candidates, by name.

    How many pictures that buys is not for the reader to work out.
    """
    names = [
        one.name
        for one in plan.changes
        if one.block is Block.PROTECTED and one.target and one.target.candidates
        if one.target.take is None
    ]
    return {name: opened.plan([name], replaced=[name]) for name in names}


def _refuse_to_overwrite(out: Path) -> None:
    """Raise WrongInput when `out` is anything but a plan: a slip must not cost a project file."""
    if not out.exists():
        return
    try:
        found = json.loads(out.read_bytes())
    except (OSError, ValueError, RecursionError):
        found = None
    if not (isinstance(found, dict) and {"format", "changes", "summary"} <= found.keys()):
        problem = Problem(f"{out} exists and is not a plan", hint="name another file")
        raise WrongInput(problem)
