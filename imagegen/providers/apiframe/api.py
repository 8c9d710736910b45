"""Owns the client that holds the key: one request to the API's own origin, one answer.

Never follows a redirect, never retries, keeps no cookies, and lets nothing out that could
carry the key: what goes wrong leaves as NotSent or Lost, with no request attached.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import anyio
import httpx

from imagegen.errors import Problem, WrongInput
from imagegen.providers.apiframe.foreign import shown
from imagegen.providers.apiframe.line import AT_ONCE, IDLE, USER_AGENT, Line
from imagegen.secret import Secret

BODY_LIMIT = 2 * 2**20
"""Most bytes of an answer that are read, unpacked: JSON takes thirty times as much in memory."""

_KEY_LETTERS = 8

_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class NotSent(Exception):
    """No connection came about, so the API has certainly not seen the request."""


class Lost(Exception):
    """The request may have arrived, but no status came back."""


class Unreadable(Exception):
    """An answer that does not mean anything."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: at least a status."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    whole: bool
    """False when the body broke off, took too long or was over BODY_LIMIT."""

    def json(self) -> object:
        """Return the body as JSON values; raises Unreadable, also for absurdly deep JSON."""
        if not self.whole:
            raise Unreadable("the answer broke off or was too long")
        try:
            return json.loads(self.body)
        except RecursionError:
            raise Unreadable("the answer is nested too deeply") from None
        except ValueError:
            raise Unreadable("the answer is not JSON") from None


class Api:
    """The API's own origin, spoken to with the key. Safe to use from many tasks."""

    def __init__(self, key: Secret, line: Line) -> None:
        """Raise WrongInput for a key that no header can carry."""
        self._line = line
        self._headers = {
            "x-api-key": _sendable(key),
            "user-agent": USER_AGENT,
            "accept": "application/json",
            "accept-encoding": "gzip",
        }
        self._key = re.compile(_as_pattern(key), re.IGNORECASE)
        # The bare transport, without a client: nothing in it redirects or keeps cookies.
        self._transport = httpx.AsyncHTTPTransport(
            verify=line.context,
            proxy=line.proxies.way_to(line.origin.scheme, line.origin.host),
            limits=httpx.Limits(
                max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE, keepalive_expiry=IDLE
            ),
        )
        self._slots = anyio.CapacityLimiter(AT_ONCE)

    async def get(self, path: str, query: Sequence[tuple[str, str]] = ()) -> Answer:
        """GET a path; raises NotSent or Lost."""
        request = httpx.Request(
            "GET",
            self._line.origin.url(path),
            params=list(query) or None,
            headers=self._headers,
            extensions=self._timeouts(None),
        )
        return await self._send(request, self._line.patience.answer)

    async def post(self, path: str, body: bytes, *, idempotency_key: str) -> Answer:
        """POST a JSON body once; raises NotSent or Lost."""
        own = {"content-type": "application/json", "idempotency-key": idempotency_key}
        request = httpx.Request(
            "POST",
            self._line.origin.url(path),
            content=body,
            headers={**self._headers, **own},
            extensions=self._timeouts(None),
        )
        return await self._send(request, self._line.patience.answer)

    async def post_file(self, path: str, name: str, data: bytes) -> Answer:
        """POST `data` as the multipart field `file`; raises NotSent or Lost."""
        request = httpx.Request(
            "POST",
            self._line.origin.url(path),
            files={"file": (name, data, "application/octet-stream")},
            headers=self._headers,
            extensions=self._timeouts(self._line.patience.silence),
        )
        return await self._send(request, self._line.patience.upload)

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    def _timeouts(self, silence: float | None) -> dict[str, object]:
        """Return httpx's own timeouts; without `silence` the deadline of the call is enough."""
        timeout = httpx.Timeout(silence, connect=self._line.patience.connect, pool=None)
        return {"timeout": timeout.as_dict()}

    async def _send(self, request: httpx.Request, seconds: float) -> Answer:
        # Waiting for a slot is no part of the deadline.
        async with self._slots:
            return await self._exchange(request, seconds)

    async def _exchange(self, request: httpx.Request, seconds: float) -> Answer:
        """Send once; faults are raised after the handler, so that no httpx error is chained."""
        response: httpx.Response | None = None
        trouble: NotSent | Lost = Lost(f"no answer came within {seconds:g} s")
        body, whole = bytearray(), False
        with anyio.move_on_after(seconds):
            try:
                response = await self._transport.handle_async_request(request)
                whole = await _read(response, body)
            except _UNSENT as error:
                trouble = NotSent(_reason(error))
            except (httpx.HTTPError, OSError) as error:
                trouble = Lost(_reason(error))
            finally:
                if response is not None:
                    with anyio.CancelScope(shield=True):
                        await response.aclose()
        if response is None:
            raise trouble
        # A server or proxy may repeat what it was sent; from here on nobody could tell the key.
        told = self._key.sub("********", body.decode("latin-1")).encode("latin-1")
        headers = {
            name.lower(): self._key.sub("********", value)
            for name, value in response.headers.items()
        }
        return Answer(response.status_code, headers, told, whole)


async def _read(response: httpx.Response, body: bytearray) -> bool:
    """Append the body of `response` to `body`; return whether all of it was read.

    Unpacked here, since httpx unpacks as many layers as it is told, each without a limit.
    """
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip", ""):
        return False
    gunzip = zlib.decompressobj(zlib.MAX_WBITS | 16) if packing == "gzip" else None
    try:
        async for chunk in response.aiter_raw():
            body += gunzip.decompress(chunk, BODY_LIMIT + 1) if gunzip else chunk
            if len(body) > BODY_LIMIT or (gunzip and gunzip.unconsumed_tail):
                return False
    except zlib.error:
        return False
    return gunzip is None or gunzip.eof


def _reason(error: Exception) -> str:
    """Say what happened in words that cannot hold a header."""
    if isinstance(error, httpx.ConnectTimeout):
        return "the connection could not be opened in time"
    if isinstance(error, httpx.ConnectError):
        return shown(str(error), 200) or "the connection could not be opened"
    if isinstance(error, httpx.ProxyError):
        return f"the proxy did not let it through ({shown(str(error), 100)})"
    if isinstance(error, httpx.TimeoutException):
        return "the connection went silent"
    return "the connection broke"


def _as_pattern(key: Secret) -> str:
    """Return what finds the key; nothing at all for one so short that other words may hold it."""
    text = key.reveal()
    return re.escape(text) if len(text) >= _KEY_LETTERS else "(?!)"


def _sendable(key: Secret) -> str:
    text = key.reveal()
    if text and all("!" <= letter <= "~" for letter in text):
        return text
    raise WrongInput(
        Problem(
            "the API key is not usable",
            "`APIFRAME_API_KEY` is empty, or has spaces or other letters that no key has.",
            "Copy the key again; it begins with `afk_`.",
        )
    )
