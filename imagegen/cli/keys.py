"""Owns the keys of a running watch: one press asks for the real pictures.

Reads a terminal only, and only while this process is in its foreground; never echoes.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
from types import TracebackType
from typing import TextIO

from imagegen import interruption

try:
    import termios
    import tty
except ImportError:  # Windows: `imagegen build` in another window does the same
    termios = None  # type: ignore[assignment]

_BUILD = frozenset(b"\r\nbB")


class Keys:
    """A context in which the terminal hands over single keys; does nothing without a terminal."""

    def __init__(self) -> None:
        self._descriptor = _terminal()
        self._before: list[int | list[bytes | int]] | None = None
        self._pressed = False
        self._tidy = contextlib.ExitStack()

    @property
    def heard(self) -> bool:
        """Whether there is a terminal whose keys count."""
        return self._descriptor is not None

    def is_set(self) -> bool:
        """Whether the key was pressed since `take`; never waits."""
        if not self._pressed and self._readable():
            self._pressed = bool(_BUILD.intersection(self._waiting_bytes()))
        return self._pressed

    def take(self) -> bool:
        """Return whether the key was pressed, and forget it."""
        pressed, self._pressed = self.is_set(), False
        return pressed

    def forget(self) -> None:
        """Throw away what was typed so far: it was meant for a build that is over."""
        self._pressed = False
        while self._readable() and self._waiting_bytes():
            continue

    def __enter__(self) -> Keys:
        if self._descriptor is not None and self._in_front():
            self._before = termios.tcgetattr(self._descriptor)
            self._tidy.enter_context(interruption.tidying(self._give_back))
            tty.setcbreak(self._descriptor, termios.TCSADRAIN)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._give_back()
        self._tidy.close()

    def _give_back(self) -> None:
        if self._descriptor is not None and self._before is not None and self._in_front():
            # At once: what was written may never be read.
            termios.tcsetattr(self._descriptor, termios.TCSANOW, self._before)

    def _readable(self) -> bool:
        if self._descriptor is None or not self._in_front():
            return False
        return bool(select.select([self._descriptor], [], [], 0)[0])

    def _waiting_bytes(self) -> bytes:
        if self._descriptor is None:
            return b""
        try:
            found = os.read(self._descriptor, 1024)
        except OSError:
            found = b""
        if not found:
            # The terminal is gone.
            self._descriptor = None
        return found

    def _in_front(self) -> bool:
        """Whether reading would not stop this process, as it does one in the background."""
        if self._descriptor is None:
            return False
        try:
            return os.tcgetpgrp(self._descriptor) == os.getpgrp()
        except OSError:
            return False


def _terminal() -> int | None:
    # It is None where the process was started with its standard input closed.
    stdin: TextIO | None = sys.stdin
    if "termios" not in sys.modules or stdin is None or not stdin.isatty():
        return None
    return stdin.fileno()
