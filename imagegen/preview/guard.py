"""Owns the guard: who may ask the preview at all, and what every answer says for safety.

A page of another site must learn nothing and change nothing here, whatever name it has given to
this machine. Never looks at what is asked for, but for its method.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_HEADER = "x-imagegen-token"  # noqa: S105 - its name, not its value

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every answer, also on errors."""

_HARMLESS = ("GET", "HEAD")
_OWN_SITE = ("same-origin", "none")


class Guard:
    """An application behind the guard; a request that is refused never reaches it."""

    def __init__(self, app: ASGIApp, *, port: int, token: str) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        self._origins = {f"http://{host}" for host in self._hosts}
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return _no(421, "This is a local preview; it answers only by its own address.")
        if any(origin not in self._origins for origin in headers.getlist("origin")):
            return _no(403, "Pages of other sites may not ask the preview.")
        # A page that loads a picture from here gives no origin; a link to the gallery is fine.
        site = headers.get("sec-fetch-site", "none")
        if site not in _OWN_SITE and scope["path"] != "/":
            return _no(403, "Pages of other sites may not ask the preview.")
        if scope["method"] not in _HARMLESS and not self._knows_token(headers):
            return _no(403, "The page is of an earlier run; load it again.")
        return None

    def _knows_token(self, headers: Headers) -> bool:
        given = headers.getlist(TOKEN_HEADER)
        return len(given) == 1 and secrets.compare_digest(given[0].encode(), self._token.encode())


def _no(status: int, text: str) -> PlainTextResponse:
    return PlainTextResponse(f"{text}\n", status)


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sent
