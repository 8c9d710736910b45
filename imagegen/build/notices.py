"""Owns the listening for notices: on one socket, bounded in bytes, time and number.

A notice is a hint: nothing in it is used but the id of a job that this run waits for, and that
only to look at it sooner. Never keeps a build from ending: cancelling `run` ends it at once.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping

import anyio
import h11

AT_ONCE = 16
"""Visitors that are heard at once; the others wait in the system's queue."""

SECONDS = 5.0
"""Longest that one visitor may take, from the first byte to the last."""

PAUSE = 0.02
"""Seconds between two visitors: a flood of them costs the build next to nothing."""

HEAD_LIMIT = 8 * 2**10
BODY_LIMIT = 64 * 2**10
_PARTS_LIMIT = 256
"""Pieces that a body may come in, since each costs time however small it is."""

_CHUNK = 16 * 2**10
_TROUBLE_PAUSE = 1.0

Judge = Callable[[Mapping[str, str], bytes], str | None]
"""Returns the job that a genuine notice is about, None for any other request."""


class Notices:
    """Hears one request from each visitor and passes the job ids of genuine notices on."""

    def __init__(self, door: socket.socket, judge: Judge, hint: Callable[[str], bool]) -> None:
        """Listen on `door`, which stays its owner's; `hint` says whether a job is known."""
        self._door = door
        self._judge = judge
        self._hint = hint
        self._places = anyio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Hear visitors until cancelled."""
        self._door.setblocking(False)
        async with anyio.create_task_group() as group:
            while True:
                await self._places.acquire()
                group.start_soon(self._receive, await self._next_visitor())
                await anyio.sleep(PAUSE)

    async def _next_visitor(self) -> socket.socket:
        while True:
            try:
                await anyio.wait_readable(self._door)
                visitor, _ = self._door.accept()
            except BlockingIOError:
                continue
            except OSError:
                # The visitor has gone again, or this process has no file handle left.
                await anyio.sleep(_TROUBLE_PAUSE)
            else:
                visitor.setblocking(False)
                return visitor

    async def _receive(self, visitor: socket.socket) -> None:
        try:
            with visitor, anyio.move_on_after(SECONDS):
                await self._converse(_Talk(visitor))
        except OSError:
            # Whoever hangs up is not answered, and nobody here waits for them.
            return
        finally:
            self._places.release()

    async def _converse(self, talk: _Talk) -> None:
        try:
            request = await talk.event()
            if isinstance(request, h11.Request):
                await talk.answer(await self._status(request, talk))
        except h11.RemoteProtocolError as error:
            await talk.answer(error.error_status_hint)

    async def _status(self, request: h11.Request, talk: _Talk) -> int:
        """Return the HTTP status that a request deserves."""
        if request.method != b"POST":
            return 405
        body = await talk.body()
        if body is None:
            return 413
        job_id = self._judge(_named(request), body)
        if job_id is None:
            return 401
        return 200 if self._hint(job_id) else 404


class _Talk:
    """One visitor's connection: one request, one answer."""

    def __init__(self, visitor: socket.socket) -> None:
        self._visitor = visitor
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_LIMIT)

    async def event(self) -> h11.Event:
        """Return the next part of the request; raises RemoteProtocolError or OSError."""
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.Event):
                return event
            if self._http.they_are_waiting_for_100_continue:
                await self._send(h11.InformationalResponse(status_code=100, headers=[]))
            await anyio.wait_readable(self._visitor)
            self._http.receive_data(self._visitor.recv(_CHUNK))

    async def body(self) -> bytes | None:
        """Return the body as it came; None when it is too long or in too many pieces."""
        body = bytearray()
        for _ in range(_PARTS_LIMIT):
            part = await self.event()
            if not isinstance(part, h11.Data):
                return bytes(body)
            body += part.data
            if len(body) > BODY_LIMIT:
                return None
        return None

    async def answer(self, status: int) -> None:
        """Answer with a status and nothing else."""
        headers = [("content-length", "0"), ("connection", "close")]
        await self._send(h11.Response(status_code=status, headers=headers))

    async def _send(self, event: h11.Response | h11.InformationalResponse) -> None:
        data = self._http.send(event) or b""
        while data:
            await anyio.wait_writable(self._visitor)
            data = data[self._visitor.send(data) :]


def _named(request: h11.Request) -> dict[str, str]:
    """Return the headers by lower-case name; those that came twice are joined by commas."""
    found: dict[str, str] = {}
    for raw_name, raw in request.headers:
        name, text = raw_name.decode("ascii"), raw.decode("latin-1")
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found
