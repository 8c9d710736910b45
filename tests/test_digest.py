"""Hashing: known values, one JSON text for equal mappings."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen import digest

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("ab"), inner),
    max_leaves=8,
)


def test_known_digests():
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest.sha256_of(b"") == empty
    assert digest.xxh3_128(b"") == "99aa06d3014798d86001c324468d497f"


def test_a_file_has_the_digest_of_its_bytes(tmp_path):
    (tmp_path / "file").write_bytes(b"bytes" * 100_000)
    assert digest.sha256_of_file(tmp_path / "file") == digest.sha256_of(b"bytes" * 100_000)
    with pytest.raises(FileNotFoundError):
        digest.sha256_of_file(tmp_path / "absent")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_no_file_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        digest.sha256_of_file(tmp_path / "pipe")


@given(st.dictionaries(st.text("abc"), PLAIN))
def test_the_order_of_keys_does_not_matter(value):
    turned = dict(reversed(value.items()))
    assert digest.canonical_json(turned) == digest.canonical_json(value)


def test_canonical_json_is_compact_utf8_without_nan():
    assert digest.canonical_json({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest.canonical_json({"a": float("nan")})
