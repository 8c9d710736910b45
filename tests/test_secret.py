import copy
import json
import pickle
import pprint
import traceback
from dataclasses import asdict, dataclass

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


@dataclass
class Holder:
    secret: Secret


LOOKS = {
    "repr": repr,
    "str": str,
    "format": format,
    "f-string": lambda secret: f"{secret!s} {secret!r} {secret!a}",
    "padded": lambda secret: f"{secret:>50}",
    "json": json.dumps,
    "json of its text": lambda secret: json.dumps(secret, default=str),
    "pickle": pickle.dumps,
    "old pickle": lambda secret: pickle.dumps(secret, protocol=0),
    "copy": copy.copy,
    "deep copy": copy.deepcopy,
    "state": lambda secret: secret.__getstate__(),
    "vars": vars,
    "bytes": bytes,
    "list": list,
    "asdict": lambda secret: asdict(Holder(secret)),
    "repr of its holder": lambda secret: repr(Holder(secret)),
    "pretty": lambda secret: pprint.pformat({"a": [Holder(secret)]}),
    "error": lambda secret: "".join(traceback.format_exception(ValueError(secret))),
    "percent": lambda secret: "%s %r" % (secret, secret),  # noqa: UP031
}


@pytest.mark.parametrize("look", LOOKS)
def test_no_way_of_looking_shows_a_secret(look):
    try:
        shown = LOOKS[look](Secret(KEY))
    except (TypeError, AttributeError) as error:
        shown = str(error)
    assert KEY not in f"{shown} {shown!r}"
