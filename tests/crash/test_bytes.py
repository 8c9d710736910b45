"""Bytes: a sample of cut and changed pictures; every one is noticed."""

from __future__ import annotations

import pytest

from . import bytes as method

pytestmark = pytest.mark.crash


def test_every_cut_and_every_changed_bit_is_noticed() -> None:
    tally = method.run(60, seed=2)
    assert tally.failures == ()
    assert tally.counts["cuts"] > 60 * 5
    assert tally.counts["flips"] == 60
