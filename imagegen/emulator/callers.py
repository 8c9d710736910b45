"""Owns who is asking: the X-API-Key header, and how often each key may ask.

Fact: the texts of 401 and 403, and that a key without `afk_` gets 400. Guess: the text of that
400, the text of 429, and that the limit is a sliding minute for each key.
Never keeps a key in clear: a caller is known by the sha256 of it, as at the vendor's.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass

from imagegen.digest import sha256_of
from imagegen.emulator.rejection import Rejection
from imagegen.emulator.settings import Settings

WINDOW = 60.0
PREFIX_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone with a valid key."""

    id: str
    """Hex sha256 of the key; its webhooks are signed with this."""
    prefix: str
    """The first characters of the key, as the account page shows it."""


def identify(headers: Mapping[str, str], settings: Settings) -> Caller:
    """Return who sent these headers; raises Rejection 400, 401 or 403."""
    key = headers.get("x-api-key", "")
    if not key:
        raise Rejection(401, "API key is required")
    if not key.startswith("afk_"):
        raise Rejection(400, "This key does not belong to API v2: v2 keys start with afk_")
    if key in settings.inactive_keys:
        raise Rejection(403, "API key is inactive")
    if settings.keys and key not in settings.keys:
        raise Rejection(401, "Invalid API key")
    return Caller(sha256_of(key.encode()), key[:PREFIX_LENGTH])


class RateLimit:
    """Counts the requests of each caller over the last minute."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._seen: defaultdict[str, deque[float]] = defaultdict(deque)

    def admit(self, caller: Caller, now: float) -> None:
        """Count one request; raises Rejection 429 with Retry-After when it is one too many."""
        if self._limit <= 0:
            return
        seen = self._seen[caller.id]
        while seen and seen[0] <= now - WINDOW:
            seen.popleft()
        if len(seen) >= self._limit:
            wait = max(1, math.ceil(seen[0] + WINDOW - now))
            raise Rejection(429, "Rate limit exceeded", headers={"Retry-After": str(wait)})
        seen.append(now)
