"""Owns the web application: which path leads where, and faults around every endpoint.

Never knows what an endpoint does.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from imagegen.emulator import control, files, routes
from imagegen.emulator.mishaps import ANSWERS, REQUESTS
from imagegen.emulator.rejection import Rejection
from imagegen.emulator.service import Service, service_of
from imagegen.emulator.traffic import GENERATE, Recorder

Endpoint = Callable[[Request], Awaitable[Response]]

NOT_EMULATED = (
    "/v2/images/{rest:path}",
    "/v2/videos/{rest:path}",
    "/v2/music/{rest:path}",
    "/v2/assets/{rest:path}",
    "/v2/loras",
    "/v2/loras/{rest:path}",
)
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def application(service: Service) -> ASGIApp:
    """Return the ASGI application around `service`."""
    app = Starlette(
        routes=[
            Route(GENERATE, _faulty(routes.generate), methods=["POST"]),
            Route("/v2/jobs", _faulty(routes.many_jobs)),
            Route("/v2/jobs/{job_id}", _faulty(routes.one_job)),
            Route("/v2/uploads", _faulty(routes.upload), methods=["POST"]),
            Route("/v2/me", _faulty(routes.me)),
            Route("/v2/models", _faulty(routes.models)),
            *(Route(path, routes.not_emulated, methods=METHODS) for path in NOT_EMULATED),
            Route("/cdn/images/{name}", _faulty(files.result_file)),
            Route("/cdn/uploads/{name}", _faulty(files.uploaded_file)),
            Route("/emulator/ledger", control.ledger),
            Route("/emulator/requests", control.requests),
            Route("/emulator/faults", control.current_faults, methods=["GET"]),
            Route("/emulator/faults", control.replace_faults, methods=["PUT"]),
        ],
        exception_handlers={
            Rejection: _refuse,
            HTTPException: _strange,
            ClientDisconnect: _gone,
        },
        lifespan=_lifespan,
    )
    app.state.service = service
    return Recorder(app, service.traffic)


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    service: Service = app.state.service
    async with anyio.create_task_group() as group:
        group.start_soon(service.courier.run, service.shop.settle)
        yield
        group.cancel_scope.cancel()


def _faulty(endpoint: Endpoint) -> Endpoint:
    async def answer(request: Request) -> Response:
        rules = service_of(request).rules
        moment = await service_of(request).moment(request)
        for strike in rules.strike(REQUESTS.keys(), moment):
            early = await REQUESTS[strike.rule.fault].act(strike, request)
            if early is not None:
                return early
        try:
            response = await endpoint(request)
        except Rejection as rejection:
            response = rejection.response()
        for strike in rules.strike(ANSWERS.keys(), moment):
            response = await ANSWERS[strike.rule.fault].act(strike.rule.options, response)
        return response

    return answer


async def _refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, Rejection)  # noqa: S101 - registered for this class only
    return error.response()


async def _strange(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    return JSONResponse({"error": error.detail}, status_code=error.status_code)


async def _gone(_: Request, __: Exception) -> Response:
    return JSONResponse({"error": "Request was not received in full"}, status_code=400)
