"""The verb `resolve`: lets a person settle paid jobs whose outcome nobody else can tell."""

from __future__ import annotations

import datetime
from pathlib import Path

import anyio
import click

from imagegen.build.ledger import Ledger
from imagegen.build.purchase import Entry, State
from imagegen.cli import terminal
from imagegen.cli.opened import (
    Opened,
    file_option,
    json_option,
    matching,
    open_project,
    project_file,
)
from imagegen.errors import OutcomeUnknown, Problem, WrongInput
from imagegen.providers.apiframe.client import ApiframeProvider
from imagegen.providers.provider import Refused, Unavailable


@click.command("resolve")
@click.argument("name", required=False)
@file_option
@click.option("--adopt", metavar="JOB", help="This job is the one; its picture is fetched free.")
@click.option("--abandon", is_flag=True, help="There is no job; the next build may buy again.")
@json_option
def command(
    *, name: str | None, file: Path | None, adopt: str | None, abandon: bool, as_json: bool
) -> None:
    """Settle paid jobs whose outcome is unknown; without options, list them.

    An order whose answer was lost, and whose key the API has forgotten, may or may not have
    been charged. Look for its job in the dashboard of your account, then say which it is:

    \b
      imagegen resolve hero --adopt 4ffcb9da-1c1b-4d5e-9a51-0b6b8e4a7f10
      imagegen resolve hero --abandon

    Exit 4 while something is open.
    """
    opened = open_project(project_file(file))
    if opened.ledger is None:
        problem = Problem(
            "an API key is needed: the ledger belongs to an account",
            hint="set APIFRAME_API_KEY, or see what every account here has:\n  imagegen jobs",
        )
        raise WrongInput(problem)
    unknown = _unknown(opened, opened.ledger)
    if adopt is None and not abandon:
        _list(unknown, as_json=as_json)
        return
    if name is None or (adopt is not None and abandon):
        raise click.UsageError("say which image, and either --adopt JOB or --abandon")
    wanted = matching(sorted({label for label, _ in unknown}), [name])
    chosen = [(label, entry) for label, entry in unknown if label in wanted]
    if len(chosen) > 1 and adopt is not None:
        raise click.UsageError("one job belongs to one order: name its image exactly")
    for label, entry in chosen:
        _settle(opened, opened.ledger, entry, label, adopt)


def _unknown(opened: Opened, ledger: Ledger) -> list[tuple[str, Entry]]:
    """Return this project's unknown orders with the names of their images.

    Other projects of the same account settle their own. An order that damage to the ledger has
    left without a name is known by its request.
    """
    images = {change.purchase: change.name for change in opened.plan().changes}
    found = []
    for entry in ledger.entries().values():
        name = images.get((entry.purchase.request_key, entry.purchase.take))
        if entry.state is State.UNKNOWN and (name or entry.project == opened.label):
            found.append((entry.image or name or entry.purchase.request_key, entry))
    return found


def _settle(opened: Opened, ledger: Ledger, entry: Entry, label: str, adopt: str | None) -> None:
    if adopt is None:
        ledger.note(entry.purchase, State.ABANDONED)
        terminal.talk(f"abandoned {terminal.line(label)}: the next build may buy it again")
        return
    owner = next((one for one in ledger.entries().values() if one.job_id == adopt), None)
    if owner is not None and owner.purchase != entry.purchase:
        raise WrongInput(
            Problem(
                f"job {adopt} is noted already, for `{owner.image}`",
                hint="see all noted jobs:\n  imagegen jobs --all",
            )
        )
    anyio.run(_verify, opened, adopt)
    ledger.note(entry.purchase, State.ADOPTED, job_id=adopt)
    terminal.talk(f"adopted job {adopt} for {terminal.line(label)}; build fetches it free")


async def _verify(opened: Opened, job_id: str) -> None:
    """Raise WrongInput unless the account has this job."""
    key = opened.environment.key
    if key is None:
        return
    provider = ApiframeProvider(key, opened.base_url, opened.loaded.catalogue)
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


def _list(unknown: list[tuple[str, Entry]], *, as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "image": label,
                "request_key": one.purchase.request_key,
                "take": one.purchase.take,
                "error": one.error,
            }
            for label, one in unknown
        ]
        terminal.data_json({"format": 1, "unknown": rows})
    for label, one in unknown if not as_json else ():
        when = datetime.datetime.fromtimestamp(one.intent_at).strftime("%Y-%m-%d %H:%M")
        prompt = one.request.get("prompt", "")
        reason = one.error or "its answer was lost"
        terminal.data(terminal.line(f"{label}  ordered {when}, {reason}: {prompt}"))
    if not unknown:
        terminal.talk("Nothing to settle: the outcome of every order is known.")
        return
    raise OutcomeUnknown(
        Problem(
            f"{len(unknown)} order{'' if len(unknown) == 1 else 's'} may or may not be charged",
            "Look for the job in the dashboard of your account, then say which it is.",
            "imagegen resolve NAME --adopt JOB\nimagegen resolve NAME --abandon",
        )
    )
