"""Owns the running server: listening, telling that it is ready, stopping cleanly.

`serve` is for the command line and blocks; `running` is for tests and serves from a thread.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from imagegen.emulator.app import application
from imagegen.emulator.ledger import Charge, Ledger
from imagegen.emulator.rules import Rules
from imagegen.emulator.service import Service, build
from imagegen.emulator.settings import Settings
from imagegen.emulator.traffic import Seen
from imagegen.emulator.wire import Protocol
from imagegen.errors import Problem, WrongInput

GRACE = 1
"""Seconds that answers under way may take once the server is to stop."""
START_TIMEOUT = 30.0


@dataclass(frozen=True)
class Running:
    """An emulator that serves from a thread of this process."""

    url: str
    """Such as http://127.0.0.1:54321, without a slash at the end."""
    service: Service

    @property
    def ledger(self) -> list[Charge]:
        """Every charge so far, oldest first; a refunded one says so."""
        return self.service.ledger.charges

    @property
    def charges(self) -> list[Charge]:
        """The charges that stand: those not refunded."""
        return [charge for charge in self.ledger if not charge.refunded]

    @property
    def posts(self) -> int:
        """Generate POSTs received, the refused, replayed and lost ones included."""
        return self.service.traffic.posts

    @property
    def requests(self) -> list[Seen]:
        """Every request received, oldest first."""
        return list(self.service.traffic.requests)

    @property
    def faults(self) -> Rules:
        """What goes wrong; may be changed at any time."""
        return self.service.rules


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `announce` gets the ready line once the server listens.

    Raises WrongInput when the address cannot be listened on or the state folder is not ours.
    """
    with _built(settings) as (service, listener):
        _Server(service, lambda: announce(f"imagegen emulator ready on {_url(listener)}")).run(
            sockets=[listener]
        )


@contextlib.contextmanager
def running(settings: Settings | None = None) -> Iterator[Running]:
    """Serve from a thread for as long as the context lasts; on any free port unless one is set."""
    with _built(settings or Settings()) as (service, listener):
        ready = threading.Event()
        server = _Server(service, ready.set)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        if not ready.wait(START_TIMEOUT):
            raise RuntimeError("the emulator did not start")
        try:
            yield Running(_url(listener), service)
        finally:
            server.should_exit = True
            thread.join()


@contextlib.contextmanager
def _built(settings: Settings) -> Iterator[tuple[Service, socket.socket]]:
    with contextlib.ExitStack() as stack:
        folder = settings.state
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="imagegen-")))
        ledger = stack.enter_context(Ledger(folder))
        service = build(settings, folder, ledger)
        listener = stack.enter_context(_listen(settings))
        service.address.append(_url(listener))
        yield service, listener


def _listen(settings: Settings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port))
    except OSError as error:
        raise WrongInput(
            Problem(
                f"Cannot listen on `{settings.host}` port {settings.port}",
                f"The system says: {error.strerror}.",
                "Choose another port, or 0 for any free one.",
            )
        ) from None


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """Uvicorn that says when it listens and ends quietly on a signal."""

    def __init__(self, service: Service, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                application(service),
                http=Protocol,
                ws="none",
                loop="asyncio",
                lifespan="on",
                log_config=None,
                log_level="error",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell."""
        await super().startup(sockets=sockets)
        self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Stop on SIGINT or SIGTERM; the second SIGINT does not wait for answers under way."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True
