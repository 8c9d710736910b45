"""Owns a real HTTP server on loopback whose every answer a test writes down, faults included."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Seen:
    """One request as it came; header names in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """One answer; `status` 0 closes the connection without a word."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = -1
    """Content-Length: -1 for the true one, None for none at all."""
    pause: float = 0.0
    """Seconds before each byte of the body."""
    delay: float = 0.0
    """Seconds before the answer."""


def told(value: object, status: int = 200, **headers: str) -> Reply:
    """Return an answer in JSON; `retry_after="2"` becomes the header `retry-after`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, json.dumps(value).encode(), {"content-type": "application/json", **named})


_LEFT = (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError)
"""What happens when a client goes away."""

Answering = Callable[[Seen], Reply]


class Listener:
    """The running server: where it is, and what it has seen."""

    def __init__(self, answer: Answering) -> None:
        self.answer = answer
        self.seen: list[Seen] = []
        self.port = 0
        self.tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        try:
            with contextlib.suppress(*_LEFT):
                seen = await _read(reader)
                self.seen.append(seen)
                await _write(writer, self.answer(seen))
        finally:
            writer.close()
            with contextlib.suppress(*_LEFT):
                await writer.wait_closed()
            self.tasks.discard(task)

    async def stop(self) -> None:
        """End what is still being answered."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def listening(
    answer: Answering, *, context: ssl.SSLContext | None = None
) -> AsyncIterator[Listener]:
    """Run a listener for the length of a block."""
    listener = Listener(answer)
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0, ssl=context)
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()
        await listener.stop()
        await server.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    pairs = (line.split(":", 1) for line in head[1:] if line)
    headers = {name.lower(): text.strip() for name, text in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Seen(method, parts.path, dict(parse_qsl(parts.query)), headers, body)


async def _write(writer: asyncio.StreamWriter, reply: Reply) -> None:
    await asyncio.sleep(reply.delay)
    if not reply.status:
        return
    lines = [f"HTTP/1.1 {reply.status} Scripted", "Connection: close"]
    lines += [f"{name}: {text}" for name, text in reply.headers.items()]
    if reply.length is not None:
        lines.append(f"Content-Length: {len(reply.body) if reply.length < 0 else reply.length}")
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    if not reply.pause:
        writer.write(reply.body)
    for byte in reply.body if reply.pause else b"":
        await asyncio.sleep(reply.pause)
        writer.write(bytes([byte]))
        await writer.drain()
    await writer.drain()
