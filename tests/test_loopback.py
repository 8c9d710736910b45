"""Which hosts are this very machine."""

from __future__ import annotations

import pytest

from imagegen.loopback import is_loopback


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.10", "::1"])
def test_this_machine_is_known_by_name_and_address(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "10.0.0.1", "::2", "localhost.example.com", "127.1", "[::1]"])
def test_what_only_looks_like_it_is_another_machine(host: str) -> None:
    assert not is_loopback(host)
