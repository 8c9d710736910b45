import pickle

import pytest

from imagegen.secret import Secret, fingerprint

KEY = "afk_0123456789"


def test_a_secret_shows_stars_and_nothing_else():
    secret = Secret(KEY)
    for shown in (repr(secret), str(secret), f"{secret}", f"{[secret]}", "%s" % secret):  # noqa: UP031
        assert KEY not in shown
        assert "****" in shown
    assert secret.reveal() == KEY


def test_a_secret_is_never_pickled():
    with pytest.raises(TypeError):
        pickle.dumps(Secret(KEY))


def test_equal_secrets_are_equal_and_an_empty_one_is_false():
    assert Secret(KEY) == Secret(KEY) != Secret("other")
    assert hash(Secret(KEY)) == hash(Secret(KEY))
    assert Secret(KEY) != KEY
    assert not Secret("")


def test_a_fingerprint_names_key_and_address_and_tells_neither():
    mark = fingerprint(Secret(KEY), "https://api.apiframe.ai")
    assert len(mark) == 16
    assert set(mark) <= set("0123456789abcdef")
    assert mark == fingerprint(Secret(KEY), "https://API.apiframe.ai/")
    assert mark != fingerprint(Secret(KEY), "https://other.example")
    assert mark != fingerprint(Secret("afk_other"), "https://api.apiframe.ai")
