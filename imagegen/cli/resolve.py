"""The verb `resolve`: lets a person settle paid jobs whose outcome nobody else can tell."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path

import anyio
import click

from imagegen.build.inquiry import candidates, job_ids
from imagegen.build.ledger import Ledger
from imagegen.build.purchase import Entry, Purchase, State
from imagegen.build.survey import is_gone
from imagegen.cli import terminal
from imagegen.cli.opened import file_option, json_option, open_project, project_file
from imagegen.cli.order_words import Found, Order, jobs_for, order_json, order_text
from imagegen.cli.seller import seller
from imagegen.errors import ImagegenError, OutcomeUnknown, Problem, WrongInput
from imagegen.opened import Opened, matching
from imagegen.providers.apiframe.client import ApiframeProvider
from imagegen.providers.provider import Job, Refused, Unavailable

_SHOWN = 10
"""Most candidates that are listed for one order."""


class _Choice(StrEnum):
    ADOPT = "adopt"
    ABANDON = "abandon"
    PAY_AGAIN = "pay-again"


@click.command("resolve")
@click.argument("name", required=False)
@file_option
@click.option("--adopt", metavar="JOB", help="This job is the one; its picture is fetched free.")
@click.option("--abandon", is_flag=True, help="Give the order up; nothing is bought for it.")
@click.option("--pay-again", is_flag=True, help="Give it up; the next build buys it once more.")
@json_option
def command(
    *,
    name: str | None,
    file: Path | None,
    adopt: str | None,
    abandon: bool,
    pay_again: bool,
    as_json: bool,
) -> None:
    """Settle paid jobs whose outcome is unknown; without options, list them or ask.

    An order whose answer was lost, and whose key the API has forgotten, may or may not have
    been charged. Compare the jobs that nobody noted, or the dashboard of your account, then
    say what is to become of it:

    \b
      imagegen resolve hero --adopt 4ffcb9da-1c1b-4d5e-9a51-0b6b8e4a7f10
      imagegen resolve hero --abandon
      imagegen resolve hero --pay-again

    A choice is noted and costs nothing by itself; the same one twice changes nothing. NAME may
    be a glob. Exit 4 while something is open.
    """
    options = {_Choice.ADOPT: adopt, _Choice.ABANDON: abandon, _Choice.PAY_AGAIN: pay_again}
    given = [choice for choice, value in options.items() if value]
    if len(given) > 1 or (given and name is None):
        raise click.UsageError("say which image, and one of --adopt JOB, --abandon, --pay-again")
    opened = open_project(project_file(file))
    if opened.ledger is None:
        problem = Problem(
            "an API key is needed: the ledger belongs to an account",
            hint="set APIFRAME_API_KEY, or see what every account here has:\n  imagegen jobs",
        )
        raise WrongInput(problem)
    if given:
        chosen = _chosen(_orders(opened, opened.ledger, State.UNKNOWN, State.ABANDONED), name)
        if len(chosen) > 1 and adopt is not None:
            raise click.UsageError("one job belongs to one order: name its image exactly")
        for order in chosen:
            _settle(opened, opened.ledger, order, given[0], adopt)
        if as_json:
            settled = [_settled_json(opened.ledger, order, given[0]) for order in chosen]
            terminal.data_json({"format": 1, "settled": settled})
        return
    _list(opened, opened.ledger, name, as_json=as_json)


def _list(opened: Opened, ledger: Ledger, name: str | None, *, as_json: bool) -> None:
    """Show what is unknown, and ask at a terminal; raises OutcomeUnknown for what stays so."""
    unknown = _orders(opened, ledger, State.UNKNOWN)
    unknown = _chosen(unknown, name) if name is not None else unknown
    found = anyio.run(_candidates, opened, ledger, unknown) if unknown else {}
    if as_json:
        rows = [order_json(order, found) for order in unknown]
        terminal.data_json({"format": 1, "unknown": rows})
    elif unknown and sys.stdin.isatty() and sys.stderr.isatty():
        unknown = [order for order in unknown if not _asked(opened, ledger, order, found)]
    else:
        for order in unknown:
            terminal.rows(order_text(order, found))
    if not unknown:
        terminal.talk("Nothing to settle: the outcome of every order is known.")
        return
    problem = _still_open(len(unknown))
    if not as_json:
        raise OutcomeUnknown(problem)
    terminal.show([problem])
    raise click.exceptions.Exit(OutcomeUnknown.exit_code)


def _orders(opened: Opened, ledger: Ledger, *states: State) -> list[Order]:
    """Return the orders in these states that are for this project to settle, oldest first.

    Its own, those that its images ask for, and those of projects that are gone: other projects
    of the account settle theirs. Where a later attempt has followed, there is nothing to settle.
    """
    images = {change.purchase: change.name for change in opened.plan().changes}
    found = []
    for entry in ledger.entries().values():
        purchase = (entry.purchase.request_key, entry.purchase.take)
        name = images.get(purchase)
        mine = name or entry.project == opened.label
        if entry.state not in states or ledger.latest(*purchase) != entry:
            continue
        if mine or is_gone(entry.project):
            label = name or entry.image or entry.purchase.request_key
            found.append(Order(label, entry, wanted=name is not None))
    return found


def _chosen(orders: list[Order], name: str | None) -> list[Order]:
    labels = sorted({label for one in orders for label in (one.label, *one.entry.images) if label})
    if not labels:
        raise WrongInput(Problem("there is nothing to settle", hint="imagegen jobs --all"))
    wanted = matching(labels, [name or "*"])
    return [one for one in orders if wanted.intersection((one.label, *one.entry.images))]


def _settle(
    opened: Opened, ledger: Ledger, order: Order, choice: _Choice, job_id: str | None
) -> None:
    """Note what a person has chosen; `job_id` is for ADOPT. Nothing is sent for money."""
    entry, name = order.entry, terminal.line(order.label)
    if choice is _Choice.ADOPT and job_id is not None:
        _refuse_noted(ledger, entry, job_id)
        anyio.run(_verify, opened, job_id)
        ledger.settle(entry, State.ADOPTED, job_id=job_id)
        terminal.talk(f"adopted job {terminal.line(job_id)} for {name}; build fetches it free")
    elif choice is _Choice.ABANDON:
        ledger.settle(entry, State.ABANDONED, again=False)
        terminal.talk(f"abandoned {name}: nothing is bought for it unless you ask for it")
    else:
        if not order.wanted:
            raise WrongInput(_unasked(order))
        ledger.settle(entry, State.ABANDONED, again=True)
        terminal.talk(f"noted for {name}: the next build buys it once more")


def _refuse_noted(ledger: Ledger, entry: Entry, job_id: str) -> None:
    entries = ledger.entries().values()
    owner = next((one for one in entries if job_id in (one.job_id, *one.other_job_ids)), None)
    if owner is not None and owner.purchase != entry.purchase:
        raise WrongInput(
            Problem(
                f"job {job_id} is noted already, for `{owner.image}`",
                hint="see all noted jobs:\n  imagegen jobs --all",
            )
        )


async def _verify(opened: Opened, job_id: str) -> None:
    """Raise WrongInput unless the account has this job."""
    provider = _provider(opened)
    try:
        jobs = await provider.look([job_id])
    except (Refused, Unavailable) as error:
        raise WrongInput(error.problem) from None
    finally:
        await provider.close()
    if job_id not in jobs:
        raise WrongInput(
            Problem(
                f"the API does not know job {job_id} in this account",
                hint="copy its id from the dashboard of your account",
            )
        )


async def _candidates(opened: Opened, ledger: Ledger, orders: list[Order]) -> Found:
    """Ask the API, for free, which jobs nobody noted."""
    noted = job_ids(ledger).union(*(job_ids(other) for other in opened.other_ledgers()))
    noted |= {one.job_id for one in opened.lock.images.values() if one.job_id}
    found: dict[Purchase, tuple[Job, ...] | Problem] = {}
    provider = _provider(opened)
    try:
        for order in orders:
            try:
                jobs = await candidates(order.entry, provider, noted)
            except (Refused, Unavailable) as error:
                found[order.entry.purchase] = error.problem
                continue
            unclear = Problem("the account's jobs cannot be listed in full")
            found[order.entry.purchase] = unclear if jobs is None else jobs[:_SHOWN]
    finally:
        await provider.close()
    return found


def _provider(opened: Opened) -> ApiframeProvider:
    provider = seller(opened)
    if provider is None:
        raise WrongInput(Problem("an API key is needed to ask for the jobs of the account"))
    return provider


def _asked(opened: Opened, ledger: Ledger, order: Order, found: Found) -> bool:
    """Show one order and ask what is to become of it; returns whether it is settled."""
    terminal.talk(order_text(order, found))
    jobs = jobs_for(order, found)
    numbers = f"1-{len(jobs)} adopt that job, " if jobs else ""
    while True:
        said = click.prompt(
            f"  {numbers}j adopt another job, a abandon, p pay again, s skip",
            default="s",
            err=True,
        )
        try:
            if said == "s":
                return False
            if said == "a":
                _settle(opened, ledger, order, _Choice.ABANDON, None)
            elif said == "p":
                _settle(opened, ledger, order, _Choice.PAY_AGAIN, None)
            elif said == "j":
                job_id = click.prompt("  id of the job", err=True)
                _settle(opened, ledger, order, _Choice.ADOPT, job_id)
            elif said.isdecimal() and 0 < int(said) <= len(jobs):
                _settle(opened, ledger, order, _Choice.ADOPT, jobs[int(said) - 1].id)
            else:
                continue
        except ImagegenError as error:
            terminal.show(error.problems)
            continue
        return True


def _settled_json(ledger: Ledger, order: Order, choice: _Choice) -> dict[str, object]:
    purchase = order.entry.purchase
    return {
        "image": order.label,
        "request_key": purchase.request_key,
        "take": purchase.take,
        "choice": choice.value,
        "job": ledger.entries()[purchase].job_id,
    }


def _unasked(order: Order) -> Problem:
    return Problem(
        f"no image asks for the picture that `{order.label}` had ordered",
        "Nothing would be bought for it.",
        f"give it up:\n  imagegen resolve {order.label} --abandon",
    )


def _still_open(count: int) -> Problem:
    return Problem(
        f"{count} order{'' if count == 1 else 's'} may or may not be charged",
        "Compare the jobs that nobody noted, or the dashboard of your account, then say which it "
        "is, or what is to become of the order.",
        "imagegen resolve NAME --adopt JOB\nimagegen resolve NAME --abandon\n"
        "imagegen resolve NAME --pay-again",
    )
