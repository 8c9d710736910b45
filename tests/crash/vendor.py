"""Owns a vendor in memory: it charges, makes pictures and misbehaves as it is told.

Its list of jobs is the only judge of money. It keeps what the real one documents: a key is known
for its window, a failed job is refunded, results go after three months, the list is complete.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import anyio

from imagegen.errors import Problem
from imagegen.providers.provider import (
    Ambiguous,
    Busy,
    Job,
    JobStatus,
    KeyReused,
    Order,
    Refused,
    Unavailable,
)

from .clock import Clock
from .disk import Disk

PRICE = 5
HOUR, DAY = 3600.0, 86400.0
WINDOW = DAY
RETENTION = 90 * DAY
MODES = ("replay", "in flight", "reject")
"""What a POST with a known key meets: its job, 409 at first, or a refusal of the key."""

_IN_FLIGHT_SECONDS = 20.0


class Post(StrEnum):
    """What becomes of one POST."""

    OK = "ok"
    LOST = "charged, answer lost"
    NEVER = "lost on its way"
    BUSY = "429"
    UNREACHED = "not reached"
    REFUSED = "400"
    BROKE = "402"


class Fate(StrEnum):
    """What becomes of one job."""

    DONE = "done"
    FAILED = "failed"
    MODERATED = "moderated"
    CAPACITY = "no capacity"
    CANCELLED = "cancelled"
    STUCK = "stuck"
    ABSENT = "404"
    BARE = "completed without urls"
    EXPIRED = "result expired"


class Fetch(StrEnum):
    """What becomes of one download."""

    OK = "ok"
    CUT = "cut short"
    HTML = "a page instead"
    FAILS = "breaks off"
    DENIED = "403"


_ENDED = (Fate.FAILED, Fate.MODERATED, Fate.CAPACITY, Fate.CANCELLED)
_WORDS = {
    Fate.FAILED: "internal error",
    Fate.MODERATED: "Image denied by moderation",
    Fate.CAPACITY: "No available capacity, retry shortly",
    Fate.CANCELLED: "cancelled",
}


@dataclass
class Made:
    """One job, charged when it was made."""

    id: str
    key: str
    wanted: tuple[str, int]
    """Prompt and seed."""
    by: str
    """The machine that ordered it."""
    at: float
    fate: Fate
    data: bytes
    refunded: bool = False
    adopted: bool = False
    abandoned: bool = False


@dataclass
class Vendor:
    """Fulfils Provider for one account, from all its machines."""

    clock: Clock
    disk: Disk
    duplicates: str = "replay"
    """One of MODES."""
    jobs: dict[str, Made] = field(default_factory=dict)
    posts: deque[Post] = field(default_factory=deque)
    fates: deque[Fate] = field(default_factory=deque)
    fetches: deque[Fetch] = field(default_factory=deque)
    deaf_looks: int = 0
    """So many looks are not answered."""
    listing: bool = True
    """Whether the list of jobs can be had whole."""
    requests: int = 0
    by: str = ""
    """The machine that asks now."""
    on_post: Callable[[bytes, str], None] = lambda body, key: None
    on_charge: Callable[[Made], None] = lambda job: None
    on_known: Callable[[Made], None] = lambda job: None
    """Called when a POST has met the job of its key, old or new."""
    on_fetch: Callable[[Made], None] = lambda job: None
    on_list: Callable[[], None] = lambda: None

    name = "apiframe"
    paid = True

    def __post_init__(self) -> None:
        self._keys: dict[str, list[tuple[float, bytes, str]]] = {}
        self.spoilt: set[str] = set()
        """Prompts that have met moderation or lost their picture: they need not end well."""

    def calm(self) -> None:
        """Misbehave no more; what was stuck or hidden comes out now."""
        self.posts.clear()
        self.fates.clear()
        self.fetches.clear()
        self.deaf_looks, self.listing = 0, True
        for job in self.jobs.values():
            if job.fate in (Fate.STUCK, Fate.ABSENT, Fate.BARE):
                job.fate = Fate.DONE

    async def prepare(self, order: Order) -> bytes:
        form = {"prompt": order.request.prompt, "seed": order.seed}
        return json.dumps(form, sort_keys=True).encode()

    async def submit(self, body: bytes, idempotency_key: str) -> Job:
        self._asked("POST")
        self.on_post(body, idempotency_key)
        post = self.posts.popleft() if self.posts else Post.OK
        await anyio.sleep(0.02)
        if post is Post.UNREACHED:
            raise Busy(Problem("not reached"), seconds=10, reached=False)
        if post is Post.NEVER:
            raise Ambiguous(Problem("lost on its way"))
        if post is Post.BUSY:
            raise Busy(Problem("429"), seconds=100)
        if post in (Post.REFUSED, Post.BROKE):
            broke = post is Post.BROKE
            raise Refused(Problem(post.value), status=402 if broke else 400, stops_all=broke)
        job = self._known(body, idempotency_key) or self._made(body, idempotency_key)
        self.disk.effect("answer to POST")
        await anyio.sleep(0.02)
        if post is Post.LOST:
            raise Ambiguous(Problem("answer lost"))
        return Job(job.id, JobStatus.QUEUED)

    async def look(self, job_ids: Collection[str]) -> Mapping[str, Job]:
        self._asked("look")
        if self.deaf_looks:
            self.deaf_looks -= 1
            raise Unavailable(Problem("503"), seconds=60)
        known = [self.jobs[one] for one in job_ids if one in self.jobs]
        if known and all(one.fate is Fate.STUCK for one in known):
            # Nobody is kept waiting by this but the board, and that costs nothing.
            await anyio.sleep(300)
        return {one.id: self._seen(one) for one in known if one.fate is not Fate.ABSENT}

    async def ordered_since(self, model: str, since: float) -> frozenset[str] | None:
        self._asked("list")
        self.on_list()
        if not self.listing:
            return None
        return frozenset(one.id for one in self.jobs.values() if one.at >= since)

    def notice(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """Nothing is pushed here."""
        return None

    async def fetch(self, url: str, into: Path, *, limit: int) -> None:
        self._asked("fetch")
        job = self.jobs[url.rpartition("/")[2]]
        if self._is_gone(job):
            self.spoilt.add(job.wanted[0])
            raise Refused(Problem("gone"), status=404)
        fetch = self.fetches.popleft() if self.fetches else Fetch.OK
        if fetch is Fetch.FAILS:
            into.write_bytes(job.data[:20])
            raise Unavailable(Problem("broke off"), seconds=5)
        if fetch is Fetch.DENIED:
            raise Refused(Problem("403"), status=403)
        given = {Fetch.CUT: job.data[:-9], Fetch.HTML: b"<html>try later</html>"}
        into.write_bytes(given.get(fetch, job.data))
        self.on_fetch(job)

    async def close(self) -> None:
        """Nothing to let go of."""

    def job_of(self, key: str, wanted: tuple[str, int]) -> Made | None:
        """Return the job that a person would find for an order in the dashboard, if any."""
        mine = [one for one in self.jobs.values() if one.wanted == wanted and not one.refunded]
        return next((one for one in mine if one.key == key), None) or next(iter(mine), None)

    def _asked(self, what: str) -> None:
        self.disk.effect(what)
        self.requests += 1

    def _known(self, body: bytes, key: str) -> Made | None:
        for at, first, job_id in self._keys.get(key, []):
            age = self.clock() - at
            if age > WINDOW:
                continue
            self.on_known(self.jobs[job_id])
            if first != body or self.duplicates == "reject":
                raise KeyReused(Problem("409: the key was used"))
            if self.duplicates == "in flight" and age < _IN_FLIGHT_SECONDS:
                raise Ambiguous(Problem("409: still at work"))
            return self.jobs[job_id]
        return None

    def _made(self, body: bytes, key: str) -> Made:
        form = json.loads(body)
        number = len(self.jobs) + 1
        job = Made(
            id=f"job-{number}",
            key=key,
            wanted=(form["prompt"], form["seed"]),
            by=self.by,
            at=self.clock(),
            fate=self.fates.popleft() if self.fates else Fate.DONE,
            data=picture(number),
        )
        if job.fate in (Fate.MODERATED, Fate.EXPIRED):
            self.spoilt.add(job.wanted[0])
        self.on_charge(job)
        self.jobs[job.id] = job
        self.on_known(job)
        self._keys.setdefault(key, []).append((job.at, body, job.id))
        # Failed jobs are given back before anybody can see that they failed.
        job.refunded = job.fate in _ENDED
        return job

    def _seen(self, job: Made) -> Job:
        if self.clock() < job.at + 1.0 or job.fate is Fate.STUCK:
            return Job(job.id, JobStatus.PROCESSING)
        if job.fate in _ENDED:
            cancelled = job.fate is Fate.CANCELLED
            status = JobStatus.CANCELLED if cancelled else JobStatus.FAILED
            return Job(job.id, status, error=_WORDS[job.fate])
        urls = () if job.fate is Fate.BARE else (f"https://cdn.example/{job.id}",)
        gone = self._is_gone(job)
        return Job(job.id, JobStatus.COMPLETED, urls=urls, credits=PRICE, expired=gone)

    def _is_gone(self, job: Made) -> bool:
        return job.fate is Fate.EXPIRED or self.clock() > job.at + RETENTION


def picture(number: int) -> bytes:
    """Return the bytes of a small PNG picture, another one for each number."""
    colours = (number % 256, number // 256 % 256, number * 7 % 256)
    rows = b"".join(b"\0" + bytes(colours) * 2 for _ in range(2))
    header = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    told = b"Comment\0picture %d" % number
    parts = ((b"IHDR", header), (b"tEXt", told), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
