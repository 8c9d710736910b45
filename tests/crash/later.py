"""Owns the wall clock that can be put ahead: what happens when days pass after a crash.

Only ever goes forward.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

DAY = 86_400.0
_REAL = time.time


@dataclass
class Later:
    """Unix seconds of the machine, and so many more."""

    ahead: float = 0.0
    """Seconds."""

    def __call__(self) -> float:
        return _REAL() + self.ahead


def install() -> Later:
    """Make this process go by such a clock for good; call before imagegen is imported."""
    clock = Later()
    time.time = clock
    return clock
