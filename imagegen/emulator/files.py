"""Owns the files under /cdn: results and uploads, which need no key and expire.

Guess: an expired file answers 404 with a JSON error.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from imagegen.emulator.rejection import Rejection
from imagegen.emulator.service import service_of
from imagegen.emulator.spoilt import FILES, Served
from imagegen.emulator.uploads import BY_EXTENSION
from imagegen.providers.provider import JobStatus


async def result_file(request: Request) -> Response:
    """Answer GET /cdn/images/{name}."""
    service = service_of(request)
    name = request.path_params["name"]
    now = service.now()
    job = service.studio.job_of(name)
    gone = job is None or job.status(now) is not JobStatus.COMPLETED
    if job is None or gone or job.expired(now, service.settings.retention):
        raise Rejection(404, "Not found")
    data = await service.studio.picture(name, job)
    served = Served(data, _content_type(name))
    moment = await service.moment(request)
    for strike in service.rules.strike(FILES.keys(), moment):
        if strike.rule.fault == "file-other-picture":
            other = await service.studio.other_picture(name, job)
            return Response(other, media_type=served.content_type)
        return FILES[strike.rule.fault].act(strike.rule.options, served)
    return Response(data, media_type=served.content_type)


async def uploaded_file(request: Request) -> Response:
    """Answer GET /cdn/uploads/{name}."""
    service = service_of(request)
    name = request.path_params["name"]
    data = service.uploads.get(name, service.now())
    if data is None:
        raise Rejection(404, "Not found")
    return Response(data, media_type=_content_type(name))


def _content_type(name: str) -> str:
    extension = name.rpartition(".")[2]
    medium = BY_EXTENSION.get(extension)
    return medium.content_type if medium else f"image/{extension}"
