"""Owns the endpoints under /v2: generate, jobs, uploads, me and models.

Emulated: POST /v2/images/generate, GET /v2/jobs and /v2/jobs/{id}, POST /v2/uploads, GET /v2/me,
GET /v2/models. Not emulated, and answered with a 404 that says so: edit, upscale,
background-remove, Midjourney actions, LoRAs, assets, videos, music.
Guess: the texts of 400 and 404, and that a MEMBER is who may not list the team's jobs.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import json
import uuid
from collections.abc import Iterator

from starlette.datastructures import QueryParams, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from imagegen.emulator.callers import Caller
from imagegen.emulator.jobs import Job
from imagegen.emulator.looks import LISTS, LOOKS, Rows
from imagegen.emulator.orders import read
from imagegen.emulator.prices import span
from imagegen.emulator.rejection import Rejection
from imagegen.emulator.rules import Moment
from imagegen.emulator.service import Service, base_of, service_of
from imagegen.emulator.shop import Purchase
from imagegen.emulator.views import Row, View
from imagegen.providers.provider import JobStatus

MODALITIES = ("image", "video", "music")
USUAL_LIMIT = 20
LIMIT = 100


async def generate(request: Request) -> Response:
    """Answer POST /v2/images/generate."""
    service = service_of(request)
    caller = service.admit(request)
    generation = read(await request.body(), service.models)
    purchase = Purchase(
        generation,
        caller,
        request.headers.get("idempotency-key"),
        await service.moment(request),
        service.lost_references(request, generation.references),
    )
    job, new = service.shop.submit(purchase, now := service.now())
    # A replay tells the status of now; a new job is QUEUED even when it takes no time at all.
    status = JobStatus.QUEUED if new else job.status(now)
    if new:
        await service.courier.tell_early(job)
        service.courier.expect(job)
    return JSONResponse({"jobId": job.id, "status": status.value}, status_code=202)


async def one_job(request: Request) -> Response:
    """Answer GET /v2/jobs/{id}."""
    service = service_of(request)
    caller = service.admit(request)
    job_id = _uuid(request.path_params["job_id"], "Invalid job ID")
    job = service.visible(job_id, caller)
    row = _look(service, service.view(request), job, request) if job else None
    if row is None or job is None:
        raise Rejection(404, "Job not found")
    return JSONResponse({**row, "input": dict(job.input)})


async def many_jobs(request: Request) -> Response:
    """Answer GET /v2/jobs."""
    service = service_of(request)
    caller = service.admit(request)
    query = request.query_params
    limit = _limit(query)
    _check_filters(query, service)
    view = service.view(request)
    jobs = _matching(service, caller, query, view.now)
    page = list(itertools.islice(jobs, limit + 1))
    more = len(page) > limit
    page = page[:limit]
    rows: Rows = [row for job in page if (row := _look(service, view, job, request))]
    for strike in service.rules.strike(LISTS.keys(), Moment("GET", request.url.path)):
        rows = LISTS[strike.rule.fault].act(strike.rule.options, rows)
    body: Row = {
        "jobs": rows,
        "nextCursor": _cursor(page[-1]) if more else None,
        "hasMore": more,
    }
    if query.get("include_models") == "true":
        own = _owned(service, caller, query.get("scope"))
        body["models"] = sorted({job.model for job in own})
    return JSONResponse(body)


async def upload(request: Request) -> Response:
    """Answer POST /v2/uploads."""
    service = service_of(request)
    service.admit(request)
    try:
        async with request.form(max_files=1, max_fields=8) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise Rejection(400, "No file uploaded")
            data = await file.read()
    except MultiPartException:
        raise Rejection(400, "No file uploaded") from None
    taken = service.uploads.take(data, service.now())
    return JSONResponse(taken.answer(base_of(request)), status_code=201)


async def me(request: Request) -> Response:
    """Answer GET /v2/me; names and ids are invented, and stay the same for one key."""
    service = service_of(request)
    caller = service.admit(request)
    service.now()
    return JSONResponse(
        {
            "user": {
                "id": _invented_id(f"user {caller.id}"),
                "email": "developer@example.com",
                "role": service.settings.role,
            },
            "team": {
                "id": _invented_id("team"),
                "name": "Emulator",
                "credits": max(0, service.shop.balance),
                "plan": "pro",
                "customerId": None,
                "maxConcurrentJobs": service.settings.slots,
            },
            "apiKey": {
                "id": _invented_id(f"key {caller.id}"),
                "name": "emulator",
                "prefix": caller.prefix,
            },
        }
    )


async def models(request: Request) -> Response:
    """Answer GET /v2/models; needs no key and knows image models only."""
    service = service_of(request)
    modality = request.query_params.get("modality")
    if modality not in (None, *MODALITIES):
        raise Rejection(400, "Validation error", extra=_details("modality", MODALITIES))
    rows: Rows = []
    for model in service.models.models.values() if modality in (None, "image") else ():
        low, high = span(model, service.settings.prices)
        rows.append(
            {
                "id": model.id,
                "label": model.id.replace("-", " ").title(),
                "modality": "image",
                "costMin": low,
                "costMax": high,
                "pricingMode": "per-output" if model.count_param else "flat",
            }
        )
    return JSONResponse({"models": rows})


async def not_emulated(request: Request) -> Response:
    """Answer what the real API has and this server does not."""
    raise Rejection(404, f"Not emulated: {request.method} {request.url.path}")


def _look(service: Service, view: View, job: Job, request: Request) -> Row | None:
    row: Row | None = view.row(job, service.courier.status(job))
    moment = Moment("GET", request.url.path, job.model, job.prompt, job.ordinal)
    for strike in service.rules.strike(LOOKS.keys(), moment):
        row = LOOKS[strike.rule.fault].act(strike.rule.options, row) if row else None
    return row


def _matching(service: Service, caller: Caller, query: QueryParams, now: float) -> Iterator[Job]:
    before = _position(query["cursor"]) if "cursor" in query else None
    status, model, search = query.get("status"), query.get("model"), query.get("search")
    for job in _owned(service, caller, query.get("scope"), before):
        fits = model in (None, job.model) and search in (None, job.id)
        if fits and status in (None, job.status(now).value):
            yield job


def _owned(
    service: Service, caller: Caller, scope: str | None, before: tuple[float, str] | None = None
) -> Iterator[Job]:
    for job in service.shop.shelf.newest_first(before):
        if scope == "team" or service.owns(caller, job):
            yield job


def _check_filters(query: QueryParams, service: Service) -> None:
    choices = {
        "status": tuple(status.value for status in JobStatus),
        "scope": ("user", "team"),
        "include_models": ("true", "false"),
    }
    for name, known in choices.items():
        if name in query and query[name] not in known:
            raise Rejection(400, "Validation error", extra=_details(name, known))
    if "search" in query:
        _uuid(query["search"], "Validation error")
    if query.get("scope") == "team" and service.settings.role == "MEMBER":
        raise Rejection(403, "Only team admins can list the team's jobs")


def _limit(query: QueryParams) -> int:
    text = query.get("limit", str(USUAL_LIMIT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LIMIT):
        extra = {"details": {"limit": [f"Invalid input: expected a number from 1 to {LIMIT}"]}}
        raise Rejection(400, "Validation error", extra=extra)
    return int(text)


def _cursor(job: Job) -> str:
    document = json.dumps({"id": job.id, "createdAt": job.created})
    return base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")


def _position(cursor: str) -> tuple[float, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        document = json.loads(base64.urlsafe_b64decode(padded))
        return float(document["createdAt"]), str(document["id"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise Rejection(400, "Invalid cursor") from None


def _details(name: str, choices: tuple[str, ...]) -> dict[str, object]:
    listed = "|".join(json.dumps(choice) for choice in choices)
    return {"details": {name: [f"Invalid option: expected one of {listed}"]}}


def _uuid(text: str, error: str) -> str:
    try:
        parsed = str(uuid.UUID(text))
    except ValueError:
        parsed = ""
    if parsed != text.lower():
        raise Rejection(400, error)
    return parsed


def _invented_id(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))
