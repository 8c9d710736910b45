"""Owns the search for a key where none may be: files, output, argument lists, environments.

The key is looked for as it is and in the forms that code gives it without meaning to: other
letter case, hex, Base64 at any alignment, percent signs, escapes, wide letters, and its SHA-256,
with which webhooks are signed. Never changes what it looks at.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 2**22
"""Bytes of a file that are looked at together."""

_OWN_FILES = (".env",)
"""Where a person keeps the key; tests write some."""


@functools.lru_cache(maxsize=8)
def forms(key: str) -> Mapping[bytes, str]:
    """Return each byte string that gives the key away, and what it is called."""
    raw, digest = key.encode(), hashlib.sha256(key.encode()).digest()
    found = {raw: "the key", key.swapcase().encode(): "the key in the other case"}
    found |= {key.upper().encode(): "the key in capitals", key.lower().encode(): "the key in small"}
    found |= {raw[::-1]: "the key backwards", key.encode("utf-16-le"): "the key in UTF-16"}
    found["".join(f"%{byte:02x}" for byte in raw).encode()] = "the key in percent signs"
    found["".join(f"\\u{byte:04x}" for byte in raw).encode()] = "the key in escapes"
    found["".join(f"\\x{byte:02x}" for byte in raw).encode()] = "the key in escapes"
    found[digest] = "the key's SHA-256"
    for name, secret in (("the key", raw), ("the key's SHA-256", digest)):
        found |= {secret.hex().encode(): f"{name} in hex"}
        found |= {secret.hex().upper().encode(): f"{name} in hex"}
        found |= {secret.hex(" ").encode(): f"{name} in hex", secret.hex(":").encode(): name}
        found |= dict.fromkeys(_base64(secret), f"{name} in Base64")
    return found


def _base64(secret: bytes) -> Iterator[bytes]:
    """Yield what of a secret's Base64 is the same whatever stands before and after it."""
    for shift in range(3):
        padded = bytes(shift) + secret
        whole = len(padded) // 3 * 3
        encoded = base64.b64encode(padded[:whole])
        kept = encoded[4:] if shift else encoded
        yield kept
        yield kept.translate(bytes.maketrans(b"+/", b"-_"))


def in_bytes(data: bytes, key: str) -> list[str]:
    """Return the names of the forms in which the key stands in `data`."""
    return sorted({name for form, name in forms(key).items() if form in data})


def found_in(folder: Path, key: str) -> list[str]:
    """Return where below `folder` the key was left: in contents, names or targets of links.

    A `.env` may hold it as it is. What vanishes while it is looked for is not there.
    """
    found: list[str] = []
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            told = in_bytes(os.fsencode(name) + b"\0" + _target(path), key)
            if (
                name in files
                and path.is_file()
                and not path.is_symlink()
                and name not in _OWN_FILES
            ):
                told += _in_file(path, key)
            found += [f"{path}: {form}" for form in told]
    return found


def _target(path: Path) -> bytes:
    return os.fsencode(path.readlink()) if path.is_symlink() else b""


def _in_file(path: Path, key: str) -> list[str]:
    longest = max(map(len, forms(key)))
    found: set[str] = set()
    tail = b""
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                found.update(in_bytes(tail + chunk, key))
                tail = chunk[-longest:]
    except OSError:
        return sorted(found)
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Process:
    """One process as the system shows it to everybody (arguments) and to its owner (the rest)."""

    pid: int
    parent: int
    arguments: bytes
    environment: bytes

    @property
    def is_command(self) -> bool:
        """Whether it is `python -m imagegen` or the installed command: what a person started."""
        words = self.arguments.split(b"\0")
        starts = [number for number, word in enumerate(words) if word == b"-m"]
        started = any(words[number + 1 : number + 2] == [b"imagegen"] for number in starts)
        return started or any(word.endswith(b"/bin/imagegen") for word in words[:2])


def processes() -> dict[int, Process]:
    """Return every process that may be looked at, by number."""
    found: dict[int, Process] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                status = (entry / "stat").read_bytes().rpartition(b")")[2].split()
                arguments = (entry / "cmdline").read_bytes()
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            pid = int(entry.name)
            found[pid] = Process(pid, int(status[1]), arguments, environment)
    return found


def in_processes(running: Mapping[int, Process], key: str) -> list[str]:
    """Return where the key stands in arguments, or in what a command handed to its children."""
    found = [
        f"arguments of process {one.pid} ({one.arguments[:200]!r}): {form}"
        for one in running.values()
        for form in in_bytes(one.arguments, key)
    ]
    for one in running.values():
        parent = running.get(one.parent)
        # A child that has not yet become another program still shows its parent's arguments.
        if parent is not None and parent.is_command and one.arguments != parent.arguments:
            told = in_bytes(one.environment, key)
            found += [f"environment of {one.arguments[:200]!r}: {form}" for form in told]
    return found


class Watch:
    """Looks at all processes again and again in a thread, until it is told to end."""

    def __init__(self, key: str, *, every: float = 0.2) -> None:
        """Start to look for `key`, `every` so many seconds."""
        self._key = key
        self._every = every
        self._found: dict[str, None] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    @property
    def found(self) -> list[str]:
        """What was found so far."""
        return list(self._found)

    def end(self) -> list[str]:
        """Stop looking; returns what was found."""
        self._end.set()
        self._thread.join()
        return self.found

    def _look(self) -> None:
        while not self._end.is_set():
            self._found |= dict.fromkeys(in_processes(processes(), self._key))
            self._end.wait(self._every)


def in_texts(texts: Iterable[str], key: str) -> list[str]:
    """Return the forms in which the key stands in any of these texts."""
    return sorted({form for text in texts for form in in_bytes(text.encode(errors="replace"), key)})
