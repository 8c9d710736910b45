"""Owns the option `--listen`: from HOST:PORT to a socket on which a build hears notices.

Never answers anybody; `build.notices` does.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import click

from imagegen.cli import terminal
from imagegen.errors import Problem, WrongInput
from imagegen.opened import Opened
from imagegen.request import DRAFT

_FORM = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:\[\]]+)):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Place:
    """A host and a port to listen on."""

    host: str
    """A name or an address; an IPv6 address without its brackets."""
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _place(ctx: click.Context, param: click.Parameter, text: str | None) -> Place | None:
    if text is None:
        return None
    found = _FORM.fullmatch(text)
    port = int(found["port"]) if found else 0
    if found is None or not 0 < port < 65536:
        raise click.BadParameter(
            f"{text!r} is not HOST:PORT with a port from 1 to 65535; write it like 127.0.0.1:8788.",
            ctx,
            param,
        )
    return Place(found["six"] or found["host"], port)


listen_option = click.option(
    "--listen",
    "place",
    callback=_place,
    metavar="HOST:PORT",
    help="Hear here what the API sends to webhook_url, and look at such a job at once.",
)


def where_to_hear(opened: Opened, place: Place | None, *, draft: bool) -> Place | None:
    """Return where this build is to listen: nowhere for drafts, since nobody tells of them.

    Raises WrongInput when nobody would ever send a notice to `place`.
    """
    settings = opened.loaded.project.provider
    if place is None or draft or settings.name == DRAFT:
        return None
    if settings.webhook_url is not None:
        return place
    raise WrongInput(
        Problem(
            "--listen needs a `webhook_url`",
            f"Orders tell the API where to send its notices, and {opened.file.name} does not say.",
            f"give the public address that leads to {place}, or leave --listen out:\n"
            '  [provider]\n  webhook_url = "https://hooks.example.com/imagegen"',
        )
    )


@contextlib.contextmanager
def listening(place: Place | None) -> Iterator[socket.socket | None]:
    """Hold the socket for `place`, if one is given; WrongInput when the system refuses it."""
    if place is None:
        yield None
        return
    with _bound(place) as door:
        terminal.talk(f"listening for notices on {place}")
        yield door


def _bound(place: Place) -> socket.socket:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    try:
        return socket.create_server((place.host, place.port), family=family)
    except (OSError, UnicodeError) as error:
        raise WrongInput(
            Problem(
                f"cannot listen on {place}",
                f"The system says: {_reason(error)}. Nothing was bought.",
                "give --listen an address of this machine and a port that no other program has",
            )
        ) from None


def _reason(error: OSError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return "this is no name of a host"
    if isinstance(error, socket.gaierror) or error.errno is None:
        return str(error.strerror)
    # Without the address, which Python adds in words of its own.
    return os.strerror(error.errno)
