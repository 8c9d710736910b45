"""Owns the endpoints under /emulator, for whoever drives the emulator: ledger, requests, faults.

Not part of the vendor's API. They answer loopback clients that address a loopback host only, so
that no web page and no other machine can read them or break things.
"""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from imagegen.emulator import faults
from imagegen.emulator.rejection import Rejection
from imagegen.emulator.rules import Rule
from imagegen.emulator.service import service_of
from imagegen.errors import WrongInput
from imagegen.loopback import is_loopback


async def ledger(request: Request) -> Response:
    """Answer GET /emulator/ledger: charges and refunds, oldest first."""
    _only_loopback(request)
    service = service_of(request)
    service.now()
    return JSONResponse({"ledger": service.ledger.lines(), "credits": service.shop.balance})


async def requests(request: Request) -> Response:
    """Answer GET /emulator/requests: what was asked of /v2 and /cdn, oldest first."""
    _only_loopback(request)
    traffic = service_of(request).traffic
    seen = [
        {"method": entry.method, "path": entry.path, "query": entry.query}
        for entry in traffic.requests
    ]
    return JSONResponse({"posts": traffic.posts, "requests": seen})


async def current_faults(request: Request) -> Response:
    """Answer GET /emulator/faults: the rules in force."""
    _only_loopback(request)
    return JSONResponse({"rules": [_line(rule) for rule in service_of(request).rules.current()]})


async def replace_faults(request: Request) -> Response:
    """Answer PUT /emulator/faults: these rules instead of all others; counts start again."""
    _only_loopback(request)
    try:
        fresh = faults.rules(json.loads(await request.body()))
    except WrongInput as error:
        problem = error.problems[0]
        words = " ".join(part for part in (problem.summary + ".", problem.hint) if part)
        raise Rejection(400, words) from None
    except (ValueError, RecursionError):
        raise Rejection(400, "Invalid JSON in request body") from None
    service_of(request).rules.replace(fresh)
    return JSONResponse({"rules": [_line(rule) for rule in fresh]})


def _line(rule: Rule) -> dict[str, object]:
    match = rule.match
    conditions = {
        "method": match.method,
        "path": match.path,
        "model": match.model,
        "prompt": match.prompt,
        "job": match.job,
        "post": match.post,
    }
    return {
        "fault": rule.fault,
        "times": rule.times,
        "match": {name: value for name, value in conditions.items() if value is not None},
        "with": {name: value for name, value in rule.options.values.items() if value is not None},
    }


def _only_loopback(request: Request) -> None:
    client = request.client.host if request.client else ""
    if not (is_loopback(client) and is_loopback(request.url.hostname or "")):
        raise Rejection(403, "The emulator's own endpoints answer on loopback only")
