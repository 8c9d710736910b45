"""Owns the failpoint: counts a run's effects on disk and network, and ends it at one of them.

SIGKILL strikes before the effect, in whichever thread it is, so nothing tidies up. Only for
child processes of the harness: it wraps functions of `os` and `socket` for good.
"""

from __future__ import annotations

import builtins
import errno
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

_SYSTEM = (
    "open",
    "write",
    "fsync",
    "replace",
    "rename",
    "mkdir",
    "unlink",
    "remove",
    "rmdir",
    "ftruncate",
    "chmod",
    "link",
)
_SOCKET = ("connect", "send", "sendall", "recv", "recv_into")


class Failpoint:
    """Counts effects; at number `at` (from 1) it kills the process, or fails with an errno."""

    def __init__(self, at: int, error: int = 0) -> None:
        self.seen = 0
        self._at = at
        self._error = error

    def install(self) -> None:
        """Wrap every effect of this process from now on."""
        for name in _SYSTEM:
            setattr(os, name, self._counted(getattr(os, name), name))
        for name in _SOCKET:
            setattr(socket.socket, name, self._counted(getattr(socket.socket, name), name))
        builtins.open = self._counted(builtins.open, "open")  # type: ignore[assignment]
        sys.addaudithook(self._audit)

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        # The locks are taken by C code that nothing can be wrapped around.
        if event in ("fcntl.flock", "fcntl.fcntl", "fcntl.lockf"):
            self._strike(event)

    def _counted(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            self._strike(name)
            return function(*args, **kwargs)

        return counted

    def _strike(self, name: str) -> None:
        self.seen += 1
        if self.seen != self._at:
            return
        if not self._error:
            os.kill(os.getpid(), signal.SIGKILL)
        if name not in ("recv", "recv_into", "send", "sendall", "connect"):
            raise OSError(self._error, os.strerror(self._error))
        raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
