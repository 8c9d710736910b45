"""The verb `preview`: a local page that shows every image of the project, live.

Reads only; the one thing that it changes, when a person on the page asks for it, is which of the
takes that were bought an image shows. Never buys.
"""

from __future__ import annotations

import contextlib
import threading
import webbrowser
from functools import partial
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import click

from imagegen import choice
from imagegen.build.allowance import Allowance
from imagegen.build.result import Result
from imagegen.cli import terminal, works
from imagegen.cli.opened import file_option, json_option, project_file
from imagegen.errors import NeedsAttention, Problem
from imagegen.events import Event
from imagegen.opened import Opened
from imagegen.plan import Plan
from imagegen.preview import serve
from imagegen.preview.serve import PORT


@click.command("preview")
@file_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    metavar="N",
    help="Port, or the next free one; 0 takes any.",
)
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
@json_option
def command(*, file: Path | None, port: int, opens: bool, as_json: bool) -> None:
    """Show every image of the project on a local page, live.

    The page follows the project file, the lock, the pictures and any build, in whatever process
    it runs. Only this machine can see it. Prints the address; Ctrl-C ends it.
    """
    path = project_file(file)

    def announce(url: str) -> None:
        if as_json:
            terminal.data_json({"format": 1, "url": url})
        else:
            terminal.data(url)
        _tell(url, port)
        if opens:
            # Some browsers keep their caller until they are closed.
            threading.Thread(target=webbrowser.open, args=[url], daemon=True).start()

    if serve.serve(path, port=port, pick=partial(_pick, path), announce=announce):
        raise KeyboardInterrupt


def running(path: Path, port: int = PORT) -> contextlib.AbstractContextManager[str]:
    """Serve the preview of the project file `path` from a thread; gives its address.

    On `port`, or the next free one. Raises WrongInput when there is none.
    """
    return serve.running(path, port=port, pick=partial(_pick, path))


def _tell(url: str, port: int) -> None:
    if port and urlsplit(url).port != port:
        terminal.talk(f"port {port} is taken; the preview has the next free one")


def _pick(path: Path, name: str, take: int) -> str:
    picked = choice.pick(path, name, take, carry=_carry, waiting=_busy)
    if picked.problem is not None:
        raise NeedsAttention(picked.problem)
    return f"`{name}` shows take {take} now" if picked.changed else f"`{name}` shows it already"


def _carry(opened: Opened, plan: Plan) -> Result:
    return works.carried_out(opened, plan, Allowance(images=0), _unheard)


def _unheard(_: Event) -> None:
    """Take an event and say nothing: the page sees what comes of it."""


def _busy(_: Path) -> NoReturn:
    raise NeedsAttention(
        Problem(
            "a build is running",
            "It may be about to change what this image shows.",
            "pick when it has ended",
        )
    )
