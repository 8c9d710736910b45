"""Owns the faults of single requests: refused, delayed, redirected, unanswered, garbled.

Request faults strike before anything is done, so nothing is charged; answer faults strike when
everything is done, so a job exists and is paid for although the client cannot know it.
Faults that garble a body leave answers alone that are not JSON, such as result files.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from imagegen.emulator.rules import Options, OptionValue, Strike
from imagegen.emulator.wire import HangUp

TEXTS: Mapping[int, str] = {
    400: "Validation error",
    401: "Invalid API key",
    402: "Insufficient credits",
    403: "API key is inactive",
    404: "Not found",
    409: "Conflict",
    413: "Request body too large",
    422: "Unprocessable request",
    429: "Rate limit exceeded",
    500: "Internal server error",
    502: "Upstream failure",
    503: "Service unavailable, please retry",
    504: "Gateway timeout",
}
DEPTH = 100_000
HUGE = 64 * 2**20


@dataclass(frozen=True, slots=True)
class RequestFault:
    """One line of the table: an answer that ends the request, or None to go on."""

    act: Callable[[Strike, Request], Awaitable[Response | None]]
    defaults: Mapping[str, OptionValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """One line of the table: what is sent instead of the true answer."""

    act: Callable[[Options, Response], Awaitable[Response]]
    defaults: Mapping[str, OptionValue] = field(default_factory=dict)


async def _delay(strike: Strike, _: Request) -> Response | None:
    await anyio.sleep(strike.rule.options.number("seconds"))
    return None


async def _status(strike: Strike, _: Request) -> Response | None:
    options = strike.rule.options
    status = int(options.number("status"))
    body: dict[str, object] = {"error": options.text("error") or TEXTS.get(status, "Error")}
    if status == 402:
        body |= {"creditsRequired": 6, "creditsAvailable": 0}
    wait = options.text("retry_after")
    headers = {"Retry-After": wait} if wait else {}
    return JSONResponse(body, status_code=status, headers=headers)


async def _html(strike: Strike, _: Request) -> Response | None:
    status = int(strike.rule.options.number("status"))
    page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
    return HTMLResponse(page, status_code=status)


async def _redirect(strike: Strike, request: Request) -> Response | None:
    options = strike.rule.options
    targets = options.texts("to")
    target = targets[(strike.ordinal - 1) % len(targets)] if targets else str(request.url)
    return RedirectResponse(target, status_code=int(options.number("status")))


async def _hang_up(_: Strike, __: Request) -> Response | None:
    return HangUp()


async def _lost(_: Options, __: Response) -> Response:
    return HangUp()


async def _late(options: Options, response: Response) -> Response:
    await anyio.sleep(options.number("seconds"))
    return response


async def _late_and_lost(options: Options, _: Response) -> Response:
    await anyio.sleep(options.number("seconds"))
    return HangUp()


async def _error(options: Options, _: Response) -> Response:
    status = int(options.number("status"))
    return JSONResponse({"error": TEXTS.get(status, "Error")}, status_code=status)


def _body(garble: Callable[[bytes], bytes]) -> AnswerFault:
    async def act(_: Options, response: Response) -> Response:
        if response.media_type != "application/json":
            return response
        content = garble(bytes(response.body))
        return Response(content, response.status_code, media_type="application/json")

    return AnswerFault(act)


async def _gzip_bomb(_: Options, response: Response) -> Response:
    headers = {"content-encoding": "gzip"}
    bomb = await anyio.to_thread.run_sync(_bomb)
    return Response(bomb, response.status_code, headers, media_type="application/json")


@cache
def _bomb() -> bytes:
    return gzip.compress(b'{"jobId": "' + bytes(HUGE * 2) + b'"}', 9)


def _without_job_id(body: bytes) -> bytes:
    document = json.loads(body)
    return json.dumps({k: v for k, v in document.items() if k not in ("jobId", "id")}).encode()


def _nan(body: bytes) -> bytes:
    return body.rstrip()[:-1] + b', "progress": NaN, "creditCost": Infinity}'


REQUESTS: Mapping[str, RequestFault] = {
    "delay": RequestFault(_delay, {"seconds": 1.0}),
    "status": RequestFault(_status, {"status": 500, "error": None, "retry_after": None}),
    "html": RequestFault(_html, {"status": 502}),
    "redirect": RequestFault(_redirect, {"status": 302, "to": ()}),
    "hang-up": RequestFault(_hang_up),
}

ANSWERS: Mapping[str, AnswerFault] = {
    "answer-lost": AnswerFault(_lost),
    "answer-late": AnswerFault(_late, {"seconds": 1.0}),
    "answer-late-and-lost": AnswerFault(_late_and_lost, {"seconds": 1.0}),
    "answer-status": AnswerFault(_error, {"status": 500}),
    "answer-without-job-id": _body(_without_job_id),
    "answer-odd-types": _body(lambda _: b'{"jobId": 17, "status": ["QUEUED"], "id": {}}'),
    "answer-list": _body(lambda body: b"[" + body + b"]"),
    "answer-huge": _body(lambda _: b'{"jobId": "' + b"x" * HUGE + b'"}'),
    "answer-deep": _body(lambda _: b"[" * DEPTH + b"]" * DEPTH),
    "answer-nan": _body(_nan),
    "answer-gzip-bomb": AnswerFault(_gzip_bomb),
    "answer-half": _body(lambda body: body[: len(body) // 2]),
    "answer-empty": _body(lambda _: b""),
    "answer-html": _body(lambda _: b"<html><body>It works!</body></html>"),
    "answer-odd-charset": _body(lambda body: body.decode().encode("utf-16")),
}
