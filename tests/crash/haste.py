"""Owns haste: an event loop whose clock runs many times faster than the one on the wall.

Real sockets and real threads go on at their own pace, so deadlines come nearer the more haste.
"""

from __future__ import annotations

import asyncio
import math
import selectors
from collections.abc import Callable
from typing import Any


class _Hasty(selectors.DefaultSelector):
    speed = 1.0

    def select(self, timeout: float | None = None) -> list[Any]:
        return super().select(timeout if timeout is None else timeout / self.speed)


class HastyLoop(asyncio.SelectorEventLoop):
    """Lets `speed` seconds pass in each second.

    Who asks for `patient` seconds or more gets those of the wall: a deadline for somebody who is
    in no haste.
    """

    def __init__(self, speed: float, *, patient: float = math.inf) -> None:
        self._speed, self._patient = speed, patient
        selector = _Hasty()
        selector.speed = speed
        super().__init__(selector)

    def time(self) -> float:
        return super().time() * self._speed

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, **more: Any
    ) -> asyncio.TimerHandle:
        left = when - self.time()
        wall = left * (self._speed - 1) if self._patient <= left < math.inf else 0.0
        return super().call_at(when + wall, callback, *args, **more)
