"""Owns haste: an event loop whose clock runs many times faster than the one on the wall.

Real sockets and real threads go on at their own pace, so deadlines come nearer the more haste.
"""

from __future__ import annotations

import asyncio
import selectors
from typing import Any


class _Hasty(selectors.DefaultSelector):
    speed = 1.0

    def select(self, timeout: float | None = None) -> list[Any]:
        return super().select(timeout if timeout is None else timeout / self.speed)


class HastyLoop(asyncio.SelectorEventLoop):
    """Lets `speed` seconds pass in each second."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        selector = _Hasty()
        selector.speed = speed
        super().__init__(selector)

    def time(self) -> float:
        return super().time() * self._speed
