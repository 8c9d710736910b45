"""Owns the parts of one running emulator, put together once, and what every request needs of them.

Never handles a request itself; `routes`, `files` and `control` do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request

from imagegen.emulator.callers import Caller, RateLimit, identify
from imagegen.emulator.jobs import Job
from imagegen.emulator.ledger import Ledger
from imagegen.emulator.rules import Moment, Rules
from imagegen.emulator.settings import Settings
from imagegen.emulator.shop import Shop
from imagegen.emulator.studio import Studio
from imagegen.emulator.traffic import GENERATE, Traffic
from imagegen.emulator.uploads import Uploads
from imagegen.emulator.views import View
from imagegen.emulator.webhooks import Courier
from imagegen.project.models import Catalogue, catalogue

UPLOAD_PATH = "/cdn/uploads/"


@dataclass(frozen=True)
class Service:
    """Everything that requests share."""

    settings: Settings
    ledger: Ledger
    rules: Rules
    traffic: Traffic
    models: Catalogue
    shop: Shop
    studio: Studio
    uploads: Uploads
    courier: Courier
    rate: RateLimit
    address: list[str] = field(default_factory=list)
    """The URL that the server listens on, once it does."""

    def now(self) -> float:
        """Return the time, with everything settled that was due by then."""
        now = self.settings.clock()
        self.shop.settle(now)
        return now

    def admit(self, request: Request) -> Caller:
        """Return who asks; raises Rejection for a bad key or too many requests."""
        caller = identify(request.headers, self.settings)
        self.rate.admit(caller, self.settings.clock())
        return caller

    def view(self, request: Request) -> View:
        """Return how jobs look to this request, now."""
        return View(self.settings, base_of(request), self.now())

    def visible(self, job_id: str, caller: Caller) -> Job | None:
        """Return a job if it exists and is the caller's own."""
        job = self.shop.shelf.get(job_id)
        return job if job is not None and self.owns(caller, job) else None

    def owns(self, caller: Caller, job: Job) -> bool:
        """Return whether this job is the caller's own."""
        return self.settings.one_user or job.owner == caller.id

    def lost_references(self, request: Request, urls: tuple[str, ...]) -> tuple[str, ...]:
        """Return those reference URLs that lead to an upload here which is gone."""
        here = {urlsplit(base).netloc for base in (base_of(request), *self.address)}
        now = self.settings.clock()
        lost = []
        for url in urls:
            parts = urlsplit(url)
            if parts.netloc in here and parts.path.startswith(UPLOAD_PATH):
                name = parts.path.removeprefix(UPLOAD_PATH)
                if not self.uploads.has(name, now):
                    lost.append(url)
        return tuple(lost)

    async def moment(self, request: Request) -> Moment:
        """Return what a request is about, so that faults can be matched; never raises."""
        method, path = request.method, request.url.path
        if method == "POST" and path == GENERATE:
            post = request.scope["imagegen.post"]
            model, prompt = _about(await request.body())
            return Moment(method, path, model, prompt, post=post)
        name = path.rpartition("/")[2]
        job = self.shop.shelf.get(name) or self.studio.job_of(name)
        if job is None:
            return Moment(method, path)
        return Moment(method, path, job.model, job.prompt, job.ordinal)


def build(settings: Settings, folder: Path, ledger: Ledger) -> Service:
    """Return a service whose state lives in `folder`."""
    rules = Rules(settings.faults)
    models = catalogue()
    shop = Shop(settings, ledger, rules)
    address: list[str] = []
    courier = Courier(settings, rules, lambda: address[0] if address else "")
    now = settings.clock()
    for job in ledger.jobs:
        if not job.status(now).final:
            courier.expect(job)
    return Service(
        settings=settings,
        ledger=ledger,
        rules=rules,
        traffic=Traffic(),
        models=models,
        shop=shop,
        studio=Studio(folder / "images", shop.shelf, models, settings),
        uploads=Uploads(folder / "uploads", settings.upload_retention),
        courier=courier,
        rate=RateLimit(settings.rate_limit),
        address=address,
    )


def service_of(request: Request) -> Service:
    """Return the service that a request came to."""
    service = request.app.state.service
    assert isinstance(service, Service)  # noqa: S101 - app puts it there
    return service


def base_of(request: Request) -> str:
    """Return scheme, host and port as the client wrote them."""
    return str(request.base_url).rstrip("/")


def _about(body: bytes) -> tuple[str | None, str | None]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(document, dict):
        return None, None
    model, prompt = document.get("model"), document.get("prompt")
    return (model if isinstance(model, str) else None, prompt if isinstance(prompt, str) else None)
