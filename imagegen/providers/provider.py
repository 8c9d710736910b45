"""The socket for who makes pictures: what a provider takes, gives back and how it can refuse.

Two fulfilments: `apiframe` (paid, over HTTP) and `draft` (free, offline).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from imagegen.errors import Problem
from imagegen.request import Request


@dataclass(frozen=True, slots=True)
class Order:
    """One purchase to be made: a request with its take, seed and reference files."""

    name: str
    """The image's name, for messages and for the caption of a draft; never sent for money."""
    request: Request
    take: int
    seed: int
    """What to send where the model takes a seed."""
    references: tuple[Path, ...]
    """Files holding the bytes of `request.references`, in the same order."""
    images: tuple[str, ...] = ()
    """Every image that is to show the picture, for the ledger; never sent."""
    replaced: tuple[str, ...] = ()
    """Those of `images` for which another picture was asked; never sent."""


class JobStatus(StrEnum):
    """The life of a job; the last three are final."""

    QUEUED = "QUEUED"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def final(self) -> bool:
        """Whether the job will not change any more."""
        return self in (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Job:
    """What the provider says of one job at one look."""

    id: str
    status: JobStatus
    progress: int | None = None
    """0 to 100, or None when the provider does not say."""
    urls: tuple[str, ...] = ()
    """Where the pictures of a COMPLETED job lie; empty when it names none (yet)."""
    credits: int | None = None
    """Charged, in the provider's whole credits; None when it does not say."""
    error: str | None = None
    expired: bool = False
    """The provider says that it has thrown the pictures away."""
    created_at: float | None = None
    """Unix seconds, by the provider's clock; None when it does not say."""


class Refused(Exception):
    """A definite no: there is no job and no charge for this POST."""

    def __init__(self, problem: Problem, *, status: int, stops_all: bool = False) -> None:
        super().__init__(problem.summary)
        self.problem = problem
        self.status = status
        """The HTTP status, kept in the ledger."""
        self.stops_all = stops_all
        """No other order can succeed either: a bad key (401, 403) or no credit left (402)."""


class Busy(Exception):
    """Not accepted now, and surely no job: try the same POST again after `seconds`."""

    def __init__(self, problem: Problem, *, seconds: float, reached: bool = True) -> None:
        super().__init__(problem.summary)
        self.problem = problem
        self.seconds = seconds
        self.reached = reached
        """Whether the provider answered at all; False when nothing could be sent."""


class Ambiguous(Exception):
    """Nobody can tell whether a job exists: only the same POST with the same key may follow."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


class KeyReused(Exception):
    """The provider has seen this idempotency key with another body: a job exists somewhere."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.summary)
        self.problem = problem


class Unavailable(Exception):
    """A free request (look, fetch, upload) failed; trying it again later is safe and free."""

    def __init__(self, problem: Problem, *, seconds: float | None = None) -> None:
        super().__init__(problem.summary)
        self.problem = problem
        self.seconds = seconds
        """How long the other side asked to wait (`Retry-After`), if it did."""


class Provider(Protocol):
    """Who makes pictures. All methods are safe to call concurrently.

    Only `submit` can cost money. `prepare` does what must be done before (uploads), `look`
    and `fetch` may be repeated freely. Nothing here retries a paid request by itself.
    """

    name: str
    paid: bool
    """Whether orders cost money, and so go through the ledger and the spending limits."""

    async def prepare(self, order: Order) -> bytes:
        """Return the exact body to submit for `order`; raises Unavailable or Refused."""

    async def submit(self, body: bytes, idempotency_key: str) -> Job:
        """Buy: POST `body` once; raises Refused, Busy, Ambiguous or KeyReused."""

    async def look(self, job_ids: Collection[str]) -> Mapping[str, Job]:
        """Return what is known of these jobs; an id that nobody knows is absent.

        Raises Unavailable when the provider does not answer, Refused on a bad key.
        """

    async def ordered_since(self, model: str, since: float) -> frozenset[str] | None:
        """Return the ids of all jobs for `model` from `since` (Unix seconds) on.

        None when that cannot be told for certain. Raises Unavailable, or Refused on a bad key.
        """

    def notice(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """Return the id of the job that a pushed notice is about; None unless it is genuine.

        `headers` have lower-case names. A notice may be old, early or repeated, so it says
        that a look is due and nothing else. Sends nothing.
        """

    async def fetch(self, url: str, into: Path, *, limit: int) -> None:
        """Write the bytes behind a result URL to the new file `into`, at most `limit` bytes.

        Raises Unavailable (worth another try) or Refused (address not allowed, file gone,
        larger than `limit`). The file may be left half-written when it raises.
        """

    async def close(self) -> None:
        """Let go of connections; call once, after the last use."""
