"""Owns what a webhook of this API looks like: its signature and the job that it is about.

The signature covers the body and nothing else, so an old notice stays genuine for ever. Never
reads a status, an address or a price from one, and never lets the key or what signs with it out.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping

from imagegen.providers.apiframe import answers
from imagegen.secret import Secret

SIGNATURE = "x-webhook-signature"

_PREFIX = "sha256="
_HEX_DIGITS = 64


class Notices:
    """Tells the notices that were signed for one key from all other requests."""

    def __init__(self, key: Secret) -> None:
        hashed = hashlib.sha256(key.reveal().encode())
        # The vendor's sources contradict each other: the hash signs as hex text, or raw.
        self._signers = (hashed.hexdigest().encode(), hashed.digest())

    def job_id(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """Return the job that a genuine notice is about; None for any other request.

        `headers` have lower-case names; `body` is as it came, byte for byte.
        """
        if not self._genuine(headers.get(SIGNATURE, ""), body):
            return None
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            return None
        job_id = told.get("jobId") if isinstance(told, dict) else None
        return job_id if isinstance(job_id, str) and answers.is_job_id(job_id) else None

    def _genuine(self, signature: str, body: bytes) -> bool:
        given = signature.strip().removeprefix(_PREFIX).lower()
        if len(given) != _HEX_DIGITS or not given.isascii():
            return False
        # Both are always compared, each in constant time.
        fits = [
            hmac.compare_digest(hmac.digest(signer, body, "sha256").hex(), given)
            for signer in self._signers
        ]
        return any(fits)
