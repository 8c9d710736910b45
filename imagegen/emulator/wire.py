"""Owns answers that break HTTP's good manners: hanging up, bodies that are cut, slow or endless.

Only real connections can be broken: under another server than `serve` starts, these fail loudly.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import anyio
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

TRANSPORT = "transport"


class Protocol(H11Protocol):
    """HTTP/1.1 whose requests carry their connection's transport in the scope's state."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the transport; called once for each connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}


class HangUp(Response):
    """Closes the connection instead of answering."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Hang up and wait until the connection is gone."""
        await hang_up(scope, receive)


class Cut(Response):
    """Sends only the first bytes of its body and hangs up."""

    def __init__(self, body: bytes, media_type: str, *, keep: int, length: str) -> None:
        super().__init__(body, media_type=media_type)
        self._keep = keep
        if length == "chunked":
            del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head and a part of the body."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        part = bytes(self.body)[: self._keep]
        await send({"type": "http.response.body", "body": part, "more_body": True})
        await hang_up(scope, receive)


async def hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection of a request, after what was already written to it."""
    scope["state"][TRANSPORT].close()
    while (await receive())["type"] != "http.disconnect":
        pass


async def drip(data: bytes, *, rate: float) -> AsyncIterator[bytes]:
    """Yield `data` at about `rate` bytes a second, ten pieces a second or less."""
    step = max(1, int(rate / 10))
    for start in range(0, len(data), step):
        yield data[start : start + step]
        await anyio.sleep(step / rate)


async def endless(data: bytes) -> AsyncIterator[bytes]:
    """Yield `data` and then zeros for ever."""
    yield data
    while True:
        yield bytes(65_536)
        await anyio.sleep(0)
