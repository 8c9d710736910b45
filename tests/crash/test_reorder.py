"""A sample of the legal crash states."""

from __future__ import annotations

import shutil

import pytest

from . import reorder

pytestmark = pytest.mark.crash


@pytest.mark.slow
@pytest.mark.parametrize("start", ["fresh", "recovery"])
def test_no_legal_crash_state_costs_twice_or_loses_a_picture(start: reorder.Start) -> None:
    told = reorder.attack(start, 6, seed=1)
    if told.skipped:
        pytest.skip(told.skipped)
    assert told.failures == ()
    assert told.tried == 6


def test_without_strace_it_is_skipped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert shutil.which("strace") is None
    told = reorder.run(1, seed=1)
    assert told.tried == 0
    assert "strace" in told.skipped
