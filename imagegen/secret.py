"""Owns Secret, a text that does not show itself, and the fingerprint that names an account.

Never writes a secret anywhere; whoever calls `reveal` answers for where it goes.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import NoReturn, final

_STARS = "********"
_SALT = b"imagegen-account-1\0"


@final
class Secret:
    """A secret text: prints as stars, cannot be pickled, shows itself only when asked."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself, for the one place that must send it."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({_STARS!r})"

    def __str__(self) -> str:
        return _STARS

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a secret is not written down")


def fingerprint(secret: Secret, base_url: str) -> str:
    """Return 16 hex digits that name the account of `secret` at `base_url`.

    Salted, so that it tells nothing about the key; equal on every machine, so that two
    machines with one key name one account. A slash at the end of the address changes nothing.
    """
    address = base_url.rstrip("/").lower().encode()
    return hashlib.sha256(_SALT + address + b"\0" + secret.reveal().encode()).hexdigest()[:16]
