"""Owns the download of results: a client without key and cookies, bounded in every way.

Bytes go to disk as they come and are not judged here. Never sends the key, never follows more
than three redirects, never goes where `addresses` does not allow.

Through a proxy the proxy looks names up, so only the URL itself can be checked then: literal
private addresses, other schemes and other ports are still refused.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urljoin

import anyio
import httpcore
import httpx

from imagegen.errors import Problem
from imagegen.providers.apiframe.addresses import CheckedNetwork, Destination, destination
from imagegen.providers.apiframe.foreign import shown
from imagegen.providers.apiframe.line import AT_ONCE, IDLE, USER_AGENT, Line
from imagegen.providers.apiframe.patience import retry_after
from imagegen.providers.provider import Refused, Unavailable

HOPS = 3
"""Most redirects that one download follows."""

# Without `identity` a server may compress, and the stored bytes would not be the picture.
_HEADERS = (
    (b"user-agent", USER_AGENT.encode()),
    (b"accept", b"*/*"),
    (b"accept-encoding", b"identity"),
)
_BUFFER = 2**20
_REDIRECTS = (301, 302, 303, 307, 308)
_GONE = (403, 404, 410)
_BROKEN = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.TimeoutException,
    ssl.SSLError,
)


class Downloads:
    """Fetches results. Safe to use from many tasks."""

    def __init__(self, line: Line, *, network: CheckedNetwork | None = None) -> None:
        self._line = line
        self._pools: dict[str | None, httpcore.AsyncConnectionPool] = {
            None: httpcore.AsyncConnectionPool(
                ssl_context=line.context,
                max_connections=AT_ONCE,
                keepalive_expiry=IDLE,
                network_backend=network or CheckedNetwork(line.origin),
            )
        }
        self._slots = anyio.CapacityLimiter(AT_ONCE)

    async def fetch(self, url: str, into: Path, *, limit: int) -> None:
        """Write the body behind `url` to `into`, at most `limit` bytes.

        Raises Unavailable or Refused as the socket says, OSError when the disk refuses.
        """
        trouble = ""
        async with self._slots:
            try:
                with anyio.fail_after(self._line.patience.download):
                    await self._follow(url, into, limit)
            except TimeoutError:
                trouble = f"It took longer than {self._line.patience.download:g} s."
            except _BROKEN as error:
                trouble = f"The connection failed or broke: {_reason(error)}."
        if trouble:
            raise _unavailable(trouble)

    async def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            await pool.aclose()

    async def _follow(self, url: str, into: Path, limit: int) -> None:
        goal = destination(url, self._line.origin)
        for _ in range(HOPS + 1):
            onward = await self._visit(goal, into, limit)
            if onward is None:
                return
            goal = destination(onward, self._line.origin)
        raise _refused("It was redirected too often.", 0)

    async def _visit(self, goal: Destination, into: Path, limit: int) -> str | None:
        """Fetch one address; return the URL that it redirects to, or None when it is done."""
        patience = self._line.patience
        timeout = {"connect": patience.connect, "read": patience.silence, "write": patience.silence}
        url = httpcore.URL(
            scheme=goal.scheme, host=goal.host, port=goal.port, target=goal.target.encode()
        )
        pool = self._pool(goal)
        async with pool.stream(
            "GET",
            url,
            headers=[(b"host", goal.authority.encode()), *_HEADERS],
            extensions={"timeout": timeout},
        ) as response:
            headers = _headers(response)
            if response.status in _REDIRECTS:
                if not headers.get("location"):
                    raise _unavailable("It was redirected to nowhere.")
                return _joined(goal, headers["location"])
            _check(response.status, headers, limit)
            await self._save(response, into, limit)
        return None

    async def _save(self, response: httpcore.Response, into: Path, limit: int) -> None:
        """Write the body as it comes; a failure leaves a part of it in the file."""
        started, received = time.monotonic(), 0
        buffer = bytearray()
        async with await anyio.open_file(into, "wb") as file:
            async for chunk in response.aiter_stream():
                received += len(chunk)
                if received > limit:
                    raise _too_large(limit)
                self._check_speed(received, time.monotonic() - started)
                buffer += chunk
                if len(buffer) >= _BUFFER:
                    await file.write(bytes(buffer))
                    buffer.clear()
            await file.write(bytes(buffer))
        if not received:
            raise _unavailable("The answer was empty.")

    def _check_speed(self, received: int, seconds: float) -> None:
        patience = self._line.patience
        if seconds > patience.grace and received < seconds * patience.slowest:
            raise _unavailable(f"It came too slowly: {received} bytes in {seconds:.0f} s.")

    def _pool(self, goal: Destination) -> httpcore.AsyncConnectionPool:
        proxy = None
        if not self._line.origin.loopback or not self._line.origin.owns(
            goal.scheme, goal.host, goal.port
        ):
            proxy = self._line.proxies.way_to(goal.scheme, goal.host)
        if proxy not in self._pools:
            way = httpx.Proxy(str(proxy))
            self._pools[proxy] = httpcore.AsyncHTTPProxy(
                httpcore.URL(
                    scheme=way.url.scheme, host=way.url.host, port=way.url.port, target="/"
                ),
                proxy_auth=way.auth,
                ssl_context=self._line.context,
                proxy_ssl_context=self._line.context if way.url.scheme == "https" else None,
                max_connections=AT_ONCE,
                keepalive_expiry=IDLE,
            )
        return self._pools[proxy]


def _check(status: int, headers: Mapping[str, str], limit: int) -> None:
    """Raise unless a body of an allowed length follows."""
    if status in _GONE:
        raise _refused(
            "The address has expired, or the picture was removed.", status, "the picture is gone"
        )
    if status in (408, 425, 429) or status >= 500 or 200 < status < 300:
        wait = retry_after(headers)
        raise _unavailable(f"It was answered with {status}.", wait.seconds if wait else None)
    if status != 200:
        raise _refused(f"It was answered with {status}.", status)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise _unavailable("It was compressed, which was not asked for.")
    length = headers.get("content-length", "")
    if length.isdecimal() and len(length) < 20 and int(length) > limit:
        raise _too_large(limit)


def _headers(response: httpcore.Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): text.decode("latin-1") for name, text in response.headers
    }


def _joined(goal: Destination, location: str) -> str:
    try:
        return urljoin(goal.text, location)
    except ValueError:
        raise _refused("It was redirected to something that is not a URL.", 0) from None


def _reason(error: Exception) -> str:
    text = shown(str(error), 160)
    return text or type(error).__name__


def _too_large(limit: int) -> Refused:
    return _refused(f"It is larger than {limit} bytes, the most that is taken.", 200)


def _refused(why: str, status: int, summary: str = "the picture cannot be fetched") -> Refused:
    return Refused(Problem(summary, why, "The job itself is not lost."), status=status)


def _unavailable(why: str, seconds: float | None = None) -> Unavailable:
    problem = Problem(
        "the picture could not be fetched", why, "Fetching it again is free; run the command again."
    )
    return Unavailable(problem, seconds=seconds)
