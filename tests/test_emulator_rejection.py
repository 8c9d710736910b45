"""The uniform error envelope."""

import json

from imagegen.emulator.rejection import Rejection


def test_the_envelope_has_an_error_and_whatever_else_is_known():
    rejection = Rejection(429, "Slow down", extra={"limit": 5}, headers={"Retry-After": "3"})
    response = rejection.response()
    assert response.status_code == 429
    assert json.loads(response.body) == {"error": "Slow down", "limit": 5}
    assert response.headers["retry-after"] == "3"
