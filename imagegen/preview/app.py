"""Owns the web application: which path leads where, and what is answered there.

Texts from the project leave it as JSON only; pictures leave it under their own media type only.
"""

from __future__ import annotations

import html
import importlib.resources
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from imagegen.errors import ImagegenError, Problem
from imagegen.pictures import media
from imagegen.preview.guard import Guard
from imagegen.preview.hub import Hub
from imagegen.preview.session import Session
from imagegen.preview.state import problem_form
from imagegen.preview.thumbnails import WIDTHS

Pick = Callable[[str, int], str]
"""Lets the image of a name show one of its takes; returns what was done, in words.

Raises ImagegenError. It is called in a thread.
"""

QUIET_SECONDS = 15.0
"""So long a stream of events may be silent before it says that it is still there."""

_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
_NEVER = {"Cache-Control": "no-store"}
_AFRESH = {"Cache-Control": "no-cache"}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ASSET = re.compile(r"[a-z0-9-]+\.(css|js|svg)")
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_PLACEHOLDER = "{token}"
_LONGEST_WISH = 4096
_REVISION = re.compile(r"[0-9]{1,18}")


def application(session: Session, *, port: int, token: str, pick: Pick) -> ASGIApp:
    """Return the ASGI application around `session`, behind its guard.

    `port` is where it listens; `token` is what a change needs.
    """
    desk = _Desk(session, token, pick)
    app = Starlette(
        routes=[
            Route("/", desk.index),
            Route("/page/{name}", desk.asset),
            Route("/picture/{sha256}", desk.picture),
            Route("/thumb/{sha256}", desk.thumbnail),
            Route("/api/state", desk.state),
            Route("/api/pick", desk.pick, methods=["POST"]),
            Route("/events", desk.events),
        ],
        exception_handlers={HTTPException: _strange, ClientDisconnect: _gone},
    )
    return Guard(app, port=port, token=token)


class _Desk:
    """Answers requests; those that the guard let through."""

    def __init__(self, session: Session, token: str, pick: Pick) -> None:
        self._session = session
        self._token = token
        self._pick = pick

    async def index(self, _: Request) -> Response:
        text = _asset("index.html")
        if text is None:
            return PlainTextResponse("The page of the preview is missing from this install.\n", 404)
        page = text.decode().replace(_PLACEHOLDER, html.escape(self._token))
        return Response(page, media_type="text/html", headers=_NEVER)

    async def asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        data = _asset(name) if _ASSET.fullmatch(name) else None
        if data is None:
            return _nothing()
        media_type = _TYPES[name.rpartition(".")[2]]
        return Response(data, media_type=media_type, headers=_AFRESH)

    async def picture(self, request: Request) -> Response:
        sha256 = request.path_params["sha256"]
        data = None
        if _SHA256.fullmatch(sha256):
            data = await anyio.to_thread.run_sync(self._session.shelf.read, sha256)
        if data is None:
            return _nothing()
        kind = media.format_of(data)
        if kind is None:
            return _unseen(Problem(f"not a picture but {media.looks_like(data)}"))
        return Response(data, media_type=f"image/{kind}", headers=_FOREVER)

    async def thumbnail(self, request: Request) -> Response:
        sha256, width = request.path_params["sha256"], request.query_params.get("w", "320")
        if width not in map(str, WIDTHS):
            return PlainTextResponse(f"The width is one of {WIDTHS}.\n", 400)
        if not _SHA256.fullmatch(sha256):
            return _nothing()
        found = await self._session.thumbnails.get(sha256, int(width))
        if found is None:
            return _nothing()
        if isinstance(found, Problem):
            return _unseen(found)
        return Response(found, media_type="image/webp", headers=_FOREVER)

    async def state(self, _: Request) -> Response:
        await self._session.ready.wait()
        data = self._session.hub.state()
        return Response(data, media_type="application/json", headers=_NEVER)

    async def events(self, request: Request) -> Response:
        asked = request.headers.get("last-event-id") or request.query_params.get("since", "")
        since = int(asked) if _REVISION.fullmatch(asked) else -1
        if request.method == "HEAD":
            return Response(media_type="text/event-stream", headers=_NEVER)
        stream = _stream(self._session.hub, since)
        return StreamingResponse(stream, media_type="text/event-stream", headers=_NEVER)

    async def pick(self, request: Request) -> Response:
        wish = _wish(await _body(request))
        if wish is None:
            return PlainTextResponse("A name and a take are wanted.\n", 400)
        try:
            done = await anyio.to_thread.run_sync(self._pick, *wish)
        except ImagegenError as error:
            return _json({"problem": problem_form(error.problems[0])}, 409)
        self._session.look_again()
        return _json({"done": done})


async def _stream(hub: Hub, since: int) -> AsyncIterator[bytes]:
    """Yield what a page is to hear after the revision `since`, until the hub closes."""
    yield b": the preview of imagegen\n\n"
    revision = since
    while not hub.closed:
        patches = hub.since(revision)
        if patches is None:
            revision = hub.revision
            yield b"event: reset\ndata: {}\n\n"
            continue
        for patch in patches:
            yield b"id: %d\nevent: patch\ndata: %s\n\n" % (patch.revision, patch.data)
            revision = patch.revision
        with anyio.move_on_after(QUIET_SECONDS) as quiet:
            await hub.moved(revision)
        if quiet.cancelled_caught:
            yield b": still here\n\n"


async def _body(request: Request) -> bytes:
    """Return the body, empty if it is longer than any wish."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > _LONGEST_WISH:
            return b""
    return bytes(data)


def _wish(data: bytes) -> tuple[str, int] | None:
    try:
        form = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(form, dict):
        return None
    name, take = form.get("name"), form.get("take")
    return (name, take) if isinstance(name, str) and type(take) is int else None


def _asset(name: str) -> bytes | None:
    file = importlib.resources.files("imagegen.preview").joinpath("page", name)
    return file.read_bytes() if file.is_file() else None


def _nothing() -> Response:
    return PlainTextResponse("There is nothing here.\n", 404, _NEVER)


def _json(form: Mapping[str, object], status: int = 200) -> Response:
    # A name that somebody sends may hold what no encoding has, so all is escaped.
    return Response(json.dumps(form), status, _NEVER, "application/json")


def _unseen(problem: Problem) -> Response:
    text = " ".join(part for part in (f"{problem.summary}.", problem.detail) if part)
    return PlainTextResponse(f"{text}\n", 404, _NEVER)


async def _strange(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    return PlainTextResponse(f"{error.detail}\n", error.status_code, error.headers)


async def _gone(_: Request, __: Exception) -> Response:
    return PlainTextResponse("The request was not received in full.\n", 400)
