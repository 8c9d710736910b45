"""Owns the huckster: a server that sells honestly, until it is told which answers to garble how.

Answers byte by byte as it is told, remembers who asked for what with which key, and has nothing
of an HTTP library about it, which would be too well-behaved.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

Route = Literal["submit", "look", "file"]

RESET = -1.0
"""Instead of a pause: end the connection with a reset."""


@dataclass(frozen=True)
class Asked:
    """What a garbled answer may be made of."""

    honest: bytes
    """The whole answer as it should be, status line included."""
    url: str
    """Of the huckster."""
    trap: str
    """Address of a listener that nobody may talk to."""
    job: str
    """The id of the job in question, if any."""


Say = Callable[[Asked], Iterable[bytes | float]]
"""Gives what is sent, piece by piece; a number is a pause in seconds, or RESET."""


@dataclass
class Deal:
    """One customer's business: what is sold, what is garbled, and what came of it."""

    picture: bytes
    route: Route | None = None
    say: Say | None = None
    times: int = 10**9
    """So many answers are garbled; then the huckster is honest again."""
    commits: bool = True
    """Whether a garbled order is carried out all the same."""
    gone: set[str] = field(default_factory=set)
    """Jobs that a garbled answer calls failed, and that are therefore not charged for."""
    fails: bool = False
    """Whether that is what garbled looks do."""
    jobs: dict[str, str] = field(default_factory=dict)
    """Idempotency key to job id."""
    orders: list[tuple[str, bytes]] = field(default_factory=list)
    """Idempotency key and body of every POST."""
    asked: int = 0
    leaks: list[str] = field(default_factory=list)
    """Requests that carried a key where none may be."""

    @property
    def charges(self) -> int:
        """Jobs that are paid for and not given back."""
        return len(set(self.jobs.values()) - self.gone)

    def turn_honest(self) -> None:
        """Garble nothing any more."""
        self.say = None


class Huckster:
    """The running server; one deal at a time."""

    def __init__(self, trap: str) -> None:
        self.deal = Deal(b"")
        self._trap = trap
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        found: tuple[str, int] = self._listener.getsockname()
        return found

    @property
    def url(self) -> str:
        """Address for APIFRAME_BASE_URL."""
        return f"http://127.0.0.1:{self.address[1]}"

    def close(self) -> None:
        """Stop."""
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=5)

    def _accept(self) -> None:
        while True:
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(visitor, self.deal), daemon=True).start()

    def _serve(self, visitor: socket.socket, deal: Deal) -> None:
        with visitor, contextlib.suppress(OSError, ValueError):
            visitor.settimeout(20)
            request = _read(visitor)
            for piece in self._answer(request, deal):
                if isinstance(piece, bytes):
                    visitor.sendall(piece)
                elif piece == RESET:
                    linger = struct.pack("ii", 1, 0)
                    visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    return
                elif self._stopping.wait(piece):
                    return

    def _answer(self, request: _Request, deal: Deal) -> Iterable[bytes | float]:
        route = _route(request)
        if route == "file" and "x-api-key" in request.headers:
            deal.leaks.append(request.target)
        garbled = deal.say is not None and route == deal.route and deal.asked < deal.times
        deal.asked += garbled
        job, honest = self._honest(request, deal, carried_out=deal.commits or not garbled)
        if not garbled or deal.say is None:
            return [honest]
        if deal.fails:
            deal.gone.add(job)
        return deal.say(Asked(honest, self.url, self._trap, job))

    def _honest(self, request: _Request, deal: Deal, *, carried_out: bool) -> tuple[str, bytes]:
        """Return the job in question and the honest answer."""
        route = _route(request)
        if route == "submit":
            key = request.headers.get("idempotency-key", "")
            deal.orders.append((key, request.body))
            job = deal.jobs.get(key) or f"job-{len(deal.jobs) + 1:04d}-{abs(hash(key)) % 10**8:08d}"
            if carried_out:
                deal.jobs[key] = job
            return job, told({"jobId": job, "status": "QUEUED"}, 202)
        if route == "look":
            wanted = request.target.partition("/v2/jobs/")[2]
            # Another thread may take an order meanwhile.
            rows = {job: _row(job, self.url) for job in list(deal.jobs.values())}
            if not wanted:
                return "", told({"jobs": list(rows.values()), "nextCursor": None, "hasMore": False})
            if wanted not in rows:
                return wanted, told({"error": "Not found"}, 404)
            return wanted, told(rows[wanted])
        if route == "file":
            return "", http(200, deal.picture, "Content-Type: image/png")
        return "", told({"error": "Not found"}, 404)


@dataclass(frozen=True)
class _Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def http(status: int | str, body: bytes, *headers: str, length: int | None = -1) -> bytes:
    """Return an answer; `length` is the Content-Length: -1 for the true one, None for none."""
    lines = [f"HTTP/1.1 {status} Said", "Connection: close", *headers]
    if length is not None:
        lines.append(f"Content-Length: {len(body) if length < 0 else length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def told(value: object, status: int = 200, *headers: str) -> bytes:
    """Return an answer in JSON."""
    return http(status, json.dumps(value).encode(), "Content-Type: application/json", *headers)


def row_of(job: str, url: str, **changed: object) -> dict[str, object]:
    """Return what the API says of a finished job, with some of it changed."""
    return {**_row(job, url), **changed}


def _row(job: str, url: str) -> dict[str, object]:
    return {
        "id": job,
        "status": "COMPLETED",
        "model": "flux-2-pro",
        "progress": 100,
        "result": {"images": [f"{url}/cdn/{job}.png"]},
        "error": None,
        "creditCost": 6,
        "expired": False,
        "createdAt": "2026-11-22T12:00:00.000Z",
    }


def _route(request: _Request) -> Route | None:
    if request.target.startswith("/v2/images/generate"):
        return "submit"
    if request.target.startswith("/v2/jobs"):
        return "look"
    return "file" if request.target.startswith("/cdn/") else None


def _read(visitor: socket.socket) -> _Request:
    data = bytearray()
    while b"\r\n\r\n" not in data:
        data += _more(visitor)
    head, _, body = bytes(data).partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = dict(_fields(lines))
    length = int(headers.get("content-length", "0"))
    while len(body) < length:
        body += _more(visitor)
    return _Request(method, target, headers, body)


def _fields(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, _, text = line.partition(":")
        yield name.lower(), text.strip()


def _more(visitor: socket.socket) -> bytes:
    data = visitor.recv(65536)
    if not data:
        raise OSError("the visitor left")
    return data
