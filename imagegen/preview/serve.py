"""Owns the running preview: a port on loopback, telling where it is, stopping cleanly.

`serve` is for the command line and blocks; `running` serves from a thread, beside a watch.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import uvicorn

from imagegen.errors import NeedsAttention, Problem, WrongInput
from imagegen.preview.app import Pick, application
from imagegen.preview.session import Session

HOST = "127.0.0.1"
PORT = 4173
GRACE = 1
"""Seconds that answers under way may take once the server is to stop."""
_TRIES = 50
"""Ports that are tried, one after the other."""
_START_TIMEOUT = 30.0


def serve(file: Path, *, port: int, pick: Pick, announce: Callable[[str], None]) -> bool:
    """Serve the preview of the project `file` until SIGINT or SIGTERM.

    `announce` gets the address, once it listens. `port` or the next free one is taken; 0 is any.
    Returns whether it was interrupted. Raises WrongInput when no port is free.
    """
    with _bound(port) as listener:
        server = _Server(file, listener, pick, lambda: announce(_url(listener)))
        server.run(sockets=[listener])
    server.raise_bug()
    return server.interrupted


@contextlib.contextmanager
def running(file: Path, *, port: int, pick: Pick) -> Iterator[str]:
    """Serve from a thread for as long as the context lasts; gives the address.

    Raises as `serve`.
    """
    with _bound(port) as listener:
        ready = threading.Event()
        server = _Server(file, listener, pick, ready.set)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        if not ready.wait(_START_TIMEOUT):
            raise NeedsAttention(Problem("the preview did not start in time"))
        try:
            yield _url(listener)
        finally:
            server.should_exit = True
            thread.join()
        server.raise_bug()


def _bound(port: int) -> socket.socket:
    reason = ""
    for number in range(port, min(port + _TRIES, 2**16)) if port else [0]:
        try:
            return socket.create_server((HOST, number))
        except OSError as error:
            reason = error.strerror or str(error)
    raise WrongInput(
        Problem(
            f"no free port from {port} on",
            f"The system says: {reason}.",
            "choose another one with --port, or 0 for any free one",
        )
    )


def _url(listener: socket.socket) -> str:
    return f"http://{HOST}:{listener.getsockname()[1]}/"


class _Server(uvicorn.Server):
    """Uvicorn that says when it listens, and ends soon although pages listen to it."""

    def __init__(
        self, file: Path, listener: socket.socket, pick: Pick, ready: Callable[[], None]
    ) -> None:
        self._session = Session(file)
        self._ready = ready
        self._looking: asyncio.Task[None] | None = None
        self._bug: BaseException | None = None
        self.interrupted = False
        super().__init__(
            uvicorn.Config(
                application(
                    self._session,
                    port=listener.getsockname()[1],
                    token=secrets.token_urlsafe(32),
                    pick=pick,
                ),
                http="h11",
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen and look, then tell."""
        await super().startup(sockets=sockets)
        self._looking = asyncio.create_task(self._session.run())
        self._looking.add_done_callback(self._blind)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let those go who wait for events, then end."""
        self._session.hub.close()
        await super().shutdown(sockets=sockets)
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Stop on SIGINT or SIGTERM; the second SIGINT does not wait for answers under way."""
        self.interrupted = self.interrupted or sig == signal.SIGINT
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    def raise_bug(self) -> None:
        """Raise what ended the looking, if that was not we."""
        if self._bug is not None:
            raise self._bug

    def _blind(self, looking: asyncio.Task[None]) -> None:
        """End a preview that sees nothing any more."""
        if not looking.cancelled():
            self._bug, self.should_exit = looking.exception(), True
