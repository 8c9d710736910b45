"""Owns webhooks: when which event is due, how it is signed, and how often it is sent again.

Fact: the headers, the three bodies, HMAC-SHA256 over the raw body with the sha256 of the API key
as its secret, and that deliveries may come twice. Unsettled: whether that hash is used as hex
text (our default) or raw. Guess: 2xx counts as delivered, three further tries, 10 s each.
A job that ended before a restart is not told about again.
"""

from __future__ import annotations

import heapq
import hmac
import itertools
import json
import uuid
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

import anyio
import anyio.abc
import httpx

from imagegen.emulator.jobs import Job
from imagegen.emulator.rules import Moment, OptionValue, Rules
from imagegen.emulator.settings import Settings
from imagegen.emulator.views import View
from imagegen.providers.provider import JobStatus

RETRY_WAITS = (0.5, 2.0, 8.0)
TIMEOUT = 10.0
GLANCE = 0.25
"""Longest sleep in seconds, so that a clock that is moved by hand is noticed."""

EARLY = "webhook-early"
"""Tells of the end before the POST is answered, and again when it is due."""

HOOK_FAULTS: Mapping[str, Mapping[str, OptionValue]] = {
    EARLY: {},
    "webhook-lost": {},
    "webhook-twice": {},
    "webhook-late": {"seconds": 1.0},
    "webhook-replayed": {"seconds": 1.0, "count": 1},
    "webhook-forged": {},
    "webhook-altered": {},
    "webhook-foreign": {},
}
"""What may go wrong with a webhook, with options and their defaults.

`late` ones are overtaken by others; `replayed` ones come again, byte for byte; a `forged` one has
another signer, an `altered` one another body than was signed, a `foreign` one names a job that
nobody knows.
"""


@dataclass(frozen=True, slots=True)
class _Letter:
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, order=True)
class _Due:
    at: float
    ordinal: int
    event: str


class Courier:
    """Sends the webhooks of all jobs; `run` works until it is cancelled."""

    def __init__(self, settings: Settings, rules: Rules, base: Callable[[], str]) -> None:
        self._settings = settings
        self._rules = rules
        self._base = base
        self._due: list[tuple[_Due, Job]] = []
        self._count = itertools.count()
        self._status: dict[str, str] = {}

    def expect(self, job: Job) -> None:
        """Plan the webhooks of a job."""
        if job.hook_url is None:
            return
        self._status[job.id] = "pending"
        if "progress" in job.hook_events:
            self._plan(job.starts, "progress", job)
            self._plan((job.starts + job.ends) / 2, "progress", job)
        last = _last_event(job)
        if last in job.hook_events:
            self._plan(job.ends, last, job)

    async def tell_early(self, job: Job) -> None:
        """Tell of the end of a job that has just been made, where the faults say so."""
        if job.hook_url is None or not self._rules.strike((EARLY,), _moment(job)):
            return
        async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
            await _arrives(client, self._letter(job, _last_event(job) or "completed", {}))

    def status(self, job: Job) -> str | None:
        """Return pending, delivered or failed; None for a job without a webhook."""
        return None if job.hook_url is None else self._status.get(job.id, "delivered")

    async def run(self, settle: Callable[[float], None]) -> None:
        """Send what is due, for ever; calls `settle` with the time at every glance."""
        async with (
            httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client,
            anyio.create_task_group() as group,
        ):
            while True:
                now = self._settings.clock()
                settle(now)
                while self._due and self._due[0][0].at <= now:
                    due, job = heapq.heappop(self._due)
                    group.start_soon(self._deliver, client, job, due.event)
                wait = self._due[0][0].at - now if self._due else GLANCE
                await anyio.sleep(min(GLANCE, max(wait, 0.001)))

    def _plan(self, at: float, event: str, job: Job) -> None:
        heapq.heappush(self._due, (_Due(at, next(self._count), event), job))

    async def _deliver(self, client: httpx.AsyncClient, job: Job, event: str) -> None:
        struck = self._rules.strike(HOOK_FAULTS.keys() - {EARLY}, _moment(job))
        faults = {strike.rule.fault: strike.rule.options for strike in struck}
        if "webhook-lost" in faults:
            return
        letter = self._letter(job, event, faults)
        if "webhook-late" in faults:
            await anyio.sleep(faults["webhook-late"].number("seconds"))
        arrived = await self._send(client, letter)
        if "webhook-twice" in faults:
            await self._send(client, letter)
        if event != "progress":
            self._status[job.id] = "delivered" if arrived else "failed"
        if "webhook-replayed" in faults:
            again = faults["webhook-replayed"]
            await anyio.sleep(again.number("seconds"))
            for _ in range(int(again.number("count"))):
                await _arrives(client, letter)

    def _letter(self, job: Job, event: str, faults: Container[str]) -> _Letter:
        view = View(self._settings, self._base(), self._settings.clock())
        told = view.event(job, event)
        if "webhook-foreign" in faults:
            told["jobId"] = str(uuid.uuid4())
        body = json.dumps(told).encode()
        signer = "forged" if "webhook-forged" in faults else job.owner
        headers = {
            "Content-Type": "application/json",
            "X-Webhook-Event": event,
            "X-Webhook-Signature": signature(body, signer, self._settings),
        }
        altered = body + b"\n" if "webhook-altered" in faults else body
        return _Letter(str(job.hook_url), headers, altered)

    async def _send(self, client: httpx.AsyncClient, letter: _Letter) -> bool:
        for wait in (*RETRY_WAITS, None):
            if await _arrives(client, letter):
                return True
            if wait is not None:
                await anyio.sleep(wait)
        return False


async def _arrives(client: httpx.AsyncClient, letter: _Letter) -> bool:
    """Send a letter once; returns whether somebody took it."""
    try:
        answer = await client.post(letter.url, content=letter.body, headers=dict(letter.headers))
    except httpx.HTTPError:
        return False
    return answer.is_success


def _moment(job: Job) -> Moment:
    return Moment("POST", str(job.hook_url), job.model, job.prompt, job.ordinal)


def signature(body: bytes, secret: str, settings: Settings) -> str:
    """Return the header value; `secret` is the hex sha256 of the API key."""
    raw = settings.signing == "raw" and len(secret) == 64
    key = bytes.fromhex(secret) if raw else secret.encode()
    return "sha256=" + hmac.digest(key, body, "sha256").hex()


def _last_event(job: Job) -> str:
    if job.fate.status is JobStatus.COMPLETED:
        return "completed"
    return "failed" if job.fate.status is JobStatus.FAILED else ""
