"""The verb `build`: carries the plan out; the only verb that can spend."""

from __future__ import annotations

import json
from pathlib import Path
from shlex import quote

import click

from imagegen import fingerprint
from imagegen.build.result import Result
from imagegen.cli import result_words, terminal, words
from imagegen.cli.building import Asked, build
from imagegen.cli.listening import Place, listen_option
from imagegen.cli.opened import file_option, json_option, project_file
from imagegen.errors import NeedsAttention, Problem, WrongInput
from imagegen.opened import Opened
from imagegen.plan import Plan


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
    "--refresh",
    is_flag=True,
    help="Fetch every reference that is named by URL again; what has changed is built anew.",
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
    refresh: bool,
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
    if draft and refresh:
        raise click.UsageError("--refresh fetches references and drafts need none; give one.")
    if saved is not None and (names or replaced or draft or refresh):
        raise click.UsageError("--plan goes alone: a saved plan says itself what is done.")
    told: object = None
    if saved is not None:
        told, names, replaced = _read_plan(saved)

    def agreed(_: Opened, plan: Plan) -> Plan:
        if saved is not None:
            _refuse_stale(plan, told, saved)
        if plan.paid:
            # With --refresh nobody could have seen the reasons before.
            terminal.talk(words.plan_text(plan) if refresh else words.summary_text(plan))
        return plan

    asked = Asked(names, replaced, draft, max_images, max_cost, place, refresh=refresh)
    built = build(project_file(file), asked, agreed=agreed)
    if as_json:
        terminal.data_json(result_words.result_json(built.result or Result(())))
    if built.result is None:
        terminal.talk(fingerprint.nothing_to_do(len(built.plan.images)))
    else:
        terminal.talk(result_words.result_text(built.result))
    if built.exit_code:
        raise click.exceptions.Exit(built.exit_code)


def _read_plan(saved: Path) -> tuple[object, tuple[str, ...], tuple[str, ...]]:
    """Return what a saved plan says, and the names and globs that it was made for and with."""
    try:
        told = json.loads(saved.read_bytes())
    except (OSError, ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        problem = Problem(f"{saved} is not a plan", hint="write one with: imagegen plan --out FILE")
        raise WrongInput(problem)
    names, replaced = (_texts(told.pop(key, [])) for key in ("names", "replace"))
    return told, names, replaced


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _refuse_stale(plan: Plan, told: object, saved: Path) -> None:
    # Through JSON, so that both sides have the same types.
    if told != json.loads(json.dumps(words.saved_plan_json(plan))):
        raise NeedsAttention(
            Problem(
                "the saved plan is out of date",
                "The project, the lock, the files or the prices have changed since it was written. "
                "Nothing was done.",
                f"look at the new plan and save it:\n  imagegen plan --out {quote(str(saved))}",
            )
        )
