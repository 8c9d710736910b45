"""Owns mangling: honest answers with a few bytes or values of theirs changed by chance."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from functools import partial

from .huckster import Asked, Route, http
from .lies import ESCAPES, Lie

_VALUES: tuple[object, ...] = (
    None, True, 0, -1, 7, 2**70, 1.5, 1e308, "", "x", "../..", ESCAPES, "\ud800", "é" * 300,
    [], {}, [None], [[]], {"images": 1}, {"a": {"a": {}}}, ["https://127.0.0.1/"], "null", "QUEUED",
)  # fmt: skip
"""What a value may become; none of them says that a job failed."""

_LINES = (
    b"Content-Length: 0", b"Content-Length: 99999", b"Transfer-Encoding: chunked", b"Connection: x",
    b"Content-Encoding: gzip", b"Location: https://127.0.0.1/", b": ", b"Retry-After: 9", b"\0",
    b"Set-Cookie: a=b", b"Content-Type: text/html; charset=utf-7", b"HTTP/1.1 200 OK", b"\r\n",
)  # fmt: skip


def mangled(number: int, rng: random.Random) -> Lie:
    """Return a lie made by chance."""
    route: Route = rng.choice(("submit", "look", "file"))
    ways: list[Callable[[random.Random, bytes], bytes]] = [_flipped, _cut, _headed, _shuffled]
    if route != "file":
        ways += [_revalued, _revalued, _revalued]
    way, seed = rng.choice(ways), rng.getrandbits(32)
    # A mangled id may name a job that nobody knows; then it stays noted.
    return Lie(
        f"{route} {way.__name__.strip('_')} {number}/{seed}",
        route,
        partial(_said, way, seed),
        "either" if route == "file" else "right",
        may_name_another_job=route == "submit",
    )


def _said(way: Callable[[random.Random, bytes], bytes], seed: int, asked: Asked) -> Iterable[bytes]:
    return [way(random.Random(seed), asked.honest)]


def _flipped(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 12)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def _headed(rng: random.Random, data: bytes) -> bytes:
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    for _ in range(rng.randint(1, 3)):
        lines.insert(rng.randint(1, len(lines)), rng.choice(_LINES))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _shuffled(rng: random.Random, data: bytes) -> bytes:
    at, to = sorted(rng.sample(range(len(data)), 2))
    piece = data[at:to]
    return data[:at] + rng.choice((b"", piece * 3, piece[::-1], bytes(len(piece)))) + data[to:]


def _revalued(rng: random.Random, data: bytes) -> bytes:
    form = json.loads(data.partition(b"\r\n\r\n")[2])
    for name in list(form):
        if rng.random() < 0.3:
            form[name] = rng.choice(_VALUES)
    return http(rng.choice((200, 202)), json.dumps(form).encode(), "Content-Type: application/json")
