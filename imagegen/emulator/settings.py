"""Owns Settings: everything about an emulator that its starter may choose.

Defaults follow the vendor where it says something (500 requests a minute, 10 jobs at once, 24 h
for results and idempotency keys) and are invented where it does not (latency, credits).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from imagegen.emulator.rules import Rule

DuplicateMode = Literal["replay", "in-flight", "reject", "ignore"]
"""What a POST with a known idempotency key gets.

`replay`: the original job. `in-flight`: 409 until that job is final, then the original job.
`reject`: always 422. `ignore`: a second job and a second charge, as with a service without keys.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """How an emulator behaves; times in seconds, prices in whole credits."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 takes any free port."""
    state: Path | None = None
    """Folder of ledger, uploads and pictures; None uses a temporary one, gone at the end."""
    latency: float = 2.0
    """From submission to COMPLETED when a slot is free; the first tenth is spent QUEUED."""
    slots: int = 10
    """Jobs PROCESSING at once; the rest wait as QUEUED."""
    credits: int = 10_000
    """What the team starts with, before everything in the ledger."""
    keys: tuple[str, ...] = ()
    """The keys that are valid; empty means every key that starts with `afk_`."""
    inactive_keys: tuple[str, ...] = ()
    """Keys that get 403."""
    one_user: bool = False
    """Whether all keys are of one user, who sees the jobs of each; else a key sees its own."""
    role: Literal["OWNER", "ADMIN", "MEMBER"] = "OWNER"
    """The caller's role; a MEMBER may not list the team's jobs."""
    prices: Mapping[str, int] = field(default_factory=dict)
    """Credits per picture by model id; wins over the built-in table."""
    rate_limit: int = 500
    """Requests a minute for each key; 0 means no limit."""
    retention: float = 86_400.0
    """How long result files can be fetched after completion."""
    upload_retention: float = 3_600.0
    key_window: float = 86_400.0
    """How long an idempotency key is remembered."""
    duplicates: DuplicateMode = "replay"
    different_body: Literal["conflict", "original"] = "conflict"
    """A known idempotency key with another body: 409, or the original job."""
    bare_result: bool = False
    """Whether `result` is the old bare string instead of an object with `images`."""
    signing: Literal["hex", "raw"] = "hex"
    """Which form of the key's sha256 signs webhooks."""
    seed: int = 0
    """Changes every picture that is painted."""
    picture_scale: int = 1
    """Divides width and height of every picture, for fast tests; 1 is true to the API."""
    painters: int = 2
    """Pictures painted at once."""
    faults: tuple[Rule, ...] = ()
    """What goes wrong from the start."""
    clock: Callable[[], float] = time.time
    """Seconds since 1970; another one lets a test pass a day in no time."""
