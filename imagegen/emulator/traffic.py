"""Owns the record of what was asked: every request to /v2 and /cdn, and the POST count.

Never keeps headers or bodies, so that no key is ever recorded.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

GENERATE = "/v2/images/generate"
CONTROL = "/emulator/"


@dataclass(frozen=True, slots=True)
class Seen:
    """One request."""

    method: str
    path: str
    query: str = ""
    """Without the question mark."""


class Traffic:
    """All requests in the order of arrival."""

    def __init__(self) -> None:
        self.requests: list[Seen] = []
        self.posts = 0
        """How many generate POSTs were received, the refused and lost ones included."""

    def note(self, seen: Seen) -> None:
        """Record one request; the emulator's own endpoints are not a client's doing."""
        if seen.path.startswith(CONTROL):
            return
        self.requests.append(seen)
        if seen.method == "POST" and seen.path == GENERATE:
            self.posts += 1


class Recorder:
    """ASGI layer that notes every request and gives every answer its `x-request-id`."""

    def __init__(self, app: ASGIApp, traffic: Traffic) -> None:
        self._app = app
        self._traffic = traffic
        self._ids = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        self._traffic.note(Seen(scope["method"], scope["path"], query))
        scope["imagegen.post"] = self._traffic.posts
        request_id = f"req_{next(self._ids):08d}".encode()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", request_id)]
            await send(message)

        await self._app(scope, receive, send_with_id)
