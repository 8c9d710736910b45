"""Owns the process's private view of the machine: its own mounts, its own loopback.

What it mounts and where it listens nobody else sees, and it vanishes with the process and its
children, however they end. Linux and root only.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import socket
import struct
import subprocess
from pathlib import Path

_MOUNTS, _NETWORK = 0x20000, 0x40000000
_RECURSIVE, _PRIVATE = 0x4000, 0x40000
_SET_FLAGS = 0x8914
_UP = 0x1 | 0x40


def keep_mounts_private() -> None:
    """Show this process's mounts to nobody else from now on; raises OSError."""
    _unshare(_MOUNTS)


def live_apart(folder: Path) -> None:
    """Give this process `folder` as an empty one of its own, and all ports; raises OSError.

    So several processes can do the same things at the same paths and addresses at once.
    """
    _unshare(_MOUNTS | _NETWORK)
    _mount(b"tmpfs", bytes(folder), b"tmpfs", 0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        fcntl.ioctl(one, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))


def may_live_apart(folder: Path) -> bool:
    """Whether `live_apart` works on this machine; tried in another process."""
    tool = shutil.which("unshare")
    if tool is None:
        return False
    words = (tool, "--mount", "--net", "mount", "-t", "tmpfs", "tmpfs", str(folder))
    return subprocess.run(words, capture_output=True).returncode == 0


def _unshare(what: int) -> None:
    _checked(_library().unshare(what))
    _mount(b"none", b"/", None, _RECURSIVE | _PRIVATE)


def _mount(source: bytes, target: bytes, kind: bytes | None, flags: int) -> None:
    _checked(_library().mount(source, target, kind, ctypes.c_ulong(flags), None))


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(failed: int) -> None:
    if failed:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
