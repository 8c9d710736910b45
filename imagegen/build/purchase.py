"""Owns the values of the ledger: State, Purchase, Intent, Entry and what was spent.

Pure values; never reads a file, never decides what follows on what (`jobs` does).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypedDict

KEY_WINDOW_SECONDS = 0.9 * 24 * 3600
"""How long the API is trusted to know an idempotency key: 90 % of its documented 24 h."""

_CLOCK_SLACK_SECONDS = 600.0


class State(StrEnum):
    """How far one purchase has come."""

    INTENT = "INTENT"
    """About to be sent, or sent without a known answer."""
    ACCEPTED = "ACCEPTED"
    """A job exists."""
    REJECTED = "REJECTED"
    """Refused for certain: no job, no charge."""
    READY = "READY"
    """The provider has the pictures."""
    FAILED = "FAILED"
    """The job failed or was cancelled, and the charge was given back."""
    STORED = "STORED"
    """The pictures' bytes are in the store."""
    PLACED = "PLACED"
    """The outputs are written."""
    LOCKED = "LOCKED"
    """The lock records it; nothing is left to do."""
    UNKNOWN = "UNKNOWN"
    """Nobody can tell whether it was charged; a person has to settle it."""
    ADOPTED = "ADOPTED"
    """A person named the job that belongs to it."""
    ABANDONED = "ABANDONED"
    """A person gave it up; a new attempt follows only if `again` says so."""
    LOST = "LOST"
    """It was charged, and the provider no longer has its job or its pictures."""

    @property
    def open(self) -> bool:
        """Whether the pictures are not at hand yet and may still come, or need a person."""
        return self in _OPEN

    @property
    def in_hand(self) -> bool:
        """Whether the pictures' bytes have been in the store."""
        return self in (State.STORED, State.PLACED, State.LOCKED)

    @property
    def closed(self) -> bool:
        """Whether it ended without pictures, so that a new attempt may be intended."""
        return self in (State.REJECTED, State.FAILED, State.ABANDONED)


_OPEN = frozenset(
    {State.INTENT, State.ACCEPTED, State.READY, State.UNKNOWN, State.ADOPTED, State.LOST}
)


@dataclass(frozen=True, slots=True)
class Purchase:
    """Identity of one attempt to buy: equal purchases are charged once."""

    request_key: str
    take: int
    attempt: int
    """1, 2, …; rises only when the attempt before it is `closed`."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is written down before money is spent."""

    purchase: Purchase
    image: str
    """The name of the image that orders it, for messages."""
    request: Mapping[str, object]
    """The canonical request."""
    idempotency_key: str
    body: bytes
    """Exactly what is sent, and sent again if the answer is lost."""
    reserve: int | None
    """Credits that it may cost; None when the price is not known."""
    seed: int | None
    """The seed that is sent; None for a model without seeds."""
    run: str
    """Id of the command that spends, for limits per run."""
    project: str = ""
    """The folder of the project that orders it; "" when that is not known."""
    images: tuple[str, ...] = ()
    """Every image of the project that is to show it, `image` among them."""
    replaced: tuple[str, ...] = ()
    """Those of `images` for which `--replace` asks; the others show what the project file says."""


@dataclass(frozen=True, slots=True)
class Entry:
    """All that is known of one purchase."""

    purchase: Purchase
    state: State
    image: str
    request: Mapping[str, object]
    """The canonical request; empty when damage to the ledger took it."""
    idempotency_key: str
    body: bytes
    """Empty once it can never be needed again."""
    reserve: int | None
    seed: int | None
    run: str
    project: str
    intent_at: float
    """Unix seconds."""
    updated_at: float
    """Unix seconds."""
    job_id: str | None = None
    other_job_ids: tuple[str, ...] = ()
    """Further jobs that were seen for this purchase: a sign of a double charge."""
    urls: tuple[str, ...] = ()
    credits: int | None = None
    """Charged; None until the provider says it."""
    error: str | None = None
    moderated: bool = False
    """Refused for what it shows or says: not to be sent again unchanged."""
    originals: tuple[str, ...] = ()
    """sha256 of each picture, in the provider's order."""
    images: tuple[str, ...] = ()
    """As in Intent; only `image` where an older release wrote it."""
    replaced: tuple[str, ...] = ()
    """As in Intent; `image` where an older release wrote it, which did not say."""
    again: bool = False
    """A person who gave it up said that one further attempt is to be paid."""
    missed_at: float | None = None
    """Unix seconds of the first complete list of the account's jobs that did not show it."""

    @property
    def unanswered(self) -> bool:
        """Whether nobody knows if a job exists: it may have been charged, and may yet be."""
        return self.job_id is None and self.state in (State.INTENT, State.UNKNOWN)

    def key_holds(self, now: float) -> bool:
        """Whether the API surely still knows the idempotency key at `now` (unix seconds).

        An order of the future tells of a clock that was set back, and of no time at all.
        """
        return -_CLOCK_SLACK_SECONDS <= now - self.intent_at <= KEY_WINDOW_SECONDS

    @property
    def model(self) -> str:
        """Name of the model, or "" when damage took the request."""
        return str(self.request.get("model", ""))

    @property
    def resolution(self) -> str:
        """The `resolution` param, or "" where the model has none."""
        params = self.request.get("params")
        return str(params.get("resolution", "")) if isinstance(params, Mapping) else ""


class Facts(TypedDict, total=False):
    """What a note may add to an entry; the fields are those of Entry."""

    job_id: str
    urls: tuple[str, ...]
    credits: int
    error: str
    moderated: bool
    originals: tuple[str, ...]
    again: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """Money over some purchases, in the provider's whole credits."""

    charged: int = 0
    reserved: int = 0
    """Not settled yet, counted at the price that was expected."""
    pictures: int = 0
    """Purchases that were charged or may be."""
    unpriced: int = 0
    """Those of `pictures` whose price nobody knows."""
    unanswered: int = 0
    """Those credits of `reserved` that are for orders which got no answer."""

    @property
    def credits(self) -> int:
        """Charged and reserved together: what limits are held against."""
        return self.charged + self.reserved


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent since a time, in all and by each run."""

    total: Sum = Sum()
    runs: Mapping[str, Sum] = field(default_factory=dict)
    """By run id, over the whole ledger: a run may have begun before that time."""
    unpriced: tuple[tuple[str, str], ...] = ()
    """Model and resolution of those purchases of `total` whose price was not known."""

    def by(self, run: str) -> Sum:
        """Return what one run has spent; nothing for a run that bought nothing."""
        return self.runs.get(run, Sum())


def idempotency_key(account: str, request_key: str, take: int, attempt: int) -> str:
    """Return the key that makes a repeated POST harmless; the same on every machine.

    `account` is the fingerprint of the account, so that two accounts never share a key.
    """
    parts = ("imagegen-idem-v1", account, request_key, str(take), str(attempt))
    hashed = hashlib.sha256("\0".join(parts).encode()).digest()
    return "ig1-" + base64.b32encode(hashed).decode()[:40]
