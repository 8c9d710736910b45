"""Owns Rejection: an HTTP answer that says no, in the API's uniform error envelope.

The texts of 401, 402 and 403 are the vendor's documented ones; where a text is our guess, the
line that raises it says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse


class Rejection(Exception):
    """Ends the handling of a request with an error status."""

    def __init__(
        self,
        status: int,
        error: str,
        *,
        extra: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.extra = dict(extra or {})
        """Further keys of the body, beside `error`."""
        self.headers = dict(headers or {})

    def response(self) -> JSONResponse:
        """Return the answer to send: `{"error": …}` with the extra keys."""
        body = {"error": self.error, **self.extra}
        return JSONResponse(body, status_code=self.status, headers=self.headers)
