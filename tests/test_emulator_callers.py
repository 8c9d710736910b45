"""Keys and the rate limit."""

import pytest

from imagegen.emulator.callers import Caller, RateLimit, identify
from imagegen.emulator.rejection import Rejection
from imagegen.emulator.settings import Settings


def refused(headers, settings=None):
    with pytest.raises(Rejection) as caught:
        identify(headers, settings or Settings())
    return caught.value.status, caught.value.error


def test_any_afk_key_is_a_caller_whose_key_is_not_kept():
    caller = identify({"x-api-key": "afk_0000secret"}, Settings())
    assert caller.prefix == "afk_0000"
    assert "secret" not in repr(caller)


def test_bad_keys_get_the_documented_texts():
    assert refused({}) == (401, "API key is required")
    assert refused({"x-api-key": "afk_x"}, Settings(keys=("afk_y",))) == (401, "Invalid API key")
    inactive = Settings(inactive_keys=("afk_x",))
    assert refused({"x-api-key": "afk_x"}, inactive) == (403, "API key is inactive")
    assert refused({"x-api-key": "old_v1_key"})[0] == 400


def test_one_request_too_many_says_how_long_to_wait():
    limit, caller = RateLimit(2), Caller("a", "afk_")
    limit.admit(caller, 100.0)
    limit.admit(caller, 130.0)
    limit.admit(Caller("b", "afk_"), 130.0)
    with pytest.raises(Rejection) as caught:
        limit.admit(caller, 131.0)
    assert caught.value.status == 429
    assert caught.value.headers == {"Retry-After": "29"}
    limit.admit(caller, 160.0)


def test_zero_means_no_limit():
    limit = RateLimit(0)
    for _ in range(1000):
        limit.admit(Caller("a", "afk_"), 1.0)
